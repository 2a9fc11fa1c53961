import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Flow } from '#flows/flow.ts'
import { hasErrors, lintFlow } from '#flows/lint-flow.ts'
import { parseFlowFile } from '#flows/parse-flow.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { type BrickdSimulator, startBrickdSimulator } from '#rig/brickd-simulator.ts'
import { type FakeTelegram, startFakeTelegram } from '#rig/fake-telegram.ts'
import { catalogue, runFlowTests } from '#rig/flow-rig.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const folder = join(import.meta.dirname, '../../flows/examples')
const TOKEN = '123456:test-token-of-the-fake'
const CHAT = 1000

function readExample(name: string): Flow {
  const parsed = parseFlowFile(readFileSync(join(folder, `${name}.json`), 'utf8'))
  if (!parsed.ok || !parsed.value[0]) throw new Error(JSON.stringify(parsed))
  return parsed.value[0]
}

/** An example leaves the chat open, for nobody's phone is in a shared file. */
const withChat = (flow: Flow): Flow => ({
  ...flow,
  nodes: flow.nodes.map((node) =>
    'chat' in node.config ? { ...node, config: { ...node.config, chat: `${CHAT}` } } : node,
  ),
})

describe.each(readdirSync(folder).map((file) => file.replace('.json', '')))('the example %s', (name) => {
  test('is written as the product writes it', () => {
    const text = readFileSync(join(folder, `${name}.json`), 'utf8')
    expect(serializeFlow(readExample(name))).toBe(text)
  })

  test('misses nothing but a chat', () => {
    const flow = readExample(name)
    expect(hasErrors(lintFlow(withChat(flow), catalogue, flow.connections))).toBe(false)
  })

  test('passes its own tests', async () => {
    const flow = withChat(readExample(name))
    expect(flow.tests.length).toBeGreaterThan(0)
    expect(await runFlowTests(flow)).toEqual([])
  })
})

/** The example in the real server, with simulators at its ends. */
describe('in the house', () => {
  let server: ServerProcess
  let telegram: FakeTelegram
  let brickd: BrickdSimulator
  let mqtt: MqttClient

  beforeEach(async () => {
    telegram = await startFakeTelegram({ token: TOKEN })
    telegram.addChat(CHAT, { started: true })
    brickd = await startBrickdSimulator({ secret: 'geheim' })
    server = await startServerProcess({ env: { WIREHOUSE_TELEGRAM_API: telegram.root } })
    mqtt = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
  })
  afterEach(async () => {
    await mqtt.endAsync(true)
    await server[Symbol.asyncDispose]()
    await brickd.close()
    await telegram.close()
  })

  /** Fills in the connections and deploys. */
  async function run(name: string): Promise<void> {
    const flow = withChat(readExample(name))
    for (const { id, type, name: title } of flow.connections) {
      const config =
        type === 'brickd' ? { host: '127.0.0.1', port: brickd.port, secret: 'geheim' } : { token: TOKEN }
      const saved = await server.api('PUT', `/api/connections/${id}`, { type, name: title, config })
      expect(saved.status).toBeLessThan(300)
      expect(JSON.stringify(saved.body)).not.toContain(TOKEN)
    }
    const imported = await server.api('POST', '/api/import?deploy=true', serializeFlow(flow))
    expect(imported.body.flows).toMatchObject([{ id: name, deployed: true, problems: [] }])
    const exported = (await server.api('GET', `/api/flows/${name}/export`)).body
    expect(exported.connections.map((connection: { id: string }) => connection.id).sort()).toEqual(
      flow.connections.map(({ id }) => id).sort(),
    )
    expect(JSON.stringify(exported)).not.toMatch(new RegExp(`${TOKEN}|geheim`))
  }

  const status = async (flow: string, node: string): Promise<string | undefined> => {
    const { body } = await server.api('GET', `/api/flows/${flow}/status`)
    return body.find((one: { node: string }) => one.node === node)?.state
  }

  async function collect(topic: string): Promise<string[]> {
    const seen: string[] = []
    mqtt.on('message', (from, payload) => void (from === topic && seen.push(payload.toString())))
    await mqtt.subscribeAsync(topic, { qos: 1 })
    return seen
  }

  test('the door alarm rings the phone, shows it in the hall and beeps, once for many rings', async () => {
    brickd.add('Md2', 'motion-detector-v2')
    brickd.add('oLd', 'oled-128x64-v2')
    brickd.add('Pz2', 'piezo-speaker-v2')
    const alarms = await collect('home/door/alarm')
    await run('door-alarm')
    await expect.poll(() => status('door-alarm', 'motion')).toBe('ok')
    await expect.poll(() => status('door-alarm', 'display')).toBe('ok')
    brickd.move('Md2')
    await telegram.until(() => telegram.messages.length > 0)
    for (let ring = 0; ring < 5; ring++) await mqtt.publishAsync('home/door/bell', 'ring', { qos: 1 })
    await expect.poll(() => brickd.displayText('oLd')).toContain('T')
    await expect.poll(() => brickd.calls('Pz2').length).toBeGreaterThan(0)
    expect(telegram.texts(CHAT)).toEqual(['🔔 Somebody is at the door.'])
    await expect.poll(() => alarms).toEqual(['ringing'])
    expect((await server.api('GET', '/api/mqtt/home/door/alarm')).body).toBe('ringing')
  })

  test('the kitchen log shows the weight, logs it on a press and tares on the other', async () => {
    brickd.add('Lc2', 'load-cell-v2')
    brickd.add('Db2', 'dual-button-v2')
    brickd.add('pUj', 'segment-display-4x7')
    const entries = await collect('kitchen/log/entry')
    await run('kitchen-log')
    await expect.poll(() => status('kitchen-log', 'scale')).toBe('ok')
    await expect.poll(() => status('kitchen-log', 'buttons')).toBe('ok')
    brickd.set('Lc2', 'weight', 250)
    await expect.poll(() => brickd.displayText('pUj')).toBe(' 250')
    brickd.press('Db2', 'left')
    brickd.release('Db2', 'left')
    await expect.poll(() => entries.map((entry) => JSON.parse(entry))).toMatchObject([{ seq: 1, grams: 250 }])
    brickd.press('Db2', 'right')
    await expect.poll(() => brickd.calls('Lc2').some((call) => /tare/i.test(call.name))).toBe(true)
    const points = await server.api('GET', '/api/series/kitchen/scale/points')
    expect(points.body.map((point: { value: number }) => point.value)).toContain(250)
  })

  test('the weather station keeps three series and tells of heat once', async () => {
    await run('weather-station')
    for (const temperature of [21.5, 31.25, 4711, 32])
      await mqtt.publishAsync(
        'sensehat/raspi1/environment',
        JSON.stringify({ temperature, humidity: 45, pressure: 1013 }),
        {
          qos: 1,
        },
      )
    await telegram.until(() => telegram.messages.length > 0)
    expect(telegram.texts(CHAT)).toEqual(['🌡 31.3 °C outside.'])
    // What is told leaves before what is kept is on disk.
    const kept = async () => {
      const { body } = await server.api('GET', '/api/series')
      return body.map((series: { key: string; count: number }) => [series.key, series.count]).sort()
    }
    await expect.poll(kept).toEqual([
      ['weather/humidity', 3],
      ['weather/pressure', 3],
      ['weather/temperature', 3],
    ])
    const buckets = await server.api('GET', '/api/series/weather/temperature/buckets?count=1')
    expect(buckets.body).toMatchObject([{ min: 21.5, max: 32, count: 3 }])
  })

  test('the light rule lights up the dark only', async () => {
    const light = await collect('home/hall/light/set')
    await run('light-rule')
    const send = (topic: string, payload: string) =>
      mqtt.publishAsync(`home/hall/${topic}`, payload, { qos: 1 })
    await send('lux', '300')
    await send('switch', 'on')
    await send('lux', '5')
    await send('switch', 'on')
    await send('switch', 'off')
    await expect.poll(() => light).toEqual(['ON', 'OFF'])
  })
})
