import { connect as connectSocket } from 'node:net'
import { expect, test } from 'vitest'
import { brokerRig } from '../broker-rig.ts'
import {
  connect,
  disconnect,
  frame,
  pingreq,
  publish,
  pubrel,
  subscribe,
  text,
  uint16,
  unsubscribe,
} from './wire.ts'

/** `npm run torture` asks for more. */
const STREAMS = Number(process.env['TEST_FUZZ_STREAMS'] ?? 1_500)
const AT_ONCE = 20
/** What the heap may have grown by in the end, after as many streams again. */
const GROWTH_MB = 40

const connect5 = frame(
  0x10,
  ...[text('MQTT'), Buffer.of(5, 2), uint16(30), Buffer.of(5, 0x11, 0, 0, 0, 60), text('five')],
)
const publish5 = frame(0x32, text('a/5'), uint16(7), Buffer.of(4, 3, 0, 1, 0x74), Buffer.from('typed'))

/** What good clients say; the fuzz bends it. */
const streams: readonly Buffer[] = [
  Buffer.concat([
    connect({ id: 'f1' }),
    subscribe(1, ['a/#', 1]),
    publish('a/b', 'x', { qos: 1 }),
    pingreq,
    disconnect,
  ]),
  Buffer.concat([connect({ id: 'f2', clean: false }), publish('a/b', 'y', { qos: 2, id: 9 }), pubrel(9)]),
  Buffer.concat([
    connect({
      id: 'f3',
      will: { topic: 'w', payload: 'gone', qos: 1, retain: true },
      user: 'u',
      password: 'right',
    }),
    subscribe(2, ['+', 2], ['#', 0]),
    unsubscribe(3, '+', 'b'),
    publish('r', 'kept', { retain: true }),
  ]),
  Buffer.concat([connect5, subscribe(1, ['a', 1]), publish5, frame(0xe0, Buffer.of(4, 0))]),
]

/** The same numbers each time, so that a failure can be looked at again. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    yield (state ^ (state >>> 13)) >>> 0
  }
}

/** A stream with some bytes changed, put in, taken out or said twice. */
function bend(stream: Buffer, next: () => number): Buffer {
  let bent = Buffer.from(stream)
  for (let times = 1 + (next() % 4); times > 0; times--) {
    const at = next() % bent.length
    const [before, after] = [bent.subarray(0, at), bent.subarray(at)]
    const kind = next() % 5
    if (kind === 0) bent[at] = next() & 0xff
    else if (kind === 1) bent[at] = (bent[at] ?? 0) ^ (1 << (next() & 7))
    else if (kind === 2) bent = Buffer.concat([before, Buffer.of(next() & 0xff, next() & 0xff), after])
    else if (kind === 3) bent = Buffer.concat([before, after.subarray(1 + (next() % 8))])
    else bent = Buffer.concat([before, after.subarray(0, next() % 40), after])
    if (bent.length === 0) bent = Buffer.of(0)
  }
  return bent
}

test(`bent packets, ${STREAMS} streams of them: nobody else notices, and nothing is left behind`, {
  timeout: 30_000 + STREAMS * 60,
}, async () => {
  const complaints: string[] = []
  const log = { info() {}, warn() {}, error: (line: string) => void complaints.push(line) }
  await using rig = await brokerRig({ log, limits: { connectionsPerAddress: 1_000 } })
  const bystander = await rig.connect()
  await bystander.mqtt.subscribeAsync('calm', { qos: 1 })
  const random = numbers(20_261_122)
  const next = (): number => random.next().value ?? 0
  const say = (bytes: Buffer): Promise<void> =>
    new Promise((resolve) => {
      const socket = connectSocket(rig.port, '127.0.0.1', () => socket.end(bytes))
      socket.on('error', () => {}) // a reset is an answer, too
      socket.on('close', () => resolve())
      socket.resume()
    })
  const round = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += AT_ONCE) {
      const bent = Array.from({ length: AT_ONCE }, () =>
        bend(streams[next() % streams.length] as Buffer, next),
      )
      await Promise.all(bent.map(say))
    }
  }
  await round(STREAMS / 2)
  const before = heapMb()
  await round(STREAMS / 2)
  await bystander.mqtt.publishAsync('calm', 'still here', { qos: 1 })
  await bystander.received('calm still here 1')
  expect(complaints).toEqual([])
  expect(heapMb() - before).toBeLessThan(GROWTH_MB)
  await expect.poll(() => rig.broker.clients).toBe(1)
})

function heapMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1024 / 1024
}
