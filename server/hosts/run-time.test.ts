import { expect, test } from 'vitest'
import { isStuck, RunTime } from './run-time.ts'

/** Looks so often at a thread for which the processors do what `perTick` says. */
async function looksAt(
  count: number,
  perTick: { readonly thread: number | undefined; readonly process: number },
  run?: RunTime,
) {
  const times = { thread: 0, process: 0 }
  const time =
    run ??
    new RunTime({
      ofThread: () => (perTick.thread === undefined ? new Promise(() => {}) : Promise.resolve(times.thread)),
      ofProcess: () => times.process,
    })
  let last = time.look()
  for (let look = 1; look < count; look++) {
    await Promise.resolve()
    times.thread += perTick.thread ?? 0
    times.process += perTick.process
    last = time.look()
  }
  return last
}

test('a run that works all the time is stuck after its time', async () => {
  expect(isStuck(await looksAt(18, { thread: 25, process: 50 }), 400)).toBe(true)
  expect(isStuck(await looksAt(15, { thread: 25, process: 50 }), 400)).toBe(false)
})

test('a run that others on the machine keep from the processor is not stuck', async () => {
  expect(await looksAt(100, { thread: 2, process: 25 })).toEqual({ workedMs: 221, sinceMs: 2_500 })
})

test('one that cannot answer has worked at most what the process has', async () => {
  expect(await looksAt(17, { thread: undefined, process: 5 })).toEqual({ workedMs: 105, sinceMs: 425 })
  expect(isStuck(await looksAt(17, { thread: undefined, process: 25 }), 400)).toBe(true)
})

test('one that waits for what never comes is stuck in the end', async () => {
  expect(isStuck(await looksAt(959, { thread: 0, process: 1 }), 400)).toBe(false)
  expect(isStuck(await looksAt(960, { thread: 0, process: 1 }), 400)).toBe(true)
})

test('the next run counts anew, whatever is answered late', async () => {
  const answers: ((worked: number) => void)[] = []
  const times = new RunTime({
    ofThread: () => new Promise((resolve) => answers.push(resolve)),
    ofProcess: () => 1_000,
  })
  times.look()
  times.restart()
  times.look()
  answers[0]?.(0)
  answers[1]?.(900)
  await Promise.resolve()
  expect(times.look()).toEqual({ workedMs: 25, sinceMs: 50 })
})
