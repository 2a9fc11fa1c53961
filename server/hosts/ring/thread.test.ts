import { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { createRingPair, openRingEnd, type RingEnd } from './ring-pair.ts'

const opened: { worker: Worker; core: RingEnd }[] = []
afterEach(async () => {
  for (const { worker, core } of opened.splice(0)) {
    await worker.terminate()
    core.close()
  }
})

/** Runs this code in a thread, with `end`, the thread's end of the rings. */
function thread(capacity: number, code: string): { worker: Worker; core: RingEnd } {
  const { core, host } = createRingPair(capacity)
  const source = `
    const { workerData } = require('node:worker_threads')
    import(workerData.module).then(({ openRingEnd }) => {
      const end = openRingEnd(workerData.host)
      ${code}
    })`
  const module = new URL('./ring-pair.ts', import.meta.url).href
  const worker = new Worker(source, { eval: true, workerData: { module, host }, transferList: [host.port] })
  const started = { worker, core: openRingEnd(core) }
  opened.push(started)
  return started
}

/** Sends back what comes; where there is no room, it reads on when there is. */
const echo = `
  let held
  const send = (kind, a, topic, payload) => {
    if (end.writer.write(kind, 0, a, 0, topic, payload)) return
    held = [kind, a, topic, payload]
    end.writer.whenRoom(() => { const again = held; held = undefined; send(...again) })
  }
  end.listen(() => {
    let count = 0
    while (!held && count < 100) {
      const read = end.reader.drain(1, (kind, flags, a, b, topic, bytes, start, stop) =>
        send(kind, a, topic, Buffer.from(bytes.subarray(start, stop))))
      if (read === 0) break
      count++
    }
    end.writer.flush()
    return count === 100
  })`

const payloadOf = (index: number): string => `${index} `.repeat(index % 5000 === 0 ? 20_000 : index % 40)

/** Writes so many records, as room comes. */
function sendAll(core: RingEnd, count: number, from = 0): void {
  const { writer } = core
  for (let index = from; index < count; index++) {
    if (!writer.writeText(7, 0, index, 0, `topic/${index % 300}`, payloadOf(index))) {
      writer.whenRoom(() => sendAll(core, count, index))
      return
    }
    if (index % 17 === 0) writer.flush()
  }
  writer.flush()
}

/** Reads until so many records have come, and answers what `note` makes of each. */
function receive<T>(core: RingEnd, count: number, note: (a: number, payload: string) => T): Promise<T[]> {
  const { promise, resolve } = Promise.withResolvers<T[]>()
  const got: T[] = []
  core.listen(() => {
    const read = core.reader.drain(100, (_kind, _flags, a, _b, _topic, bytes, start, end) => {
      got.push(note(a, bytes.toString('utf8', start, end)))
    })
    if (got.length >= count) resolve(got)
    return read === 100
  })
  return promise
}

test('tens of thousands of records go to a thread and come back, in order, through small rings', async () => {
  const { core } = thread(16_384, echo)
  const back = receive(core, 50_000, (a, payload) => payload === payloadOf(a) && a)
  sendAll(core, 50_000)
  expect(await back).toEqual(Array.from({ length: 50_000 }, (_, index) => index))
})

test('no wake-up is lost where both threads fall asleep after each record', async () => {
  const { core } = thread(1024, echo)
  const send = (a: number): void => {
    core.writer.write(1, 0, a, 0, 't', new Uint8Array())
    core.writer.flush()
  }
  const back = receive(core, 20_000, (a) => {
    if (a < 19_999) send(a + 1)
    return a
  })
  send(0)
  expect(await back).toHaveLength(20_000)
})

test('native work goes on in a thread that waits for records', async () => {
  const { core } = thread(
    1024,
    `${echo}
    crypto.subtle.digest('SHA-256', new Uint8Array(8)).then((hash) => {
      end.writer.write(1, 0, hash.byteLength, 0, '', new Uint8Array())
      end.writer.flush()
    })`,
  )
  expect(await receive(core, 1, (a) => a)).toEqual([32])
})

test('a thread that waits for records can be terminated', async () => {
  const { core, worker } = thread(1024, echo)
  const back = receive(core, 1, (a) => a)
  sendAll(core, 1)
  await back
  expect(await worker.terminate()).toBe(1)
})

test('what a thread flushed can be read after its end, and nothing of what it did not flush', async () => {
  const { core, worker } = thread(
    2 ** 20,
    `const write = (a, size) => end.writer.write(1, 0, a, 0, 'topic', new Uint8Array(size))
    write(0, 10); write(1, 500_000); write(2, 10)
    end.writer.flush()
    write(3, 10); write(4, 500_000); write(5, 10)
    for (;;);`,
  )
  const read: number[][] = []
  const look = (limit: number): number =>
    core.reader.drain(limit, (_kind, _flags, a, _b, _topic, _bytes, start, end) => {
      read.push([a, end - start])
    })
  const { promise: isThere, resolve } = Promise.withResolvers<void>()
  core.listen(() => {
    if (look(1) > 0) resolve()
    return false
  })
  await isThere
  await worker.terminate()
  look(100)
  expect(read).toEqual([
    [0, 10],
    [1, 500_000],
    [2, 10],
  ])
})

test.each([1, 2, 3, 5, 8, 13, 21, 34])(
  'a thread ended after %d turns leaves whole turns only',
  async (least) => {
    const { core, worker } = thread(
      2 ** 14,
      `let turn = 0
    const write = (index) =>
      end.writer.write(index, 0, turn, 0, 'topic ' + turn * index, new Uint8Array((turn * index * 7) % 300))
    const go = () => {
      turn++
      for (let index = 0; index < 10; index++) {
        if (!write(index)) throw new Error('half of the ring was free')
      }
      end.writer.whenRoom(go)
    }
    end.listen(() => false)
    go()`,
    )
    const seen: string[] = []
    const look = (): number =>
      core.reader.drain(1000, (kind, _flags, a) => {
        seen.push(`${a}/${kind}`)
      })
    const { promise: isEnough, resolve } = Promise.withResolvers<void>()
    core.listen(() => {
      look()
      if (seen.length >= least * 10) resolve()
      return false
    })
    await isEnough
    await worker.terminate()
    look()
    expect(seen).toEqual(seen.map((_, index) => `${Math.floor(index / 10) + 1}/${index % 10}`))
    expect(seen.length % 10).toBe(0)
  },
)
