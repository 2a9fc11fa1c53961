import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { select } from '#rig/editor-page.ts'
import { type FakeMessage, startFakeTelegram } from '#rig/fake-telegram.ts'
import { startServerProcess } from '#rig/server-process.ts'

const TOKEN = '123456:test-token-of-the-fake'
const ANNA = { id: 4711, name: 'Anna' }

const flow = {
  format: 'wirehouse/flow@1',
  id: 'door',
  name: 'Door',
  nodes: [
    { id: 'bell', type: 'mqtt-in', at: [0, 0], config: { topic: 'home/door/bell', qos: 1 } },
    {
      id: 'phone',
      type: 'telegram-notify',
      version: 2,
      at: [260, 0],
      config: { bot: 'house-bot', buttons: 'acknowledge' },
    },
    { id: 'answer', type: 'mqtt-out', at: [520, 0], config: { topic: 'home/door/answer' } },
  ],
  wires: [
    ['bell.out', 'phone.in'],
    ['phone.answered', 'answer.in'],
  ],
}

const firstButton = ({ keyboard }: FakeMessage): string => keyboard[0]?.[0]?.callback_data ?? ''

test('a phone is paired by a link, an alarm is acknowledged on it, and what was sent meanwhile arrives after a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-'))
  await using telegram = await startFakeTelegram({ token: TOKEN })
  telegram.addChat(ANNA.id, { name: 'Anna', started: false })
  const env = { WIREHOUSE_TELEGRAM_API: telegram.root }
  let server = await startServerProcess({ dataDir, env })
  const config = { token: TOKEN }
  await server.api('PUT', '/api/connections/house-bot', { type: 'telegram-bot', name: 'House bot', config })
  await server.api('PUT', '/api/flows/door?lenient=true', flow)

  await using browser = await signIn(server.url, '/flows/door')
  const { page } = browser
  await select(page, 'phone')
  await page.getByRole('button', { name: 'Pair', exact: true }).click()
  const link = await page.getByRole('link', { name: 'Open the link on this device' }).getAttribute('href')
  telegram.openLink(link ?? '', ANNA.id, ANNA)
  await page.getByText('“Anna” is paired.').waitFor()
  await expect.poll(() => page.getByLabel('Chat', { exact: true }).inputValue()).toBe(String(ANNA.id))
  await page.getByRole('button', { name: /^Deploy/ }).click()
  await page
    .getByText(/runs now/)
    .first()
    .waitFor()

  const rope = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
  const answers: string[] = []
  rope.on('message', (_, payload) => answers.push(payload.toString()))
  await rope.subscribeAsync('home/door/answer', { qos: 1 })
  await rope.publishAsync('home/door/bell', 'ring', { qos: 1 })
  await telegram.until(() => telegram.texts(ANNA.id).includes('ring'))
  const rung = telegram.messages.find(({ text }) => text === 'ring')
  if (!rung) throw new Error('nobody was told')
  const press = telegram.press(rung, firstButton(rung), ANNA)
  await expect
    .poll(() => [press.answer, rung.text, answers], { timeout: 5_000 })
    .toEqual(['Acknowledged', 'ring\n✅ Acknowledged by Anna', ['acknowledge']])
  expect(browser.complaints).toEqual([])

  telegram.fail({ kind: 'status', status: 502, method: 'sendMessage' }, 1_000)
  await rope.publishAsync('home/door/bell', 'while Telegram is away', { qos: 1 })
  await telegram.until(() => telegram.calls.some(({ status }) => status === 502))
  await rope.endAsync()
  await server.kill('SIGKILL')
  telegram.recover()
  server = await startServerProcess({ dataDir, env })
  await telegram.until(() => telegram.texts(ANNA.id).some((text) => text.startsWith('while')))
  expect(telegram.texts(ANNA.id).filter((text) => text.startsWith('while'))).toEqual([
    'while Telegram is away\n↻ Perhaps for the second time',
  ])
  await server[Symbol.asyncDispose]()
}, 120_000)

test('a bell that rings right after a crash is not taken for the one before it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-'))
  await using telegram = await startFakeTelegram({ token: TOKEN })
  telegram.addChat(ANNA.id, { name: 'Anna', started: true })
  const env = { WIREHOUSE_TELEGRAM_API: telegram.root }
  let server = await startServerProcess({ dataDir, env })
  const connection = { type: 'telegram-bot', name: 'House bot', config: { token: TOKEN } }
  await server.api('PUT', '/api/connections/house-bot', connection)
  await server.api('PUT', '/api/flows/door', {
    ...flow,
    nodes: [
      { id: 'bell', type: 'mqtt-in', config: { topic: 'home/door/bell', qos: 1, payload: 'text' } },
      { id: 'once', type: 'debounce', config: { edge: 'leading', quietMs: 60_000 } },
      { id: 'phone', type: 'telegram-notify', config: { bot: 'house-bot', chat: String(ANNA.id) } },
    ],
    wires: [
      ['bell.out', 'once.in'],
      ['once.out', 'phone.in'],
    ],
  })
  expect((await server.api('POST', '/api/flows/door/deploy')).status).toBe(200)
  const ring = async (text: string) => {
    const rope = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
    await rope.publishAsync('home/door/bell', text, { qos: 1 })
    await telegram.until(() => telegram.texts(ANNA.id).includes(text))
    await rope.endAsync()
  }
  await ring('before')
  await server.kill('SIGKILL') // what the disk does not know to be settled comes again
  server = await startServerProcess({ dataDir, env })
  await ring('after')
  expect(telegram.texts(ANNA.id).filter((text) => text === 'before')).toHaveLength(1)
  await server[Symbol.asyncDispose]()
})
