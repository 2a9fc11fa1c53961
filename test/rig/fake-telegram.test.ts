import { Api, Bot, GrammyError, HttpError, InlineKeyboard, InputFile } from 'grammy'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTelegram, startFakeTelegram } from './fake-telegram.ts'
import { VirtualClock } from './virtual-clock.ts'

const ANNA = 4711
const GROUP = -100
let telegram: FakeTelegram
let clock: VirtualClock
let api: Api

beforeEach(async () => {
  clock = new VirtualClock()
  telegram = await startFakeTelegram({ clock })
  telegram.addChat(ANNA, { name: 'Anna' })
  telegram.addChat(GROUP, { name: 'WG' })
  api = new Api(telegram.token, { apiRoot: telegram.root })
})

afterEach(() => telegram.close())

/** What the Bot API answered to a call that it refused. */
async function refusalOf(call: Promise<unknown>): Promise<readonly [number, string]> {
  try {
    await call
  } catch (error) {
    if (error instanceof GrammyError) return [error.error_code, error.description]
    throw error
  }
  throw new Error('the call was not refused')
}

describe('sending', () => {
  it('takes a message and shows it as people read it', async () => {
    const sent = await api.sendMessage(ANNA, '<b>Bell</b> &lt;1&gt;', {
      parse_mode: 'HTML',
      disable_notification: true,
    })
    expect(sent).toMatchObject({
      message_id: 1,
      date: clock.now() / 1000,
      text: 'Bell <1>',
      chat: { first_name: 'Anna' },
    })
    expect(telegram.messages).toMatchObject([
      { chat: ANNA, text: 'Bell <1>', raw: '<b>Bell</b> &lt;1&gt;', silent: true },
    ])
  })

  it('takes a picture as an upload and as an address', async () => {
    await api.sendPhoto(ANNA, new InputFile(new Uint8Array([1, 2, 3]), 'door.jpg'), { caption: 'Door' })
    await api.sendPhoto(ANNA, 'https://camera.example/door.jpg')
    expect(telegram.messages.map(({ photo, text }) => [photo, text])).toEqual([
      [new Uint8Array([1, 2, 3]), 'Door'],
      ['https://camera.example/door.jpg', ''],
    ])
  })

  it('takes forms and every case of a method name', async () => {
    const body = new URLSearchParams({ chat_id: String(ANNA), text: 'by form' })
    const answer = await fetch(`${telegram.root}/bot${telegram.token}/SENDmessage`, { method: 'POST', body })
    expect(answer.status).toBe(200)
    expect(telegram.texts(ANNA)).toEqual(['by form'])
  })

  it('counts the length after reading the marks, in UTF-16 units', async () => {
    await api.sendMessage(ANNA, `<b>${'x'.repeat(4096)}</b>`, { parse_mode: 'HTML' })
    expect(await refusalOf(api.sendMessage(ANNA, '🔔'.repeat(2049)))).toEqual([
      400,
      'Bad Request: message is too long',
    ])
    expect(await refusalOf(api.sendPhoto(ANNA, 'https://x.example/', { caption: 'x'.repeat(1025) }))).toEqual(
      [400, 'Bad Request: message caption is too long'],
    )
  })
})

describe('refuses', () => {
  it('a wrong token and an unknown method', async () => {
    const stranger = new Api('123456:wrong', { apiRoot: telegram.root })
    expect(await refusalOf(stranger.getMe())).toEqual([401, 'Unauthorized'])
    const answer = await fetch(`${telegram.root}/bot${telegram.token}/makeCoffee`)
    expect(answer.status).toBe(404)
  })

  it.each([
    ['nobody', () => api.sendMessage(99, 'hi'), 400, 'Bad Request: chat not found'],
    ['no text', () => api.sendMessage(ANNA, '  '), 400, 'Bad Request: message text is empty'],
  ])('%s', async (_, call, status, description) => {
    expect(await refusalOf(call())).toEqual([status, description])
    expect(telegram.messages).toEqual([])
  })

  it('to write first, or to somebody who blocked the bot', async () => {
    telegram.addChat(7, { started: false })
    expect(await refusalOf(api.sendMessage(7, 'hi'))).toEqual([
      403,
      "Forbidden: bot can't initiate conversation with a user",
    ])
    telegram.write(7, '/start')
    await api.sendMessage(7, 'hi')
    telegram.block(7)
    telegram.block(GROUP)
    expect(await refusalOf(api.sendMessage(7, 'hi'))).toEqual([403, 'Forbidden: bot was blocked by the user'])
    expect(await refusalOf(api.sendMessage(GROUP, 'hi'))).toEqual([
      403,
      'Forbidden: bot was kicked from the group chat',
    ])
  })

  it.each([
    ['HTML', '<b>open', 'Can\'t find end tag corresponding to start tag "b"'],
    ['HTML', 'ü<b><i></b>', 'Unmatched end tag at byte offset 8, expected "</i>", found "</b>"'],
    ['HTML', '</b>', 'Unexpected end tag at byte offset 0'],
    ['HTML', '1 < 2', 'Unsupported start tag "" at byte offset 2'],
    ['HTML', '<script>', 'Unsupported start tag "script" at byte offset 0'],
    ['HTML', '<a href="x', 'Unclosed start tag at byte offset 0'],
    ['MarkdownV2', 'Ring.', "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ['MarkdownV2', 'a *bold', "Can't find end of Bold entity at byte offset 2"],
  ] as const)('%s %s', async (mode, text, problem) => {
    const answer = await refusalOf(api.sendMessage(ANNA, text, { parse_mode: mode }))
    expect(answer).toEqual([400, `Bad Request: can't parse entities: ${problem}`])
  })

  it.each([
    ['HTML', 'a &amp; b &nbsp; &#39;<a href="https://x.example/?a=1&amp;b=2">link</a>', "a & b &nbsp; 'link"],
    ['HTML', '<span class="tg-spoiler">x</span><pre><code class="language-ts">y</code></pre>', 'xy'],
    ['MarkdownV2', '*b* _i_ __u__ ~s~ ||h|| `c.` [t](https://x.example) \\.', 'b i u s h c. t .'],
  ] as const)('not %s %s', async (mode, text, plain) => {
    await api.sendMessage(ANNA, text, { parse_mode: mode })
    expect(telegram.texts(ANNA)).toEqual([plain])
  })

  it('a group that has moved, and says where to', async () => {
    telegram.migrate(GROUP, -1001)
    const moved = await api.sendMessage(GROUP, 'hi').catch((error: unknown) => error)
    expect(moved).toMatchObject({ error_code: 400, parameters: { migrate_to_chat_id: -1001 } })
    await api.sendMessage(-1001, 'hi')
    expect(telegram.texts(-1001)).toEqual(['hi'])
  })

  it('data of a button over 64 bytes', async () => {
    const keyboard = new InlineKeyboard().text('ok', 'ü'.repeat(33))
    expect(await refusalOf(api.sendMessage(ANNA, 'hi', { reply_markup: keyboard }))).toEqual([
      400,
      'Bad Request: BUTTON_DATA_INVALID',
    ])
  })
})

describe('limits', () => {
  it('a burst to one chat, and takes it again after the wait it asked for', async () => {
    for (let i = 0; i < 5; i++) await api.sendMessage(ANNA, `${i}`)
    const early = await api.sendMessage(ANNA, 'early').catch((error: unknown) => error)
    expect(early).toMatchObject({ error_code: 429, parameters: { retry_after: 1 } })
    await clock.advance(1_000)
    await api.sendMessage(ANNA, 'late')
    expect(telegram.texts(ANNA)).toEqual(['0', '1', '2', '3', '4', 'late'])
  })

  it('20 messages a minute to a group', async () => {
    for (let i = 0; i < 20; i++) {
      await api.sendMessage(GROUP, `${i}`)
      await clock.advance(1_000)
    }
    expect(await refusalOf(api.sendMessage(GROUP, 'x'))).toEqual([429, 'Too Many Requests: retry after 40'])
  })
})

describe('people', () => {
  it('write to a bot that polls', async () => {
    const bot = new Bot(telegram.token, { client: { apiRoot: telegram.root } })
    bot.command('start', (context) => context.reply(`Hello ${context.from?.first_name}`))
    const running = bot.start()
    telegram.write(ANNA, '/start')
    await telegram.until(() => telegram.texts(ANNA).includes('Hello Anna'))
    await bot.stop()
    await running
  })

  it('press a button: the bot answers in time, edits the message, and cannot do either twice', async () => {
    const sent = await api.sendMessage(ANNA, 'Bell', {
      reply_markup: new InlineKeyboard().text('Confirm', 'ack'),
    })
    const [message] = telegram.messages
    if (!message) throw new Error('nothing was sent')
    const press = telegram.press(message, 'ack')
    const [update] = await api.getUpdates({ timeout: 5 })
    expect(update?.callback_query).toMatchObject({ data: 'ack', message: { message_id: sent.message_id } })
    await api.answerCallbackQuery(press.id, { text: 'Thanks' })
    await api.editMessageText(ANNA, sent.message_id, 'Bell, confirmed')
    expect([press.answer, message.text, message.keyboard, message.edits]).toEqual([
      'Thanks',
      'Bell, confirmed',
      [],
      1,
    ])
    expect(await refusalOf(api.answerCallbackQuery(press.id))).toEqual([
      400,
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
    ])
    expect((await refusalOf(api.editMessageText(ANNA, sent.message_id, 'Bell, confirmed')))[1]).toMatch(
      /not modified/,
    )
    expect((await refusalOf(api.editMessageReplyMarkup(ANNA, sent.message_id)))[1]).toMatch(/not modified/)
    expect((await refusalOf(api.editMessageText(ANNA, 99, 'x')))[1]).toBe(
      'Bad Request: message to edit not found',
    )
  })

  it('press a button that is too old to answer', async () => {
    await api.sendMessage(ANNA, 'Bell', { reply_markup: new InlineKeyboard().text('Confirm', 'ack') })
    const [message] = telegram.messages
    if (!message) throw new Error('nothing was sent')
    const press = telegram.press(message, 'ack')
    await clock.advance(60_001)
    expect((await refusalOf(api.answerCallbackQuery(press.id)))[0]).toBe(400)
    expect(press.isAnswered).toBe(false)
  })
})

describe('what else people do', () => {
  it('open a deep link, and the bot knows who it was', async () => {
    const bot = new Bot(telegram.token, { client: { apiRoot: telegram.root } })
    const seen: [string, number, string | undefined][] = []
    bot.command(
      'start',
      (context) => void seen.push([context.match, context.chat.id, context.from?.language_code]),
    )
    const running = bot.start()
    telegram.addChat(7, { name: 'Ben', started: false })
    telegram.openLink('https://t.me/house_bot?start=abc_-1', 7, { name: 'Ben', language: 'de' })
    telegram.openLink('https://t.me/house_bot?startgroup=def', GROUP)
    await api.sendMessage(7, 'now I may')
    while (seen.length < 2) await clock.advance(0)
    expect(seen).toEqual([
      ['abc_-1', 7, 'de'],
      ['def', GROUP, undefined],
    ])
    await bot.stop()
    await running
  })

  it('send data of a button that was never there', async () => {
    await api.sendMessage(ANNA, 'Bell')
    const [message] = telegram.messages
    if (!message) throw new Error('nothing was sent')
    expect(() => telegram.press(message, 'made up')).toThrow('has no button')
    telegram.forge(message, 'made up', { id: 12, name: 'Ben' })
    const [update] = await api.getUpdates()
    expect(update?.callback_query).toMatchObject({ data: 'made up', from: { id: 12, first_name: 'Ben' } })
  })

  it('remove the bot, and a group moves', async () => {
    telegram.block(GROUP)
    telegram.unblock(GROUP)
    telegram.migrate(GROUP, -1001)
    const updates = await api.getUpdates()
    expect(updates.map(({ my_chat_member: member }) => member?.new_chat_member.status)).toEqual([
      'kicked',
      'member',
      undefined,
    ])
    expect(updates[2]?.message).toMatchObject({ chat: { id: GROUP }, migrate_to_chat_id: -1001 })
  })

  it('have a new token made', async () => {
    telegram.revoke()
    expect(await refusalOf(api.getMe())).toEqual([401, 'Unauthorized'])
  })
})

describe('editing', () => {
  const entities = [
    { type: 'bold' as const, offset: 0, length: 4 },
    { type: 'text_link' as const, offset: 5, length: 4, url: 'https://x.example/?a=1' },
  ]

  it('keeps marks as entities, read from HTML or given beside the text', async () => {
    const html = ' <b>Bell</b> <a href="https://x.example/?a=1">gate</a>'
    const sent = await api.sendMessage(ANNA, html, { parse_mode: 'HTML' })
    expect([sent.text, sent.entities]).toEqual(['Bell gate', entities])
    const edited = await api.editMessageText(ANNA, sent.message_id, 'Bell gate, seen', { entities })
    expect(edited).toMatchObject({ text: 'Bell gate, seen', entities })
    const wrong = [{ type: 'bold' as const, offset: 10, length: 9 }]
    const refusal = await refusalOf(api.editMessageText(ANNA, sent.message_id, 'Bell', { entities: wrong }))
    expect(refusal[0]).toBe(400)
  })

  it('of a caption is another method than of a text', async () => {
    const { message_id: picture } = await api.sendPhoto(ANNA, 'https://x.example/', { caption: 'Door' })
    const { message_id: text } = await api.sendMessage(ANNA, 'Door')
    await api.editMessageCaption(ANNA, picture, { caption: 'Door, seen' })
    expect(telegram.texts(ANNA)).toEqual(['Door, seen', 'Door'])
    expect((await refusalOf(api.editMessageText(ANNA, picture, 'x')))[1]).toMatch(/no text in the message/)
    expect((await refusalOf(api.editMessageCaption(ANNA, text, { caption: 'x' })))[1]).toMatch(/no caption/)
    telegram.remove(ANNA, text)
    expect((await refusalOf(api.editMessageText(ANNA, text, 'x')))[1]).toMatch(/message to edit not found/)
  })
})

describe('polling', () => {
  it('is refused while a webhook is set', async () => {
    await api.setWebhook('https://x.example/')
    const [status, description] = await refusalOf(api.getUpdates())
    expect([status, description]).toEqual([409, expect.stringMatching(/webhook is active/)])
    await api.deleteWebhook()
    expect(await api.getUpdates()).toEqual([])
  })

  it('gives what waits, in portions, until an offset confirms it', async () => {
    for (const text of ['a', 'b', 'c']) telegram.write(ANNA, text)
    const texts = async (offset: number, limit: number) =>
      (await api.getUpdates({ offset, limit })).map((update) => update.message?.text)
    expect(await texts(0, 2)).toEqual(['a', 'b'])
    expect(await texts(3, 100)).toEqual(['c'])
    expect(await texts(0, 100)).toEqual(['c'])
    expect(await texts(4, 100)).toEqual([])
  })

  it('waits as long as it was asked to, by its clock', async () => {
    const poll = api.getUpdates({ timeout: 50 })
    await pollStands()
    await clock.advance(50_000)
    expect(await poll).toEqual([])
  })

  it('answers 409 to a poller when a second one comes', async () => {
    const first = refusalOf(api.getUpdates({ timeout: 50 }))
    await pollStands()
    const second = api.getUpdates({ timeout: 50 })
    expect((await first)[0]).toBe(409)
    telegram.write(ANNA, 'for the second')
    expect(await second).toHaveLength(1)
  })

  /** A long poll waits by the clock: it is there once a call is planned. */
  async function pollStands(): Promise<void> {
    while (clock.planned === 0) await clock.advance(0)
  }
})

describe('faults', () => {
  it('answers with a status, once for each that was planned', async () => {
    telegram.fail({ kind: 'status', status: 502 }, 2)
    const send = () => api.sendMessage(ANNA, 'hi')
    expect([(await refusalOf(send()))[0], (await refusalOf(send()))[0]]).toEqual([502, 502])
    await send()
    expect(telegram.calls.map((call) => call.status)).toEqual([502, 502, 200])
  })

  it.each([
    ['reset-before', []],
    ['reset-after', ['hi']],
  ] as const)('%s', async (kind, texts) => {
    telegram.fail({ kind })
    await expect(api.sendMessage(ANNA, 'hi')).rejects.toBeInstanceOf(HttpError)
    expect(telegram.texts(ANNA)).toEqual(texts)
  })

  it('hangs: nothing is done, and no answer comes before the client gives up', async () => {
    telegram.fail({ kind: 'hang', method: 'sendMessage' })
    const giveUp = new AbortController()
    const call = api.sendMessage(ANNA, 'hi', {}, giveUp.signal as never)
    const ended = expect(call).rejects.toBeInstanceOf(HttpError)
    await telegram.until((now) => now.count('sendMessage') === 1)
    giveUp.abort()
    await ended
    expect(telegram.messages).toEqual([])
  })

  it('is slow by its clock: done at once, answered late', async () => {
    telegram.fail({ kind: 'slow', ms: 20_000 })
    const call = api.sendMessage(ANNA, 'hi')
    while (clock.planned === 0) await clock.advance(0)
    expect(telegram.texts(ANNA)).toEqual(['hi'])
    await clock.advance(20_000)
    expect(await call).toMatchObject({ text: 'hi' })
  })
})
