import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { expect, test } from 'vitest'
import { openBrowser } from '#rig/browser.ts'
import { drop, select, wire } from '#rig/editor-page.ts'
import { startFakeTelegram } from '#rig/fake-telegram.ts'
import { startServerProcess } from '#rig/server-process.ts'

const TOKEN = '123456:test-token-of-the-fake'
const CHAT = 4711

test('a person sets up the house, draws a door alarm, and the phone rings exactly once', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-'))
  await using telegram = await startFakeTelegram({ token: TOKEN })
  telegram.addChat(CHAT, { started: true })
  const env = { WIREHOUSE_TELEGRAM_API: telegram.root }
  let server = await startServerProcess({ dataDir, env, withoutOwner: true })
  await using browser = await openBrowser(server.url)
  const { page } = browser
  page.setDefaultTimeout(10_000)

  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill('a-long-password')
  await page.getByRole('button', { name: 'Make it mine' }).click()

  await page.getByText('Empty flow').click()
  await page.getByLabel('Name').fill('Door alarm')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.locator('.react-flow__pane').waitFor()

  const bell = await drop(page, 'mqtt-in', 40, 60)
  const quiet = await drop(page, 'debounce', 280, 60)
  const phone = await drop(page, 'telegram-notify', 520, 60)
  const shown = await drop(page, 'debug', 520, 200)
  await wire(page, `${bell}.out`, `${quiet}.in`)
  await wire(page, `${quiet}.out`, `${phone}.in`)
  await wire(page, `${quiet}.out`, `${shown}.in`)

  await select(page, bell)
  await page.getByLabel('Topic', { exact: true }).fill('home/door/bell')
  await select(page, quiet)
  await page.getByRole('combobox', { name: 'Pass on' }).click()
  await page.getByRole('option', { name: 'the first, at once' }).click()

  await select(page, phone)
  await page.getByRole('combobox', { name: 'Bot' }).click()
  await page.getByRole('option', { name: 'New connection…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Token').fill(TOKEN)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByLabel('Chat', { exact: true }).fill(String(CHAT))
  await page.getByLabel('Text', { exact: true }).fill('Somebody is at the door: {{ payload }}')

  await page.getByRole('button', { name: /^Deploy/ }).click()
  await page
    .getByText(/runs now/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Debug', exact: true }).click()

  const bellRope = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
  await bellRope.publishAsync('home/door/bell', 'ring', { qos: 1 })
  await bellRope.publishAsync('home/door/bell', 'ring', { qos: 1 })
  await telegram.until(() => telegram.messages.length > 0)
  await page.getByText('home/door/bell').last().waitFor()
  await bellRope.endAsync()
  expect(telegram.texts(CHAT)).toEqual(['Somebody is at the door: ring'])
  expect(browser.complaints).toEqual([])

  expect(await server.kill('SIGTERM')).toBe(0)
  server = await startServerProcess({ dataDir, env, withoutOwner: true })
  const again = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
  await again.publishAsync('home/door/bell', 'after the restart', { qos: 1 })
  await telegram.until(() => telegram.messages.length > 1)
  await again.endAsync()
  expect(telegram.texts(CHAT)).toEqual([
    'Somebody is at the door: ring',
    'Somebody is at the door: after the restart',
  ])
  await server[Symbol.asyncDispose]()
}, 120_000)
