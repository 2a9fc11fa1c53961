import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeError } from '#kit/runtime/node-error.ts'
import { spoken } from '#kit/sentence.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { type FakeTelegram, startFakeTelegram } from '#rig/fake-telegram.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { telegramBot } from './definition.ts'
import { telegramBotRuntime } from './runtime.ts'

const ANNA = 4711
const GROUP = -100
let clock: VirtualClock
let telegram: FakeTelegram
let stop: AbortController
let statuses: [string, string | undefined][]
let logs: string[]

beforeEach(async () => {
  clock = new VirtualClock()
  stop = new AbortController()
  statuses = []
  logs = []
  telegram = await startFakeTelegram({ clock })
  telegram.addChat(ANNA, { name: 'Anna' })
  telegram.addChat(GROUP, { name: 'WG' })
})

afterEach(async () => {
  stop.abort()
  await telegram.close()
})

function openBot(config: { readonly token?: string; readonly apiRoot?: string } = {}) {
  return telegramBotRuntime.open({
    id: 'bot',
    config: telegramBot.config.parse({ token: telegram.token, ...config }),
    clock,
    signal: stop.signal,
    services: { ...fakeServices(), endpoints: { telegram: telegram.root } },
    status: (state, text) => statuses.push([state, text && spoken(text).text]),
    log: (_, text) => logs.push(spoken(text).text),
    own: (resource) => resource,
  })
}

const text = (words: string, chat = ANNA) => ({ chat: String(chat), text: words })
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: NodeError) => error,
  )

/** Waits for what the network brings, while the clock stands still. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await clock.advance(0)
}

describe('sends', () => {
  it('a text, plain or marked up, with a sound or without', async () => {
    const { link } = openBot()
    const receipt = await link.sendMessage(text('1 < 2'))
    await link.sendMessage({ ...text('<b>Bell</b>', GROUP), html: true, silent: true })
    expect(receipt).toEqual({ messageId: 1, chat: '4711', mayBeDouble: false })
    expect(telegram.messages).toMatchObject([
      { chat: ANNA, text: '1 < 2', parseMode: undefined, silent: false },
      { chat: GROUP, text: 'Bell', parseMode: 'HTML', silent: true },
    ])
  })

  it('a picture, as bytes or by its address', async () => {
    const { link } = openBot()
    const bytes = new Uint8Array([255, 216, 0])
    await link.sendPhoto({ chat: String(ANNA), photo: bytes, caption: '<i>Door</i>', html: true })
    await link.sendPhoto({ chat: String(ANNA), photo: 'https://camera.example/1.jpg', caption: '' })
    expect(telegram.messages).toMatchObject([
      { photo: bytes, text: 'Door' },
      { photo: 'https://camera.example/1.jpg', text: '' },
    ])
  })

  it('to another API root when it is told to', async () => {
    await using other = await startFakeTelegram({ clock })
    other.addChat(ANNA)
    await openBot({ apiRoot: `${other.root}/` }).link.sendMessage(text('here'))
    expect([other.texts(ANNA), telegram.messages]).toEqual([['here'], []])
  })

  it('to where a group has moved, and says so once', async () => {
    const { link } = openBot()
    telegram.migrate(GROUP, -1001)
    const receipts = [await link.sendMessage(text('a', GROUP)), await link.sendMessage(text('b', GROUP))]
    expect(receipts.map((receipt) => receipt.chat)).toEqual(['-1001', '-1001'])
    expect(telegram.texts(-1001)).toEqual(['a', 'b'])
    expect(logs).toEqual(['The group -100 has the number -1001 now. Put it into the nodes that write to it.'])
  })
})

describe('keeps at it', () => {
  it('when Telegram asks for a pause: waits exactly so long and sends once', async () => {
    telegram.fail({ kind: 'wait', seconds: 7 })
    const sent = openBot().link.sendMessage(text('Bell'))
    await until(() => statuses.length > 0)
    expect(statuses).toEqual([['warn', 'Telegram asks for a pause of 7 s.']])
    await clock.advance(6_999)
    expect(telegram.count('sendMessage')).toBe(1)
    await clock.advance(1)
    expect(await sent).toMatchObject({ mayBeDouble: false })
    expect(telegram.texts(ANNA)).toEqual(['Bell'])
    expect(statuses.at(-1)).toEqual(['ok', undefined])
  })

  it.each([
    [{ kind: 'status', status: 502 }, ['Bell']],
    [{ kind: 'reset-before' }, ['Bell']],
    [{ kind: 'reset-after' }, ['Bell', 'Bell']],
  ] as const)('after %j, and says that it may have arrived twice', async (fault, texts) => {
    telegram.fail(fault)
    const sent = openBot().link.sendMessage(text('Bell'))
    await until(() => logs.length > 0)
    await clock.advance(1_500)
    expect(await sent).toMatchObject({ mayBeDouble: true })
    expect(telegram.texts(ANNA)).toEqual(texts)
  })

  it('when no answer comes: gives the try up after 30 seconds', async () => {
    telegram.fail({ kind: 'hang' })
    const sent = openBot().link.sendMessage(text('Bell'))
    await telegram.until(() => telegram.count('sendMessage') === 1)
    await clock.advance(29_999)
    expect(logs).toEqual([])
    await clock.advance(1)
    await until(() => logs.length > 0)
    expect(logs).toEqual(['Telegram did not answer within 30 s. The next try follows.'])
    await clock.advance(1_500)
    await sent
    expect(telegram.texts(ANNA)).toEqual(['Bell'])
  })

  it('when Telegram is down for an hour: every alarm arrives after it, once and in order', async () => {
    const { link } = openBot()
    const end = clock.now() + 60 * 60_000
    telegram.fail({ kind: 'status', status: 502 }, 10_000)
    const sent = Promise.all(['bell', 'motion', 'bell again'].map((words) => link.sendMessage(text(words))))
    while (clock.now() < end) await clock.advance(1_000)
    expect(telegram.messages).toEqual([])
    telegram.recover()
    while (telegram.messages.length < 3) await clock.advance(1_000)
    await sent
    expect(telegram.texts(ANNA)).toEqual(['bell', 'motion', 'bell again'])
  })

  it('when something else answers in place of Telegram', async () => {
    const portal = createServer((_, response) => response.end('<html>Please sign in</html>')).listen(
      0,
      '127.0.0.1',
    )
    await new Promise((resolve) => portal.once('listening', resolve))
    const apiRoot = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`
    const failed = errorOf(openBot({ apiRoot }).link.sendMessage(text('Bell')))
    await until(() => logs.length > 0)
    expect(logs).toEqual([
      'Something between here and Telegram answered in its place, perhaps a proxy or the sign-in page of a network. The next try follows.',
    ])
    stop.abort()
    portal.closeAllConnections()
    portal.close()
    expect(await failed).toMatchObject({ code: 'TELEGRAM_CLOSED' })
  })

  it('within the limits of Telegram, so that a burst is never refused', async () => {
    const { link } = openBot()
    const sent = Promise.all(Array.from({ length: 12 }, (_, i) => link.sendMessage(text(`${i}`))))
    for (let i = 1; i <= 12; i++) {
      await until(() => telegram.messages.length >= Math.min(i + 2, 12))
      await clock.advance(1_000)
    }
    await sent
    expect(telegram.texts(ANNA)).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`))
    expect(new Set(telegram.calls.map((call) => call.status))).toEqual(new Set([200]))
  })
})

describe('fails for good, with what to do,', () => {
  it.each([
    ['TELEGRAM_TOKEN', { token: '1:wrong' }, /does not know this bot token. Copy it again from @BotFather/],
    ['TELEGRAM_TOKEN_SHAPE', { token: 'nonsense/../x' }, /This is no Telegram bot token/],
    ['TELEGRAM_NO_TOKEN', { token: '' }, /has no token. Open the connection/],
  ])('%s with %j, and shows it at the connection', async (code, config, message) => {
    const error = await errorOf(openBot(config).link.sendMessage(text('x')))
    expect(error).toMatchObject({ code, field: 'token', message: expect.stringMatching(message) })
    expect(statuses).toEqual([['error', error?.message]])
  })

  it('when the API root is none', async () => {
    const error = await errorOf(
      openBot({ apiRoot: `${telegram.root}/somewhere` }).link.sendMessage(text('x')),
    )
    expect(error).toMatchObject({ code: 'TELEGRAM_API_ROOT' })
  })

  it.each([
    ['TELEGRAM_CHAT_NOT_FOUND', text('x', 99)],
    ['TELEGRAM_NOT_STARTED', text('x', 7)],
    ['TELEGRAM_BLOCKED', text('x', 8)],
    ['TELEGRAM_KICKED', text('x', GROUP)],
    ['TELEGRAM_TOO_LONG', text('x'.repeat(4097))],
    ['TELEGRAM_MARKUP', { ...text('<b>'), html: true }],
    ['TELEGRAM_REFUSED', text('')],
  ])('%s', async (code, message) => {
    telegram.addChat(7, { started: false })
    telegram.addChat(8)
    telegram.block(8)
    telegram.block(GROUP)
    expect(await errorOf(openBot().link.sendMessage(message))).toMatchObject({ code })
    expect(telegram.messages).toEqual([])
  })

  it('TELEGRAM_PHOTO when it cannot take the picture', async () => {
    const photo = { chat: String(ANNA), photo: new Uint8Array(10 * 1024 * 1024 + 1), caption: '' }
    expect(await errorOf(openBot().link.sendPhoto(photo))).toMatchObject({ code: 'TELEGRAM_PHOTO' })
  })
})

describe('asks', () => {
  it('who the bot is, once', async () => {
    const { link } = openBot()
    expect(await Promise.all([link.getMe(), link.getMe()])).toEqual([
      { id: 123456, username: 'house_bot' },
      { id: 123456, username: 'house_bot' },
    ])
    expect(telegram.count('getMe')).toBe(1)
  })

  it('which chats have written, the latest first, and leaves what they wrote', async () => {
    telegram.write(ANNA, '/start')
    telegram.write(GROUP, 'hi')
    telegram.write(ANNA, 'again')
    const { discover } = openBot()
    const chats = [
      { label: 'Anna', fields: { chat: '4711' } },
      { label: 'WG', fields: { chat: '-100' } },
    ]
    expect(await discover?.()).toEqual(chats)
    expect(await discover?.()).toEqual(chats)
  })

  it('and fails at once, for a person waits', async () => {
    telegram.fail({ kind: 'status', status: 502 })
    const failed = openBot().discover?.()
    await expect(failed).rejects.toMatchObject({ code: 'TELEGRAM_AWAY' })
  })
})

it('ends a call that is under way when it is closed, and leaves no timer behind', async () => {
  telegram.fail({ kind: 'hang' })
  const failed = errorOf(openBot().link.sendMessage(text('x')))
  await telegram.until(() => telegram.calls.length === 1)
  stop.abort()
  expect(await failed).toMatchObject({ code: 'TELEGRAM_CLOSED' })
  expect(clock.planned).toBe(0)
})

it('never shows the token: not in an error, its cause or its stack, not in a log or a status', async () => {
  const secret = 'AAH-this-must-never-be-seen'
  const token = `42:${secret}`
  const seen: unknown[] = []
  const dead = await startFakeTelegram()
  const deadRoot = dead.root
  await dead.close()
  for (const apiRoot of [telegram.root, `${telegram.root}/none`, deadRoot]) {
    const closing = new AbortController()
    const { link, discover } = telegramBotRuntime.open({
      id: 'bot',
      config: telegramBot.config.parse({ token, apiRoot }),
      clock,
      signal: closing.signal,
      services: fakeServices(),
      status: (...status) => seen.push(status),
      log: (...line) => seen.push(line),
      own: (resource) => resource,
    })
    telegram.fail({ kind: 'reset-before', method: 'sendPhoto' })
    const calls = [
      link.sendMessage(text('x')),
      link.sendPhoto({ chat: '1', photo: new Uint8Array(3), caption: '' }),
      link.getMe(),
      discover?.() ?? Promise.resolve([]),
    ].map(errorOf)
    const noted = seen.length
    await until(() => seen.length > noted)
    seen.push(await calls[3])
    closing.abort()
    seen.push(...(await Promise.all(calls)))
  }
  seen.push(
    telegramBot.config.safeParse({ token: `${token} ${'x'.repeat(300)}`, apiRoot: `x${token}` }).error,
  )
  const everything = inspect(seen, { depth: null, showHidden: true, maxStringLength: null })
  expect(everything).toContain('TELEGRAM_TOKEN')
  expect(everything).not.toContain(secret)
})
