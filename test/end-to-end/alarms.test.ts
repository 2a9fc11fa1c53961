import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/** A bell whose alarm writes each of its steps to a topic that keeps it. */
const bellFlow = (steps: readonly number[]) => ({
  format: 'wirehouse/flow@1',
  id: 'bell',
  name: 'Bell',
  nodes: [
    { id: 'in', type: 'mqtt-in', config: { topic: 'bell', qos: 1, payload: 'text' } },
    { id: 'ack', type: 'mqtt-in', config: { topic: 'ack', qos: 1, payload: 'text' } },
    { id: 'alarm', type: 'alarm', config: { title: 'Rang: {{ payload }}', key: '{{ payload }}', steps } },
    ...['step1', 'step2', 'acknowledged'].flatMap((port) => [
      {
        id: `text-${port}`,
        type: 'template',
        config: { template: '{{ payload }} {{ alarm.count }} {{ alarm.acknowledgedBy | default "-" }}' },
      },
      { id: port, type: 'mqtt-out', config: { topic: `told/${port}`, qos: 1, retain: true } },
    ]),
  ],
  wires: [
    ['in.out', 'alarm.in'],
    ['ack.out', 'alarm.acknowledge'],
    ...['step1', 'step2', 'acknowledged'].flatMap((port) => [
      [`alarm.${port}`, `text-${port}.in`],
      [`text-${port}.out`, `${port}.in`],
    ]),
  ],
})

async function deploy(server: ServerProcess, steps: readonly number[]): Promise<void> {
  expect((await server.api('PUT', '/api/flows/bell', bellFlow(steps))).status).toBe(201)
  expect((await server.api('POST', '/api/flows/bell/deploy')).status).toBe(200)
}

async function publish(server: ServerProcess, topic: string, payload: string): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`)
  await client.publishAsync(topic, payload, { qos: 1 })
  client.end(true)
}

const told = async (server: ServerProcess, port: string): Promise<unknown> => {
  const { status, body } = await server.api('GET', `/api/mqtt/told/${port}`)
  return status === 200 ? body : undefined
}

describe('in the house', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-alarms-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  test('an alarm outlives kill -9: its steps go on, and the button ends it', async () => {
    const env = { WIREHOUSE_INBOX: 'on' }
    await using server = await startServerProcess({ dataDir, env })
    await deploy(server, [0, 1_500, 3_600_000])
    await publish(server, 'bell', 'front')
    await server.kill('SIGKILL')

    await using next = await startServerProcess({ dataDir, env })
    await expect.poll(() => told(next, 'step2')).toBe('front 1 -')
    expect(await told(next, 'step1')).toBe('front 1 -')
    const { body } = await next.api('GET', '/api/alarms?state=open')
    expect(body).toMatchObject([{ title: 'Rang: front', count: 1, step: 1, steps: 3 }])

    await publish(next, 'ack', 'pressed')
    await expect.poll(() => told(next, 'acknowledged')).toBe('front 1 ack')
    expect((await next.api('GET', '/api/alarms?state=acknowledged')).body).toMatchObject([
      { acknowledgedBy: 'ack' },
    ])
    const { body: metrics } = await next.api('GET', '/metrics')
    expect(metrics).toMatch(/^wirehouse_alarms_acknowledged 1$/m)
  })
})

describe('on the page', () => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await startServerProcess()
    await deploy(server, [0, 3_600_000])
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('alarms come and go live, and can be acknowledged by the keyboard alone', async () => {
    await using browser = await signIn(server.url, '/alarms')
    const { page } = browser
    await page.getByText('All is quiet').waitFor()
    await publish(server, 'bell', 'front')
    await page.getByText('Rang: front').waitFor()
    await page.getByRole('link', { name: /^Alarms\s*: 1 open$/ }).waitFor()
    await publish(server, 'bell', 'front')
    await page.getByText('2 times').waitFor()

    await page.getByRole('button', { name: 'Acknowledge: Rang: front' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText(/Acknowledged by admin at/).waitFor()
    await page.getByText('All is quiet').waitFor()
    expect(await told(server, 'acknowledged')).toBe('front 2 admin')

    await page.getByRole('button', { name: 'Actions for Rang: front' }).focus()
    for (const key of ['Enter', 'Enter']) await page.keyboard.press(key)
    await page.getByText(/closed by admin at/).waitFor()
    expect(browser.complaints).toEqual([])
  })

  test('says in German who was quicker', async () => {
    await using browser = await signIn(server.url, '/alarms', { language: 'de', width: 390, height: 844 })
    const { page } = browser
    await page.getByText('Alles ruhig').waitFor()
    await publish(server, 'bell', 'back')
    const button = page.getByRole('button', { name: 'Bestätigen: Rang: back' })
    await button.waitFor()
    // as if the news of it had not come through yet
    await page.route('**/api/alarms?*', (route) => route.abort())
    await publish(server, 'ack', 'pressed')
    await expect.poll(() => told(server, 'acknowledged')).toBe('back 1 ack')
    await button.click()
    await page.getByText('ack war schneller.').waitFor()
  })

  test('who may only look sees alarms, and nothing to press', async () => {
    await publish(server, 'bell', 'side')
    const viewer = { name: 'vera', role: 'viewer', password: 'only-looking-around' }
    expect((await server.api('POST', '/api/users', viewer)).status).toBe(201)
    await using browser = await signIn(server.url, '/alarms')
    const { page } = browser
    await page.context().clearCookies()
    await page.goto(server.url)
    await page.getByLabel('Name').fill(viewer.name)
    await page.getByLabel('Password', { exact: true }).fill(viewer.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: /^Alarms\s*: 1 open$/ }).click()
    await page.getByText('Rang: side').waitFor()
    expect(await page.getByRole('button', { name: /Acknowledge/ }).count()).toBe(0)
  })
})
