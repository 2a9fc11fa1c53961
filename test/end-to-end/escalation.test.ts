import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import example from '#flows/examples/door-escalation.json' with { type: 'json' }
import { type FakeTelegram, startFakeTelegram } from '#rig/fake-telegram.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const TOKEN = '123456:test-token-of-the-fake'
const OWNER_CHAT = 1001
const FAMILY = -1001234567890
const chats: Readonly<Record<string, number>> = { owner: OWNER_CHAT, family: FAMILY }

/** The example, with chats, and with steps for which a test can wait. */
const doorFlow = (steps: readonly number[]) => ({
  ...example,
  nodes: example.nodes.map((node) => {
    const chat = chats[node.id]
    if (chat !== undefined) return { ...node, config: { ...node.config, chat: `${chat}` } }
    return node.id === 'alarm' ? { ...node, config: { ...node.config, steps } } : node
  }),
})

let telegram: FakeTelegram
let server: ServerProcess
let mqtt: MqttClient

beforeEach(async () => {
  telegram = await startFakeTelegram({ token: TOKEN })
  telegram.addChat(OWNER_CHAT, { started: true, name: 'Anna' })
  telegram.addChat(FAMILY, { type: 'supergroup', name: 'Family' })
  server = await startServerProcess({ env: { WIREHOUSE_TELEGRAM_API: telegram.root } })
  mqtt = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`)
  const bot = { type: 'telegram-bot', name: 'House bot', config: { token: TOKEN } }
  expect((await server.api('PUT', '/api/connections/house-bot', bot)).status).toBe(201)
})
afterEach(async () => {
  mqtt.end(true)
  await server[Symbol.asyncDispose]()
  await telegram[Symbol.asyncDispose]()
})

async function deploy(steps: readonly number[]): Promise<void> {
  await server.api('PUT', '/api/flows/door-escalation', doorFlow(steps))
  expect((await server.api('POST', '/api/flows/door-escalation/deploy')).body).toMatchObject({
    revision: { number: 1 },
  })
}

const stateOf = async () => (await server.api('GET', '/api/mqtt/home/door/alarm')).body
const alarms = async () => (await server.api('GET', '/api/alarms')).body

test('nobody presses: the family is told; a press of theirs is the acknowledgement, and a second one changes nothing', async () => {
  await deploy([0, 1_000])
  await mqtt.publishAsync('home/door/bell', 'ring', { qos: 1 })
  await telegram.until(() => telegram.texts(FAMILY).length > 0)
  expect([telegram.texts(OWNER_CHAT).length, telegram.texts(FAMILY).length]).toEqual([1, 1])
  expect(await stateOf()).toBe('ringing')

  const [toOwner, toFamily] = telegram.messages
  const dataOf = (message = toFamily) => message?.keyboard[0]?.[0]?.callback_data ?? ''
  if (!toOwner || !toFamily) throw new Error('somebody was not told')
  const press = telegram.press(toFamily, dataOf(), { id: 7, name: 'Ben' })
  await expect.poll(() => press.answer).toBe('Acknowledged')
  await expect.poll(alarms).toMatchObject([{ state: 'acknowledged', acknowledgedBy: 'Ben' }])
  await expect.poll(stateOf).toBe('acknowledged by Ben')

  const second = telegram.press(toOwner, dataOf(toOwner), { id: 8, name: 'Anna' })
  await expect.poll(() => second.answer).toContain('Ben')
  await expect.poll(() => toOwner.text).toContain('Ben')
  expect(await alarms()).toMatchObject([{ state: 'acknowledged', acknowledgedBy: 'Ben' }])
})

test('a press in time spares the family', async () => {
  await deploy([0, 3_000])
  await mqtt.publishAsync('home/door/bell', 'ring', { qos: 1 })
  await telegram.until(() => telegram.texts(OWNER_CHAT).length > 0)
  const [message] = telegram.messages
  if (!message) throw new Error('the owner was not told')
  telegram.press(message, message.keyboard[0]?.[0]?.callback_data ?? '', { id: 8, name: 'Anna' })
  await expect.poll(alarms).toMatchObject([{ state: 'acknowledged', acknowledgedBy: 'Anna' }])
  const [alarm] = await alarms()
  expect(alarm.nextStepAt).toBeUndefined()
  await expect.poll(() => Date.now() > alarm.since + 3_500).toBe(true)
  expect(telegram.texts(FAMILY)).toEqual([])
})
