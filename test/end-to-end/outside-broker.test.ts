import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { endProcess } from '../bench/peers/end-process.ts'
import { findMosquitto } from '../bench/peers/install-mosquitto.ts'
import { startMosquitto } from '../bench/peers/mosquitto.ts'

/**
 * Messages that come from Mosquitto and go back to it, through a step of 0.3 s, while our server is killed again
 * and again: none is lost. TEST_KILLS says how often. Skipped where there is no Mosquitto (`npm run bench -- --peers`
 * fetches one).
 */

const KILLS = Number(process.env['TEST_KILLS'] ?? 3)
const EVERY_MS = 50
const mosquitto = findMosquitto()

const flow = (qos: number) => ({
  format: 'wirehouse/flow@1',
  id: `way-${qos}`,
  name: `Way ${qos}`,
  nodes: [
    { id: 'in', type: 'mqtt-in', config: { broker: 'other', topic: `in/${qos}`, qos, payload: 'text' } },
    { id: 'step', type: 'delay', config: { delayMs: 300 } },
    {
      id: 'mark',
      type: 'function',
      config: { code: 'return { payload: message.payload + (message.repeated ? " again" : "") }' },
    },
    { id: 'out', type: 'mqtt-out', config: { broker: 'other', topic: `out/${qos}`, qos } },
  ],
  wires: [
    ['in.out', 'step.in'],
    ['step.out', 'mark.in'],
    ['mark.out', 'out.in'],
  ],
})

describe.skipIf(!mosquitto)('through Mosquitto', () => {
  let folder: string
  let broker: Awaited<ReturnType<typeof startMosquitto>>
  let client: MqttClient
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wirehouse-outside-'))
    if (mosquitto) broker = await startMosquitto(mosquitto, folder, { keep: () => {} })
    client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`)
  })
  afterAll(async () => {
    client.end(true)
    await endProcess(broker.process)
    await rm(folder, { recursive: true, force: true })
  })

  async function setUp(server: ServerProcess): Promise<void> {
    const config = { host: '127.0.0.1', port: broker.port, keepSession: true }
    const connection = { type: 'mqtt', name: 'Other', config }
    expect((await server.api('PUT', '/api/connections/other', connection)).status).toBe(201)
    for (const qos of [1, 2]) {
      await server.api('PUT', `/api/flows/way-${qos}`, flow(qos))
      expect((await server.api('POST', `/api/flows/way-${qos}/deploy`)).status).toBe(200)
    }
  }

  test(`${KILLS} kills lose nothing, and what came twice is marked`, {
    timeout: 60_000 + KILLS * 10_000,
  }, async () => {
    const heard = new Map<string, string[]>()
    const ways: (1 | 2)[] = [1, 2]
    client.on('message', (topic, payload) => {
      const [text = ''] = String(payload).split(' ')
      const name = `${topic.slice(-1)} ${text}`
      heard.set(name, [...(heard.get(name) ?? []), String(payload)])
    })
    await client.subscribeAsync('out/+', { qos: 2 })
    let server = await startServerProcess({ dataDir: folder })
    await setUp(server)
    const isThere = async () => {
      for (const qos of ways) await client.publishAsync(`in/${qos}`, 'hello', { qos })
      return heard.size
    }
    await expect.poll(isThere, { timeout: 20_000, interval: 200 }).toBe(2)

    const sent: string[] = []
    let count = 0
    const sending = setInterval(() => {
      const text = String(++count)
      for (const qos of ways) {
        client.publish(`in/${qos}`, text, { qos })
        sent.push(`${qos} ${text}`)
      }
    }, EVERY_MS)
    for (let kill = 0; kill < KILLS; kill++) {
      const enough = sent.length + 20 + ((kill * 37) % 60)
      await expect.poll(() => sent.length, { timeout: 20_000, interval: 7 }).toBeGreaterThan(enough)
      await server.kill('SIGKILL')
      server = await startServerProcess({ dataDir: folder })
    }
    clearInterval(sending)
    const missing = () => sent.filter((name) => !heard.has(name))
    await expect.poll(missing, { timeout: 40_000 }).toEqual([])
    const doubled = sent.map((name) => heard.get(name) ?? []).filter((texts) => texts.length > 1)
    // what was under way to the other broker, for each kill and way: nobody can mark what is sent again
    const unmarked = doubled.filter((texts) => !texts.some((text) => text.endsWith(' again')))
    expect(unmarked.length).toBeLessThanOrEqual(2 * KILLS)
    expect(await server.kill('SIGTERM')).toBe(0)
  })
})
