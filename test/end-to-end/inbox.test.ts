import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { generate, type Packet, parser } from 'mqtt-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const env = { WIREHOUSE_INBOX: 'on' }
let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-inbox-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

/** Holds each message back for so long before it goes on. */
const slowBell = (delayMs: number) => ({
  format: 'wirehouse/flow@1',
  id: 'bell',
  name: 'Bell',
  nodes: [
    { id: 'in', type: 'mqtt-in', config: { topic: 'bell', qos: 1, payload: 'text' } },
    { id: 'wait', type: 'delay', config: { delayMs } },
    {
      id: 'mark',
      type: 'function',
      config: {
        code: "return { ...message, payload: message.payload + (message.repeated ? ' again' : '') }",
      },
    },
    { id: 'out', type: 'mqtt-out', config: { topic: 'rang', qos: 1 } },
  ],
  wires: [
    ['in.out', 'wait.in'],
    ['wait.out', 'mark.in'],
    ['mark.out', 'out.in'],
  ],
})

async function deploy(server: ServerProcess, delayMs: number): Promise<void> {
  await server.api('PUT', '/api/flows/bell', slowBell(delayMs))
  expect((await server.api('POST', '/api/flows/bell/deploy')).status).toBe(200)
}

/** The session of an ear is kept: what goes out before it is back waits for it. */
async function hear(
  server: ServerProcess,
  ear: string,
): Promise<{ heard: string[]; client: mqtt.MqttClient }> {
  const session = { clientId: ear, clean: false }
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, session)
  const heard: string[] = []
  client.on('message', (_topic, payload) => heard.push(payload.toString()))
  await client.subscribeAsync('rang', { qos: 1 })
  return { heard, client }
}

const names = Array.from({ length: 50 }, (_, index) => `ring ${index}`)

test('what was acknowledged while its flow held it comes again after kill -9', async () => {
  await using server = await startServerProcess({ dataDir, env })
  await deploy(server, 1_500)
  const early = await hear(server, 'first')
  await early.client.endAsync()
  const publisher = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`)
  await Promise.all(names.map((name) => publisher.publishAsync('bell', name, { qos: 1 })))
  publisher.end(true)
  await server.kill('SIGKILL')

  await using again = await startServerProcess({ dataDir, env })
  const { heard, client } = await hear(again, 'first')
  await expect.poll(() => heard.toSorted()).toEqual(names.map((name) => `${name} again`).toSorted())
  client.end(true)
  expect(await again.kill('SIGTERM')).toBe(0)
})

test('what is done does not come again, and what a stop interrupts goes on, once', async () => {
  await using server = await startServerProcess({ dataDir, env })
  await deploy(server, 10)
  const { heard, client } = await hear(server, 'second')
  await client.publishAsync('bell', 'done', { qos: 1 })
  await expect.poll(() => heard).toEqual(['done'])
  await deploy(server, 1_500)
  await client.publishAsync('bell', 'held', { qos: 1 })
  client.end(true)
  expect(await server.kill('SIGTERM')).toBe(0)

  await using again = await startServerProcess({ dataDir, env })
  const later = await hear(again, 'second')
  await expect.poll(() => later.heard).toEqual(['held'])
  later.client.end(true)
})

/** A client that says what it sends byte by byte: mqtt.js would not repeat itself over a restart. */
async function rawClient(server: ServerProcess, clientId: string) {
  const socket = connect(server.mqttPort, '127.0.0.1')
  const acknowledged: string[] = []
  const packets = parser({ protocolVersion: 4 })
  packets.on('packet', ({ cmd, messageId = 0 }: Packet) => acknowledged.push(`${cmd} ${messageId}`))
  socket.on('data', (chunk) => packets.parse(chunk))
  socket.on('error', () => {})
  const send = (packet: Packet): void => void socket.write(generate(packet))
  send({ cmd: 'connect', protocolId: 'MQTT', clientId, clean: true, keepalive: 0 })
  await expect.poll(() => acknowledged).toEqual(['connack 0'])
  return {
    acknowledged,
    publish: (messageId: number, payload: string, dup: boolean) =>
      send({ cmd: 'publish', topic: 'step', payload, qos: 1, messageId, dup, retain: false }),
    end: () => socket.destroy(),
  }
}

test('what a client sends again after kill -9, because it has missed the acknowledgement, runs once', async () => {
  const step = {
    ...slowBell(0),
    id: 'step',
    nodes: [
      { id: 'in', type: 'mqtt-in', config: { topic: 'step', qos: 1, payload: 'text' } },
      { id: 'wait', type: 'function', config: { code: 'await clock.sleep(1_000); return message' } },
      ...slowBell(0).nodes.slice(2),
    ],
  }
  await using server = await startServerProcess({ dataDir, env })
  await server.api('PUT', '/api/flows/step', step)
  expect((await server.api('POST', '/api/flows/step/deploy')).status).toBe(200)
  const before = await rawClient(server, 'door')
  before.publish(7, 'once', false)
  await expect.poll(() => before.acknowledged).toContain('puback 7')
  await server.kill('SIGKILL')

  await using again = await startServerProcess({ dataDir, env })
  const { heard, client } = await hear(again, 'third')
  const after = await rawClient(again, 'door')
  after.publish(7, 'once', true)
  after.publish(8, 'new', false)
  await expect.poll(() => after.acknowledged).toContain('puback 8')
  await expect.poll(() => heard).toContain('new')
  expect(heard).toEqual(['once again', 'new'])
  after.end()
  client.end(true)
})
