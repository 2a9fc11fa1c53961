import { expect, test } from 'vitest'
import { plannedCall } from './timer.ts'

/** A timer whose time comes when the test says so. */
function plan(call: () => void | Promise<void>) {
  let due = (): void => {}
  const timer = plannedCall((run) => {
    due = run
    return () => {}
  }, call)
  return { timer, due: () => due() }
}
const fails = (): never => {
  throw new Error('no')
}

test('says how its call has ended, to who asked before and to who asks later', async () => {
  const asked = plan(fails)
  const { done } = asked.timer
  asked.due()
  await expect(done).rejects.toThrow('no')
  const later = plan(fails)
  later.due()
  await expect(later.timer.done).rejects.toThrow('no')
})

test('is over when what its call has returned has settled', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { timer, due } = plan(() => promise)
  due()
  let isOver = false
  const over = timer.done.then(() => {
    isOver = true
  })
  await Promise.resolve()
  expect(isOver).toBe(false)
  resolve()
  await over
})

test('is over at once when it is cancelled, even while its call is under way', async () => {
  const { timer, due } = plan(() => new Promise(() => {}))
  due()
  timer.cancel()
  await timer.done
})
