import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { createRingPair, openRingEnd, type RingEnd } from './ring-pair.ts'

const ends: RingEnd[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end.close()
})

/** Both ends in one thread. */
function pair(capacity: number): { core: RingEnd; host: RingEnd } {
  const { core, host } = createRingPair(capacity)
  const opened = { core: openRingEnd(core), host: openRingEnd(host) }
  ends.push(opened.core, opened.host)
  return opened
}

interface Sent {
  readonly kind: number
  readonly flags: number
  readonly a: number
  readonly b: number
  readonly topic: string
  readonly payload: string
}

function record(topic: string, payload: string, kind = 1): Sent {
  return { kind, flags: 0, a: 0, b: 0, topic, payload }
}

function write({ writer }: RingEnd, { kind, flags, a, b, topic, payload }: Sent, isText = true): boolean {
  if (isText) return writer.writeText(kind, flags, a, b, topic, payload)
  return writer.write(kind, flags, a, b, topic, Buffer.from(payload))
}

function drain({ reader }: RingEnd, limit = Number.POSITIVE_INFINITY): Sent[] {
  const read: Sent[] = []
  reader.drain(limit, (kind, flags, a, b, topic, bytes, start, end) => {
    read.push({ kind, flags, a, b, topic, payload: bytes.toString('utf8', start, end) })
  })
  return read
}

/** Fills the ring, and answers what went in. */
function fill(end: RingEnd, next: (index: number) => Sent): Sent[] {
  const sent: Sent[] = []
  while (write(end, next(sent.length))) sent.push(next(sent.length))
  return sent
}

const byte = fc.integer({ min: 0, max: 255 })
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength })
const topics = fc.oneof(fc.constantFrom('', 'home/door', 'küche/🌡'), text(30), text(400))
const sentRecords = fc.record({
  kind: byte,
  flags: byte,
  a: word,
  b: word,
  topic: topics,
  payload: fc.oneof(text(8), text(60), text(900)),
})
const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write'), record: sentRecords, isText: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flush') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drain'), limit: fc.integer({ min: 1, max: 20 }) }) },
)

describe('A ring', () => {
  test('gives what was flushed, whole and in order, however often it wraps round and is full', () => {
    const property = fc.property(
      fc.constantFrom(512, 1024, 4096),
      fc.array(steps, { size: 'max', maxLength: 300 }),
      (capacity, script) => {
        const { core, host } = pair(capacity)
        const unseen: Sent[] = []
        const visible: Sent[] = []
        for (const step of script) {
          if ('record' in step) {
            const isWritten = write(core, step.record, step.isText)
            if (isWritten) unseen.push(step.record)
            else expect(unseen.length + visible.length).toBeGreaterThan(0)
          } else if ('limit' in step) {
            expect(drain(host, step.limit)).toEqual(visible.splice(0, step.limit))
          } else {
            core.writer.flush()
            visible.push(...unseen.splice(0))
          }
        }
        expect(drain(host)).toEqual(visible)
        core.writer.flush()
        expect(drain(host)).toEqual(unseen)
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  test('shows nothing before the flush', () => {
    const { core, host } = pair(1024)
    write(core, record('t', 'one'))
    write(core, record('t', 'two'.repeat(1000)))
    expect(drain(host)).toEqual([])
    core.writer.flush()
    expect(drain(host)).toHaveLength(2)
  })

  test('keeps the order between records in it and outside of it', () => {
    const { core, host } = pair(1024)
    const sent = ['a', 'b'.repeat(5000), 'c', 'd'.repeat(100_000), 'e'].map((payload) => record('t', payload))
    for (const each of sent) write(core, each)
    core.writer.flush()
    expect(drain(host)).toEqual(sent)
  })

  test.each([
    [65_535, 2 ** 20],
    [65_535, 2 ** 16],
    [300, 2 ** 16],
  ])('carries a topic of %d bytes in a ring of %d', (length, capacity) => {
    const { core, host } = pair(capacity)
    const sent = [
      record('x'.repeat(length), 'a'),
      record('y'.repeat(length), 'b'),
      record('x'.repeat(length), 'c'),
    ]
    for (const each of sent) write(core, each)
    core.writer.flush()
    expect(drain(host)).toEqual(sent)
  })

  test('begins its table of topics anew when it is full', () => {
    const { core, host } = pair(4096)
    const wrong: Sent[] = []
    for (let index = 0; index < 70_000; index++) {
      const sent = record(`topic/${index % 66_000}`, 'x')
      write(core, sent)
      core.writer.flush()
      wrong.push(...drain(host).filter(({ topic }) => topic !== sent.topic))
    }
    expect(wrong).toEqual([])
  })

  test('answers false where there is no room, and has written nothing', () => {
    const { core, host } = pair(1024)
    const sent = fill(core, (index) => record(`topic ${index}`, 'payload'))
    core.writer.flush()
    expect(drain(host)).toEqual(sent)
    expect(write(core, record('topic 3', 'payload'))).toBe(true)
  })

  test('has no room for more than some megabytes outside of it', () => {
    const { core, host } = pair(1 << 20)
    const sent = fill(core, () => record('t', 'x'.repeat(1 << 20)))
    expect(sent.length).toBe(16)
    core.writer.flush()
    expect(drain(host, 1)).toHaveLength(1)
    expect(write(core, record('t', 'x'.repeat(1 << 20)))).toBe(true)
  })

  test('goes on behind a record whose reader threw', () => {
    const { core, host } = pair(1024)
    write(core, record('t', 'bad'))
    write(core, record('t', 'good'))
    core.writer.flush()
    const bad = (): void => {
      throw new Error('bad')
    }
    expect(() => host.reader.drain(10, bad)).toThrow('bad')
    expect(drain(host)).toEqual([record('t', 'good')])
  })

  test('counts beyond 32 bits', () => {
    const memory = createRingPair(1024)
    const nearlyOver = -512
    for (const at of [0, 16]) new Int32Array(memory.core.outgoing)[at] = nearlyOver
    const core = openRingEnd(memory.core)
    const host = openRingEnd(memory.host)
    ends.push(core, host)
    for (let index = 0; index < 200; index++) {
      expect(write(core, record('t', `payload ${index}`))).toBe(true)
      core.writer.flush()
      if (index % 5 === 4) expect(drain(host)).toHaveLength(5)
    }
  })
})

describe('A writer that waits for room', () => {
  test('is called once when the reader has made some', async () => {
    const { core, host } = pair(1024)
    core.listen(() => false)
    const sent = fill(core, () => record('t', 'x'))
    let calls = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    core.writer.whenRoom(() => {
      calls++
      resolve()
    })
    expect(drain(host)).toHaveLength(sent.length)
    await promise
    expect([calls, write(core, record('t', 'x'))]).toEqual([1, true])
  })

  test('is called though one before it threw', async () => {
    const { core, host } = pair(1024)
    fill(core, () => record('t', 'x'))
    const { promise, resolve } = Promise.withResolvers<void>()
    const failures: unknown[] = []
    core.writer.whenRoom(() => {
      throw new Error('bad')
    })
    core.writer.whenRoom(resolve)
    const note = (error: unknown): unknown => failures.push(error)
    process.setUncaughtExceptionCaptureCallback(note)
    core.listen(() => false)
    drain(host)
    await promise
    process.setUncaughtExceptionCaptureCallback(null)
    expect(failures).toEqual([new Error('bad')])
  })

  test('is called also where there is room already and its thread sleeps', async () => {
    const { core } = pair(1024)
    await new Promise<void>((resolve) => {
      core.listen(() => {
        setImmediate(resolve)
        return false
      })
    })
    await new Promise<void>((resolve) => core.writer.whenRoom(resolve))
  })
})
