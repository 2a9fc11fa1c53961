import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import mqtt from 'mqtt'
import { expect, test } from 'vitest'
import { patient } from './broker-rig.ts'

/** `npm run torture` asks for a hundred. */
const KILLS = Number(process.env['TEST_KILLS'] ?? 4)
const PER_ROUND = 200
const RETAINED = 5

test.each([4, 5] as const)(
  `MQTT %i under kill -9, ${KILLS} times: nothing that was acknowledged is lost, and nothing of QoS 2 comes twice`,
  {
    timeout: 60_000 + KILLS * 5_000,
  },
  async (protocolVersion) => {
    await using broker = await MortalBroker.start()
    const url = `mqtt://127.0.0.1:${broker.port}`
    const session = {
      ...{ protocolVersion, clean: false, reconnectPeriod: 20, connectTimeout: 5_000 },
      ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 3_600 } }),
    }
    const subscriber = await mqtt.connectAsync(url, { ...session, clientId: 'ear' })
    const publisher = await mqtt.connectAsync(url, { ...session, clientId: 'mouth' })
    for (const client of [subscriber, publisher]) client.on('error', () => {}) // the broker dies now and then
    const got = new Map<string, number>()
    subscriber.on('message', (_, payload) => void got.set(`${payload}`, (got.get(`${payload}`) ?? 0) + 1))
    await subscriber.subscribeAsync('a/#', { qos: 2 })

    const acknowledged: string[] = []
    const retained = new Map<string, number>()
    const publish = async (number: number): Promise<void> => {
      const qos = number % 2 === 0 ? 2 : 1
      const isRetained = number % 3 === 0
      // order is kept among messages of one topic and QoS (section 4.6)
      const topic = isRetained ? `a/q${qos}/${number % RETAINED}` : 'a/plain'
      await publisher.publishAsync(topic, `q${qos}-${number}`, { qos, retain: isRetained })
      acknowledged.push(`q${qos}-${number}`)
      if (isRetained) retained.set(topic, Math.max(number, retained.get(topic) ?? 0))
    }
    let number = 0
    for (let round = 0; round < KILLS; round++) {
      const sent = Array.from({ length: PER_ROUND }, () => publish(++number))
      await pause(Math.random() * 60)
      await broker.kill()
      await broker.restart()
      await Promise.all(sent)
    }

    const missing = () => acknowledged.filter((text) => !got.has(text))
    await expect.poll(missing, patient).toEqual([])
    await pause(300) // for what comes once too often
    expect([...got].filter(([text, times]) => text.startsWith('q2') && times > 1)).toEqual([])
    await subscriber.endAsync(true)
    await publisher.endAsync(true)

    const reader = await mqtt.connectAsync(url)
    const kept = new Map<string, number>()
    reader.on('message', (topic, payload) => void kept.set(topic, Number(`${payload}`.split('-')[1])))
    await reader.subscribeAsync('a/#')
    await expect.poll(() => kept, patient).toEqual(retained)
    await reader.endAsync(true)
  },
)

/** A broker that is killed and comes back on the same port with the same file. */
class MortalBroker implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wirehouse-kills-'))
  #process: ChildProcess | undefined
  port = 0

  static async start(): Promise<MortalBroker> {
    const broker = new MortalBroker()
    await broker.restart()
    return broker
  }

  async restart(): Promise<void> {
    const program = fileURLToPath(new URL('./broker-process.ts', import.meta.url))
    const args = [program, join(this.#folder, 'broker.db'), String(this.port)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = child
    const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    if (child.exitCode !== null) throw new Error(`the broker ended with ${child.exitCode}`)
    this.port = Number(line)
  }

  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true })
  }
}
