import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Flow } from '#flows/flow.ts'
import { hasErrors, lintFlow } from '#flows/lint-flow.ts'
import { parseFlowFile } from '#flows/parse-flow.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { catalogue, runFlowTests } from '#rig/flow-rig.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const folder = join(import.meta.dirname, '../../flows/templates')
const names = readdirSync(folder).map((file) => file.replace('.json', ''))
const textOf = (name: string): string => readFileSync(join(folder, `${name}.json`), 'utf8')

function readTemplate(name: string): Flow {
  const parsed = parseFlowFile(textOf(name))
  if (!parsed.ok || !parsed.value[0]) throw new Error(JSON.stringify(parsed))
  return parsed.value[0]
}

describe.each(names)('the template %s', (name) => {
  test('is written as the product writes it, and misses nothing', () => {
    const flow = readTemplate(name)
    expect(serializeFlow(flow)).toBe(textOf(name))
    expect(hasErrors(lintFlow(flow, catalogue, flow.connections))).toBe(false)
  })

  test('has a simulated device, says on the canvas what to do, and passes its own tests', async () => {
    const flow = readTemplate(name)
    expect(flow.nodes.some(({ type }) => type === 'simulated-sensor')).toBe(true)
    expect(flow.notes?.length).toBeGreaterThan(0)
    expect(flow.tests.length).toBeGreaterThan(0)
    expect(await runFlowTests(flow)).toEqual([])
  })
})

/** All of them at once in one real house, each as the gallery starts it: without a single setting. */
describe('in the house', () => {
  let server: ServerProcess
  let mqtt: MqttClient
  /** What was published last on each topic. */
  const said = new Map<string, string>()

  beforeAll(async () => {
    server = await startServerProcess()
    mqtt = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
    mqtt.on('message', (topic, payload) => void said.set(topic, payload.toString()))
    await mqtt.subscribeAsync('#', { qos: 1 })
    for (const name of names) {
      // the house stands on another port than usual here
      const text = textOf(name).replace('"port": 1883', `"port": ${server.mqttPort}`)
      const { body } = await server.api('POST', '/api/import?deploy=true', text)
      expect(body.flows).toMatchObject([{ id: name, deployed: true, problems: [] }])
    }
  }, 60_000)
  afterAll(async () => {
    await mqtt?.endAsync(true)
    await server?.[Symbol.asyncDispose]()
  })

  /** Presses the button of a card, or has the sensor say this. */
  async function press(flow: string, node: string, payload?: unknown): Promise<void> {
    const path = `/api/flows/${flow}/nodes/${node}/inject`
    const { status, body } = await server.api('POST', path, payload === undefined ? {} : { payload })
    expect({ status, body }).toMatchObject({ status: 200 })
  }
  const titles = async (): Promise<readonly string[]> => {
    const { body } = await server.api('GET', '/api/alarms')
    return body.filter(({ state }: { state: string }) => state === 'open').map(nameOf)
  }
  const nameOf = ({ title }: { title: string }) => title
  const series = async (key: string): Promise<readonly number[]> => {
    const { status, body } = await server.api('GET', `/api/series/${key}/points`)
    return status === 200 ? body.map(({ value }: { value: number }) => value) : []
  }

  test('all of them run, trusted for being ours but the one whose port was changed', async () => {
    const { body } = await server.api('GET', '/api/flows')
    const running = body.filter((flow: { running?: number }) => flow.running !== undefined)
    expect(running.map(({ id }: { id: string }) => id).sort()).toEqual(names)
    const untrusted = running.filter(({ trusted }: { trusted: boolean }) => !trusted)
    expect(untrusted.map(({ id }: { id: string }) => id)).toEqual(['second-broker'])
  })

  const does: Readonly<Record<string, () => Promise<void>>> = {
    'away-from-home': async () => {
      await press('away-from-home', 'presence', false)
      await press('away-from-home', 'motion')
      await expect.poll(titles).toContain('Motion while nobody is at home')
    },
    'door-watch': async () => {
      await press('door-watch', 'simulated')
      await expect.poll(titles).toContain('The door was opened')
    },
    'energy-meter': async () => {
      await press('energy-meter', 'power', 2100)
      await expect.poll(titles).toContain('2100 W are drawn')
      await expect.poll(() => series('energy/power')).toContain(2100)
      expect(Number(said.get('home/energy/today'))).toBeGreaterThanOrEqual(0)
    },
    heating: async () => {
      await press('heating', 'temperature', 18)
      await expect.poll(() => said.get('home/living-room/valve/set')).toBe('OPEN')
      await press('heating', 'window')
      await expect.poll(() => said.get('home/living-room/valve/set')).toBe('CLOSED')
    },
    'http-to-mqtt': async () => {
      const posted = { temperature: 21.5, battery: 12 }
      await server.api('POST', '/api/mqtt/http/garden', posted)
      await expect.poll(() => said.get('home/http/garden/temperature')).toBe('21.5')
      await expect.poll(titles).toContain('Battery of http/garden: 12 %')
    },
    'kitchen-scale': async () => {
      await press('kitchen-scale', 'scale', 250)
      await press('kitchen-scale', 'button')
      await expect.poll(() => said.get('kitchen/log')).toContain('"number":1,"grams":250')
    },
    'motion-light': async () => {
      await press('motion-light', 'brightness', 5)
      await press('motion-light', 'motion')
      await expect.poll(() => said.get('home/hall/light/set')).toBe('ON')
    },
    'offline-watch': async () => {
      await press('offline-watch', 'simulated', 21.5)
      await expect.poll(() => said.get('home/greenhouse/temperature')).toBe('21.5')
      expect(said.get('home/greenhouse/temperature/availability')).toBe('online')
    },
    'room-lights': async () => {
      await press('room-lights', 'kitchen-button')
      await expect.poll(() => said.get('home/kitchen/light/set')).toBe('ON')
      await press('room-lights', 'all-off')
      await expect.poll(() => said.get('home/kitchen/light/set')).toBe('OFF')
    },
    'second-broker': async () => {
      await press('second-broker', 'simulated', 3.5)
      await expect.poll(() => said.get('holiday-home/home/attic/temperature')).toBe('3.5')
      await mqtt.publishAsync('holiday-home/commands/porch', 'ON', { qos: 1 })
      await expect.poll(() => said.get('lamps/porch/set')).toBe('ON')
    },
    'tinkerforge-sensors': async () => {
      await press('tinkerforge-sensors', 'simulated-humidity', 41)
      await expect.poll(() => series('desk/humidity')).toContain(41)
    },
    'water-leak': async () => {
      await press('water-leak', 'leak')
      await expect.poll(() => said.get('home/water/valve/set')).toBe('CLOSED')
      await expect.poll(titles).toContain('Water under the sink')
      await press('water-leak', 'leak')
      await expect.poll(titles).not.toContain('Water under the sink')
    },
    'weather-dashboard': async () => {
      await press('weather-dashboard', 'temperature', -1.5)
      await expect.poll(titles).toContain('Frost: -1.5 °C outside')
      await expect.poll(() => said.get('weather/outside/text')).toBe('-1.5 °C outside')
    },
  }

  test.each(names)('%s does what it says', async (name) => {
    expect(Object.keys(does)).toContain(name)
    await does[name]?.()
  })
})
