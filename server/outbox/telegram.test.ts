import { afterEach, beforeEach, expect, test } from 'vitest'
import { telegramBot } from '#nodes/connections/telegram-bot/definition.ts'
import { telegramBotRuntime } from '#nodes/connections/telegram-bot/runtime.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { type FakeTelegram, startFakeTelegram } from '#rig/fake-telegram.ts'
import { outboxRig } from './rig/outbox-rig.ts'

const CHATS = [1, 2, -100] as const
const MINUTE = 60_000

let rig: ReturnType<typeof outboxRig>
let telegram: FakeTelegram
let stop: AbortController

beforeEach(async () => {
  rig = outboxRig({ open: () => openBot() })
  telegram = await startFakeTelegram({ clock: rig.clock })
  for (const chat of CHATS) telegram.addChat(chat)
})
afterEach(async () => {
  stop.abort()
  await telegram.close()
})

function openBot() {
  stop = new AbortController()
  const services = { ...fakeServices(), posts: rig.outbox, endpoints: { telegram: telegram.root } }
  const { carrier } = telegramBotRuntime.open({
    id: 'bot',
    config: telegramBot.config.parse({ token: telegram.token }),
    clock: rig.clock,
    signal: stop.signal,
    services,
    status: () => {},
    log: () => {},
    own: (resource) => resource,
  })
  return carrier
}

const letter = (text: string) => ({ text, html: false, silent: false, language: 'en', buttons: [] })
const post = (chat: number, text: string) =>
  rig.post({ target: String(chat), body: letter(text), urgency: 'alarm' })

/** Lets time pass at the pace of the network. */
async function pass(ms: number): Promise<void> {
  const end = rig.clock.now() + ms
  while (rig.clock.now() < end) await rig.clock.advance(100)
}

async function passUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await pass(1_000)
}

/** What arrived in a chat, each the first time. */
const arrived = (chat: number): string[] => [
  ...new Set(telegram.texts(chat).map((text) => text.split('\n')[0] ?? '')),
]
const named = (count: number) => Array.from({ length: count }, (_, index) => `alarm ${index}`)

test('a burst stays below the limits of Telegram, and keeps its order', async () => {
  for (const name of named(40)) await Promise.all(CHATS.map((chat) => post(chat, name)))
  await passUntil(() => telegram.messages.length === 3 * 40)
  for (const chat of CHATS) expect(telegram.texts(chat)).toEqual(named(40))
  expect(new Set(telegram.calls.map(({ status }) => status))).toEqual(new Set([200]))
}, 60_000)

test('ten minutes of trouble with a crash in between lose nothing, and mark what may have come twice', async () => {
  const faults = [
    { kind: 'status', status: 503 },
    { kind: 'reset-after' },
    { kind: 'wait', seconds: 20 },
    { kind: 'hang' },
    { kind: 'reset-before' },
  ] as const
  const end = rig.clock.now() + 10 * MINUTE
  for (let index = 0; rig.clock.now() < end; index++) {
    telegram.fail(faults[index % faults.length] ?? faults[0])
    if (index < 30) for (const chat of CHATS) await post(chat, `alarm ${index}`)
    await pass(5_000)
    if (index === 12) {
      stop.abort()
      rig.crash()
    }
  }
  telegram.recover()
  await passUntil(() => rig.outbox.metrics().waiting === 0)
  await pass(MINUTE)
  for (const chat of CHATS) expect(arrived(chat)).toEqual(named(30))
  const plain = telegram.messages.filter(({ text }) => !text.includes('↻'))
  expect(new Set(plain.map(({ chat, text }) => `${chat} ${text}`)).size).toBe(plain.length)
  expect(telegram.messages.length).toBeGreaterThan(plain.length)
  const waits = telegram.calls.filter(({ status }) => status === 429).length
  expect(waits).toBeLessThanOrEqual(Math.ceil(120 / faults.length))
}, 60_000)
