import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { generate, type Packet, parser } from 'mqtt-packet'
import { expect, onTestFinished, test } from 'vitest'
import { FIRST_NUMBER } from './readings.ts'
import { type LoadPlan, runLoad } from './run-load.ts'

/** Broker and flow in one, by an independent parser: each reading comes out as many times as `copies` says. */
async function startBroker(copies: (nth: number) => number | 'hang up'): Promise<number> {
  const sockets = new Set<Socket>()
  let receiver: Socket | undefined
  let packetId = 0
  const answer = (socket: Socket, packet: Packet): void => {
    if (packet.cmd === 'connect')
      socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
    if (packet.cmd === 'subscribe') {
      receiver = socket
      socket.write(generate({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [1] }))
    }
    if (packet.cmd !== 'publish') return
    const { messageId, payload, qos } = packet
    if (messageId !== undefined) socket.write(generate({ cmd: 'puback', messageId }))
    const { n } = JSON.parse(payload.toString())
    const times = copies(n - FIRST_NUMBER)
    if (times === 'hang up') socket.destroy()
    for (let left = Number(times); left > 0; left--) {
      packetId = (packetId % 65_535) + 1
      const topic = `q1/alarms/${packet.topic.split('/')[2]}`
      const copy = {
        cmd: 'publish',
        topic,
        payload,
        qos,
        messageId: packetId,
        dup: false,
        retain: false,
      } as const
      receiver?.write(generate(copy))
    }
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    const packets = parser()
    packets.on('packet', (packet) => answer(socket, packet))
    socket.on('data', (chunk) => packets.parse(chunk))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const plan = (port: number, more: Partial<LoadPlan> = {}): LoadPlan => ({
  port,
  lane: 'q1',
  qos: 1,
  publishers: 3,
  sensors: 6,
  messages: 500,
  firstNumber: FIRST_NUMBER,
  seconds: 30,
  window: 60,
  pids: [],
  silenceMs: 200,
  ...more,
})

test('every message is sent once and seen once', async () => {
  const seen: number[] = []
  const port = await startBroker((nth) => seen.push(nth) && 1)
  const result = await runLoad(plan(port))
  expect(seen.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 500 }, (_, nth) => nth))
  expect(result).toMatchObject({ sent: 500, lost: 0, duplicates: 0, unacknowledged: 0 })
  expect(result.p99).toBeGreaterThanOrEqual(result.p50)
})

test('a message that does not come is counted as lost', async () => {
  const port = await startBroker((nth) => (nth === 7 || nth === 499 ? 0 : 1))
  expect(await runLoad(plan(port))).toMatchObject({ sent: 500, lost: 2, duplicates: 0 })
})

test('a message that comes again is counted as a duplicate, and not as another', async () => {
  const port = await startBroker((nth) => (nth === 7 ? 3 : 1))
  expect(await runLoad(plan(port))).toMatchObject({ sent: 500, lost: 0, duplicates: 2 })
})

test('at a fixed pace, no more is sent than its time allows', async () => {
  const port = await startBroker(() => 1)
  const result = await runLoad(plan(port, { perSecond: 1_000, messages: 100, qos: 0 }))
  expect(result).toMatchObject({ sent: 100, lost: 0 })
  expect(result.seconds).toBeGreaterThanOrEqual(0.099)
  expect(result.cameIn.length).toBeGreaterThanOrEqual(2)
  expect(result.cameIn.reduce((sum, count) => sum + count, 0)).toBe(100)
})

test('a broker that hangs up ends the load with an error', async () => {
  const port = await startBroker((nth) => (nth === 20 ? 'hang up' : 1))
  await expect(runLoad(plan(port))).rejects.toThrow('The broker closed the connection.')
})
