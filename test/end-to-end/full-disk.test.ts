import { execFileSync, spawnSync } from 'node:child_process'
import { connectAsync, type MqttClient } from 'mqtt'
import { expect, test } from 'vitest'
import { openBrowser } from '#rig/browser.ts'
import { OWNER, type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { TelegramProcess } from '#rig/telegram-process.ts'

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0
/** Each file may grow up to this, in KB. */
const LIMIT_KB = 3_000
/** From the first refused write to the banner. */
const BANNER_WITHIN_MS = 5_000

/** Holds what it gets, so that it must be kept. */
const holding = {
  format: 'wirehouse/flow@1',
  id: 'alarm',
  name: 'Alarm',
  nodes: [
    { id: 'bell', type: 'mqtt-in', at: [0, 0], config: { topic: 'home/bell', qos: 1 } },
    { id: 'wait', type: 'delay', at: [200, 0], config: { delayMs: 3_600_000 } },
    { id: 'seen', type: 'debug', at: [400, 0], config: {} },
  ],
  wires: [
    ['bell.out', 'wait.in'],
    ['wait.out', 'seen.in'],
  ],
}

/** Whether a message is acknowledged in the next moment. */
async function isAcknowledged(client: MqttClient, bytes: number): Promise<boolean> {
  const acknowledged = client.publishAsync('home/bell', Buffer.alloc(bytes, 'x'), { qos: 1 }).then(
    () => true,
    () => false, // the client was closed meanwhile
  )
  const tooLate = new Promise<false>((resolve) => setTimeout(() => resolve(false), 1_500))
  return await Promise.race([acknowledged, tooLate])
}

async function openFlows(server: ServerProcess, url: string) {
  const browser = await openBrowser(url)
  const { page } = browser
  await page.getByLabel('Name').fill(OWNER.name)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Alarm').first().waitFor()
  expect((await server.api('GET', '/api/conditions')).body).toEqual([])
  return browser
}

/** Lets the phone ring. */
const ringing = {
  format: 'wirehouse/flow@1',
  id: 'phone',
  name: 'Phone',
  nodes: [
    { id: 'door', type: 'mqtt-in', at: [0, 0], config: { topic: 'home/door', qos: 1 } },
    { id: 'phone', type: 'telegram-notify', at: [200, 0], config: { bot: 'bot', chat: '1' } },
  ],
  wires: [['door.out', 'phone.in']],
}

test.skipIf(!hasPrlimit)('on a full disk alarms still go out', { timeout: 120_000 }, async () => {
  using telegram = await TelegramProcess.start(1)
  await using server = await startServerProcess({ fileLimitKb: LIMIT_KB })
  const bot = { token: telegram.token, apiRoot: telegram.root }
  await server.api('PUT', '/api/connections/bot', { type: 'telegram-bot', name: 'Bot', config: bot })
  for (const flow of [holding, ringing]) {
    await server.api('PUT', `/api/flows/${flow.id}`, flow)
    expect((await server.api('POST', `/api/flows/${flow.id}/deploy`)).status).toBe(200)
  }
  const sensor = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
  while (await isAcknowledged(sensor, 100_000));
  while (await isAcknowledged(sensor, 500)); // what is left of the room, too
  sensor.publish('home/door', 'Somebody is at the door', { qos: 1 })
  await expect.poll(() => telegram.sent.some(({ text }) => text.startsWith('Somebody'))).toBe(true)
  sensor.end(true)
})

test.skipIf(!hasPrlimit)(
  'on a full disk nothing is acknowledged that is not stored, a banner says so, and it is over by itself',
  { timeout: 120_000 },
  async () => {
    await using server = await startServerProcess({ fileLimitKb: LIMIT_KB })
    await server.api('PUT', '/api/flows/alarm', holding)
    await server.api('POST', '/api/flows/alarm/deploy')
    await using browser = await openFlows(server, server.url)
    const sensor = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })

    let stored = 0
    while (await isAcknowledged(sensor, 100_000)) stored++
    const refusedAt = performance.now()
    expect(stored).toBeGreaterThan(3)
    const banner = browser.page.getByText('is full. Nothing can be saved')
    await banner.waitFor({ timeout: BANNER_WITHIN_MS - 1_500 })
    expect(performance.now() - refusedAt).toBeLessThan(BANNER_WITHIN_MS)
    expect((await server.api('GET', '/api/health')).status).toBe(200)

    execFileSync('prlimit', ['--pid', String(server.process.pid), '--fsize=unlimited'])
    sensor.end(true)
    const again = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
    expect(await isAcknowledged(again, 100_000)).toBe(true)
    await banner.waitFor({ state: 'detached', timeout: 20_000 })
    expect((await server.api('GET', '/api/conditions')).body).toEqual([])
    await again.endAsync()
  },
)
