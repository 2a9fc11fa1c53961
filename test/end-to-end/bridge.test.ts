import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { describe, expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { mosquitto, mosquittoPeer } from '../../server/bridges/rig/mosquitto-peer.ts'

/**
 * A bridge to Mosquitto, both ways, while our server is killed again and again with messages under way, or with more
 * waiting for a Mosquitto that is away: none is lost, and at QoS 2 none comes twice. TEST_KILLS says how often.
 */

const KILLS = Number(process.env['TEST_KILLS'] ?? 3)
const patient = { timeout: 30_000, interval: 50 }

describe.skipIf(!mosquitto)('a bridge to Mosquitto', () => {
  test('over kill -9, what was acknowledged arrives, and at QoS 2 once', {
    timeout: 60_000 + KILLS * 20_000,
  }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-bridge-'))
    await using cleanUp = new AsyncDisposableStack()
    cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }))
    await using peer = await mosquittoPeer()
    const there = await peer.connect({ clientId: 'there', clean: false })
    await there.mqtt.subscribeAsync('out/#', { qos: 2 })
    const got: string[] = []
    const sent = { out: [] as string[], in: [] as string[] }
    // what is under way to the listener is known to it over its connections
    const stores = {
      incomingStore: new mqtt.Store({ clean: false }),
      outgoingStore: new mqtt.Store({ clean: false }),
    }
    let count = 0
    for (let round = 0; round <= KILLS; round++) {
      await using server = await startServerProcess({ dataDir })
      if (round === 0) await setUp(server, peer.port)
      const here = mqtt.connect(`mqtt://127.0.0.1:${server.mqttPort}`, {
        ...{ clientId: 'listener', clean: false, reconnectPeriod: 0, ...stores },
      })
      here.on('message', (topic, payload) => got.push(`${topic} ${payload}`))
      here.on('error', () => {}) // its broker is killed
      await expect.poll(() => here.connected, patient).toBe(true)
      await here.subscribeAsync('in/#', { qos: 2 })
      if (round === KILLS) {
        const all = (side: 'out' | 'in') => sent[side].toSorted()
        await expect.poll(() => unique(there.messages), patient).toEqual(expect.arrayContaining(all('out')))
        await expect.poll(() => unique(got), patient).toEqual(expect.arrayContaining(all('in')))
        const waiting = async () => (await server.api('GET', '/api/broker/bridges')).body[0].state.waiting
        await expect.poll(async () => (await waiting()).messages, patient).toBe(0)
        break
      }
      const first = count
      const kill = setInterval(() => {
        if (count - first > 20) void server.kill('SIGKILL')
      }, 1_500)
      while (!server.process.killed) {
        const number = count++
        const options = { qos: (1 + (number % 2)) as 1 | 2 }
        const topic = `out/${options.qos}`
        const done = await Promise.race([
          here.publishAsync(topic, String(number), options).then(
            () => true,
            () => false,
          ),
          new Promise<false>((resolve) => setTimeout(resolve, 500, false)),
        ])
        if (done) sent.out.push(`${topic} ${number} ${options.qos}`)
        await there.mqtt.publishAsync(`in/${options.qos}`, String(number), options)
        sent.in.push(`in/${options.qos} ${number}`)
      }
      await expect.poll(() => server.process.exitCode ?? server.process.signalCode, patient).not.toBeNull()
      clearInterval(kill)
      here.end(true)
    }
    const twice = there.messages.filter(
      (text, at) => text.endsWith(' 2') && there.messages.indexOf(text) !== at,
    )
    expect(twice).toEqual([])
    expect(count).toBeGreaterThan(20 * KILLS)
  })
})

const unique = (texts: readonly string[]): string[] => [
  ...new Set(texts.map((text) => text.replace(' dup', ''))),
]

async function setUp(server: ServerProcess, port: number): Promise<void> {
  const connection = { type: 'mqtt', name: 'Other', config: { host: '127.0.0.1', port } }
  expect((await server.api('PUT', '/api/connections/other', connection)).status).toBe(201)
  const maps = [
    { direction: 'out', filter: 'out/#', qos: 2 },
    { direction: 'in', filter: 'in/#', qos: 2 },
  ]
  const bridge = { name: 'other', connection: 'other', maps }
  expect((await server.api('POST', '/api/broker/bridges', bridge)).status).toBe(201)
  const phase = async () => (await server.api('GET', '/api/broker/bridges')).body[0].state.phase
  await expect.poll(phase, patient).toBe('connected')
  expect((await server.api('DELETE', '/api/connections/other')).body.code).toBe('CONNECTION_OF_BRIDGE')
}
