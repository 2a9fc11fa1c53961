import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { StubbornSensor } from '#rig/stubborn-sensor.ts'
import { TelegramProcess } from '#rig/telegram-process.ts'
import { Keeper } from '../bench/keeper.ts'
import { endProcess } from '../bench/peers/end-process.ts'
import { freePort } from '../bench/peers/free-port.ts'
import { findMosquitto, installMosquitto } from '../bench/peers/install-mosquitto.ts'
import { startMosquitto } from '../bench/peers/mosquitto.ts'

/**
 * Promise 1 of design.md: alarms go through `mqtt-in → delay → telegram-notify`, twenty a second, and the server is
 * killed again and again. A fake Telegram in a process of its own counts. TEST_KILLS says how often.
 */
const KILLS = Number(process.env['TEST_KILLS'] ?? 3)
/** From so many on, the machine is there for this alone. */
const TORTURE = 20
/** Telegram takes one message a second and chat. */
const CHATS = 30
const EVERY_MS = 50
const HELD_MS = 300
const LIFE_MS = { least: 200, most: 2_500 }
const BOT = 'bot'
/** For the next of what has piled up at the end: the bot sends twenty a second, as many as come. */
const DRAIN_MS = 20_000 + KILLS * 1_000

test(`${KILLS} kills cost no alarm, and at most one comes twice for each kill and chat, marked`, {
  timeout: 60_000 + KILLS * 10_000,
}, async () => {
  const mqttPort = await freePort()
  await suffer({ mqttPort, brokerPort: mqttPort })
})

test.skipIf(!findMosquitto() && KILLS < TORTURE)(
  `${KILLS} kills behind Mosquitto cost no alarm either`,
  { timeout: 60_000 + KILLS * 10_000 },
  async () => {
    using keeper = new Keeper()
    const folder = await mkdtemp(join(tmpdir(), 'wirehouse-mosquitto-'))
    keeper.keepFolder(folder)
    const mosquitto = await startMosquitto(installMosquitto(), folder, keeper)
    await suffer({ mqttPort: await freePort(), brokerPort: mosquitto.port, outside: mosquitto.port })
    await endProcess(mosquitto.process)
  },
)

interface Setup {
  readonly mqttPort: number
  /** Where the sensor publishes. */
  readonly brokerPort: number
  /** Port of an outside broker that the flow listens to. */
  readonly outside?: number
}

async function suffer({ mqttPort, brokerPort, outside }: Setup): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-alarms-'))
  using telegram = await TelegramProcess.start(CHATS)
  const env = { WIREHOUSE_MQTT_PORT: String(mqttPort), WIREHOUSE_LOG_LEVEL: 'warn' }
  const start = () => startServerProcess({ dataDir, env })
  let server = await start()
  await furnish(server, telegram, outside)
  const ringer = new Ringer(brokerPort)
  /** How many had come at each kill. */
  const kills: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(LIFE_MS.least + Math.random() * (LIFE_MS.most - LIFE_MS.least))
    await server.kill('SIGKILL')
    kills.push(telegram.sent.length)
    server = await start()
  }
  const published = await ringer.end()
  const missing = () => {
    const seen = new Set(telegram.sent.map(({ text }) => numberOf(text)))
    return Array.from({ length: published }, (_, number) => number + 1).filter((number) => !seen.has(number))
  }
  let lost = missing()
  let end = performance.now() + DRAIN_MS
  while (lost.length > 0 && performance.now() < end) {
    await pause(50)
    const still = missing()
    if (still.length < lost.length) end = performance.now() + DRAIN_MS
    lost = still
  }
  if (lost.length > 0) await tellState(server)
  await server[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
  const doubled = findDoubles(telegram.sent, kills)
  process.stdout.write(
    `${published} alarms, ${KILLS} kills: ${lost.length} lost, ${doubled.length} doubled, ${doubled.filter(({ isMarked }) => !isMarked).length} of them unmarked\n`,
  )
  expect(published).toBeGreaterThan(KILLS * 10)
  expect(lost).toEqual([])
  expect(doubled.filter(({ isMarked }) => !isMarked)).toEqual([])
  // a machine that has other tests to run is slow to acknowledge, and then more of it comes again
  if (KILLS < TORTURE) return
  const perKillAndChat = Map.groupBy(doubled, ({ kill, chat }) => `kill ${kill}, chat ${chat}`)
  expect([...perKillAndChat].filter(([, all]) => all.length > 1)).toEqual([])
}

/** For whoever has to find out where they are. */
async function tellState(server: ServerProcess): Promise<void> {
  const paths = ['/api/dead-letters', '/api/outbox', '/api/flows/alarm/status', '/api/conditions']
  for (const path of paths) {
    const { body } = await server.api('GET', path)
    process.stdout.write(`${path}: ${JSON.stringify(body).slice(0, 2_000)}\n`)
  }
  process.stdout.write(server.output.slice(-4_000))
}

/** One branch for each chat: a topic, a step that takes a while, a phone. */
async function furnish(server: ServerProcess, telegram: TelegramProcess, outside?: number): Promise<void> {
  const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
    const answer = await server.api(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
  }
  const bot = { token: telegram.token, apiRoot: telegram.root }
  await ask('PUT', `/api/connections/${BOT}`, { type: 'telegram-bot', name: 'Bot', config: bot })
  if (outside !== undefined) {
    const config = { host: '127.0.0.1', port: outside, clientId: 'house', keepSession: true }
    await ask('PUT', '/api/connections/outside', { type: 'mqtt', name: 'Outside', config })
  }
  const chats = Array.from({ length: CHATS }, (_, index) => index + 1)
  const broker = outside === undefined ? {} : { broker: 'outside' }
  const nodes = chats.flatMap((chat) => [
    { id: `in${chat}`, type: 'mqtt-in', config: { topic: `bell/${chat}`, qos: 1, ...broker } },
    { id: `wait${chat}`, type: 'delay', config: { delayMs: HELD_MS } },
    { id: `phone${chat}`, type: 'telegram-notify', config: { bot: BOT, chat: String(chat) } },
  ])
  const wires = chats.flatMap((chat) => [
    [`in${chat}.out`, `wait${chat}.in`],
    [`wait${chat}.out`, `phone${chat}.in`],
  ])
  const flow = {
    format: 'wirehouse/flow@1',
    id: 'alarm',
    name: 'Alarm',
    nodes: nodes.map((node) => ({ ...node, at: [0, 0] })),
    wires,
  }
  await ask('PUT', '/api/flows/alarm', flow)
  await ask('POST', '/api/flows/alarm/deploy')
}

/** Publishes 1, 2, 3 … to one topic after another, until it is told to stop. */
class Ringer {
  readonly #sensor: StubbornSensor
  readonly #stop = new AbortController()
  readonly #ringing: Promise<number>

  constructor(port: number) {
    this.#sensor = new StubbornSensor(port, 'sensor')
    this.#ringing = this.#ring()
  }

  /** Resolves when all is acknowledged; answers how many. */
  async end(): Promise<number> {
    this.#stop.abort()
    const count = await this.#ringing
    await this.#sensor.end()
    return count
  }

  async #ring(): Promise<number> {
    let count = 0
    while (!this.#stop.signal.aborted) {
      this.#sensor.publish(`bell/${(count % CHATS) + 1}`, String(count + 1))
      count++
      await pause(EVERY_MS)
    }
    return count
  }
}

const numberOf = (text: string): number => Number(/^\d+/.exec(text)?.[0])

interface Double {
  readonly number: number
  readonly chat: number
  /** After how many kills. */
  readonly kill: number
  readonly isMarked: boolean
}

function findDoubles(sent: TelegramProcess['sent'], kills: readonly number[]): readonly Double[] {
  const seen = new Set<number>()
  return sent.flatMap(({ chat, text }, index): readonly Double[] => {
    const number = numberOf(text)
    if (!seen.has(number)) {
      seen.add(number)
      return []
    }
    const kill = kills.filter((before) => before <= index).length
    return [{ number, chat, kill, isMarked: text !== String(number) }]
  })
}
