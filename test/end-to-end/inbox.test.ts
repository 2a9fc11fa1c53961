import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
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

async function hear(server: ServerProcess): Promise<{ heard: string[]; client: mqtt.MqttClient }> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`)
  const heard: string[] = []
  client.on('message', (_topic, payload) => heard.push(payload.toString()))
  await client.subscribeAsync('rang', { qos: 1 })
  return { heard, client }
}

const names = Array.from({ length: 50 }, (_, index) => `ring ${index}`)

test('what was acknowledged while its flow held it comes again after kill -9', async () => {
  await using server = await startServerProcess({ dataDir, env })
  await deploy(server, 1_500)
  const publisher = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`)
  await Promise.all(names.map((name) => publisher.publishAsync('bell', name, { qos: 1 })))
  publisher.end(true)
  await server.kill('SIGKILL')

  await using again = await startServerProcess({ dataDir, env })
  const { heard, client } = await hear(again)
  await expect.poll(() => heard.toSorted()).toEqual(names.map((name) => `${name} again`).toSorted())
  client.end(true)
  expect(await again.kill('SIGTERM')).toBe(0)
})

test('what is done does not come again, and what a stop interrupts goes on, once', async () => {
  await using server = await startServerProcess({ dataDir, env })
  await deploy(server, 10)
  const { heard, client } = await hear(server)
  await client.publishAsync('bell', 'done', { qos: 1 })
  await expect.poll(() => heard).toEqual(['done'])
  await deploy(server, 1_500)
  await client.publishAsync('bell', 'held', { qos: 1 })
  client.end(true)
  expect(await server.kill('SIGTERM')).toBe(0)

  await using again = await startServerProcess({ dataDir, env })
  const later = await hear(again)
  await expect.poll(() => later.heard).toEqual(['held'])
  later.client.end(true)
})
