import { Api } from 'grammy'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeMessage } from '#rig/fake-telegram.ts'
import { ANNA, BotRig, GROUP } from '#rig/telegram-bot-rig.ts'
import { BUTTONS_LAST_MS } from './button-watch.ts'
import { PAIRING_MS } from './pairings.ts'

const BEN = { id: 12, name: 'Ben' }
const buttons = ['acknowledge' as const, 'quiet' as const]

let rig: BotRig
beforeEach(async () => {
  rig = await BotRig.start()
})
afterEach(() => rig[Symbol.asyncDispose]())

const polls = () => rig.telegram.count('getUpdates')
const message = (at = 0): FakeMessage => {
  const found = rig.telegram.messages[at]
  if (!found) throw new Error('nothing was sent')
  return found
}
const dataOf = (one: FakeMessage, row = 0) => one.keyboard[row]?.[0]?.callback_data ?? ''

/** Sends a message with buttons, so that the bot listens. */
async function withButtons(letter: Parameters<ReturnType<BotRig['open']>['send']>[0] = {}, target = ANNA) {
  const opened = rig.open()
  await opened.send({ buttons, ...letter }, { target: String(target) })
  return { ...opened, sent: message(rig.telegram.messages.length - 1) }
}

describe('a press of a button', () => {
  it('goes to the house, is answered at once, and stands under the message without buttons', async () => {
    const { sent } = await withButtons({
      text: '<b>Bell</b> at the <a href="https://x.example/">gate</a>',
      html: true,
    })
    expect(sent.keyboard.map(([button]) => button?.text)).toEqual(['✅ Acknowledge', '🔕 Quiet for 1 h'])
    const press = rig.telegram.press(sent, dataOf(sent))
    await rig.until(() => press.isAnswered && sent.edits > 0)
    expect(rig.posts.answers).toEqual([{ number: 1, action: 'acknowledge', by: 'Anna' }])
    expect([press.answer, sent.text, sent.keyboard]).toEqual([
      'Acknowledged',
      'Bell at the gate\n✅ Acknowledged by Anna',
      [],
    ])
    expect(sent.entities).toEqual([
      { type: 'bold', offset: 0, length: 4 },
      { type: 'text_link', offset: 12, length: 4, url: 'https://x.example/' },
    ])
  })

  it('speaks the language of its message, and stands under a picture', async () => {
    const { sent } = await withButtons({ text: 'Tür', photo: 'https://x.example/', language: 'de' }, GROUP)
    const press = rig.telegram.press(sent, dataOf(sent, 1), BEN)
    await rig.until(() => sent.edits > 0)
    expect([press.answer, sent.text]).toEqual(['1 h Ruhe', 'Tür\n🔕 1 h Ruhe, von Ben'])
    expect(rig.posts.answers).toEqual([{ number: 1, action: 'quiet', by: 'Ben' }])
  })

  it('that comes second is told kindly who was first, and changes nothing', async () => {
    const { sent } = await withButtons({}, GROUP)
    rig.telegram.press(sent, dataOf(sent))
    await rig.until(() => sent.edits === 1)
    rig.posts.taken = { kind: 'again', by: 'WG' }
    const second = rig.telegram.forge(
      sent,
      dataOf({ ...sent, keyboard: [[{ text: '', callback_data: firstData() }]] }),
      BEN,
    )
    await rig.until(() => second.isAnswered && rig.telegram.count('editMessageText') === 2)
    expect([second.answer, sent.text, sent.edits]).toEqual([
      'WG has done that already.',
      'Bell\n✅ Acknowledged by WG',
      1,
    ])
  })

  /** What the first button of the first parcel carried. */
  function firstData(): string {
    return rig.telegram.pressed[0]?.data ?? ''
  }

  it('of something that nobody knows any more loses its buttons', async () => {
    const { sent } = await withButtons()
    rig.posts.taken = { kind: 'unknown' }
    const press = rig.telegram.press(sent, dataOf(sent))
    await rig.until(() => press.isAnswered && sent.edits === 1)
    expect([press.answer, sent.text, sent.keyboard]).toEqual(['Nobody waits for this any more.', 'Bell', []])
  })

  it('counts only for the chat that its message went to', async () => {
    const { sent } = await withButtons()
    const { sent: elsewhere } = await withButtons({}, GROUP)
    const forged = rig.telegram.forge(elsewhere, dataOf(sent), BEN)
    await rig.until(() => forged.isAnswered)
    expect(rig.posts.answers).toEqual([])
  })

  it.each([
    'a.en.1',
    'a.en.1.aaaaaaaaaaaa',
    'x.en.1.aaaaaaaaaaaa',
    'a.xx.1.aaaaaaaaaaaa',
    'a.en.zzzzzzzzzzz.aaaaaaaaaaaa',
    '\0'.repeat(64),
    '__proto__',
  ])('that was made up is nothing: %j', async (data) => {
    const { sent } = await withButtons()
    const press = rig.telegram.forge(sent, data)
    await rig.until(() => press.isAnswered)
    expect([rig.posts.answers, press.answer, sent.edits]).toEqual([[], undefined, 0])
  })

  it('cannot put more into a text than a short line', async () => {
    const { sent } = await withButtons({ text: 'x'.repeat(4_096) })
    rig.telegram.press(sent, dataOf(sent), { name: `A\n\u202E\0${'n'.repeat(300)}<b>` })
    await rig.until(() => sent.edits === 1)
    const line = `\n✅ Acknowledged by A ${'n'.repeat(62)}`
    expect(sent.text).toBe(`${'x'.repeat(4_095 - line.length)}…${line}`)
  })

  it('ends a row of repeats: the next one is a new message', async () => {
    const repeat = { key: 'door', windowMs: 60 * 60_000 }
    const { sent, send } = await withButtons({ repeat })
    rig.telegram.press(sent, dataOf(sent))
    await rig.until(() => sent.edits === 1)
    await send({ repeat })
    expect(rig.telegram.texts(ANNA)).toEqual(['Bell\n✅ Acknowledged by Anna', 'Bell'])
  })

  it('of a message that Telegram does not show any more counts, and nothing is written below', async () => {
    const { sent } = await withButtons()
    rig.telegram.slip('callback_query', {
      id: 'old',
      from: { id: ANNA, first_name: 'Anna' },
      message: { message_id: sent.id, chat: { id: ANNA, type: 'private' }, date: 0 },
      data: dataOf(sent),
    })
    await rig.until(() => rig.telegram.count('answerCallbackQuery') === 1)
    expect([rig.posts.answers.length, sent.edits, rig.logs]).toEqual([1, 0, []])
  })

  it('is asked for again until the house has it on disk', async () => {
    const { sent } = await withButtons()
    const { answered } = rig.posts
    rig.posts.answered = () => Promise.reject(new Error('The disk is full.'))
    const press = rig.telegram.press(sent, dataOf(sent))
    await rig.until(() => press.isAnswered)
    expect(press.answer).toBe('That could not be kept just now. It is tried again.')
    rig.posts.answered = answered
    await rig.clock.advance(2_000)
    await rig.until(() => sent.edits === 1)
    expect(rig.posts.answers).toHaveLength(1)
  })

  it('is not lost when the bot ends before the house has it', async () => {
    const { sent } = await withButtons()
    rig.posts.answered = () => new Promise(() => {})
    rig.telegram.press(sent, dataOf(sent))
    await rig.until(() => polls() === 1 && rig.telegram.calls.at(-1)?.method === 'getupdates')
    rig.close()
    delete (rig.posts as { answered?: unknown }).answered
    rig.open()
    await rig.until(() => sent.edits === 1)
    expect(rig.posts.answers).toHaveLength(1)
  })
})

describe('listening', () => {
  it('is for a bot with buttons under way, for a week after the last', async () => {
    const { send } = rig.open()
    await send()
    await rig.clock.advance(60_000)
    expect(polls()).toBe(0)
    await send({ buttons })
    await rig.until(() => rig.telegram.polling)
    const until = Number(rig.posts.recall('bot', 'buttonsUntil'))
    expect(until).toBeGreaterThanOrEqual(rig.clock.now() + BUTTONS_LAST_MS)
  })

  it('ends when nobody can press any more', async () => {
    await rig.posts.remember('bot', 'buttonsUntil', rig.clock.now() + 2 * 60_000)
    rig.open()
    for (const ms of [50_000, 50_000, 20_000]) {
      await rig.until(() => rig.telegram.polling)
      await rig.clock.advance(ms)
    }
    await rig.until(() => rig.clock.planned === 0)
    expect(polls()).toBe(3)
  })

  it('goes on after a restart, behind what was taken', async () => {
    const { sent } = await withButtons()
    rig.telegram.press(sent, dataOf(sent))
    await rig.until(() => sent.edits === 1 && rig.telegram.polling)
    rig.close()
    await rig.until(() => !rig.telegram.polling)
    rig.telegram.write(ANNA, 'hi')
    const { discover } = rig.open()
    await rig.until(() => polls() >= 3)
    expect(rig.posts.answers).toHaveLength(1)
    await rig.until(() => rig.telegram.polling)
    expect(await discover?.()).toEqual([{ label: 'Anna', fields: { chat: '4711', chatName: 'Anna' } }])
  })

  it('does not trust an offset of another bot, nor one that is a week old', async () => {
    await rig.posts.remember('bot', 'offset', { bot: '99', next: 5_000, at: rig.clock.now() })
    const one = await withButtons()
    rig.telegram.press(one.sent, dataOf(one.sent))
    await rig.until(() => one.sent.edits === 1)
    rig.close()
    await rig.posts.remember('bot', 'offset', {
      bot: '123456',
      next: 5_000,
      at: rig.clock.now() - BUTTONS_LAST_MS,
    })
    const two = await withButtons()
    rig.telegram.press(two.sent, dataOf(two.sent))
    await rig.until(() => two.sent.edits === 1)
  })

  it.each([
    { kind: 'status', status: 502 },
    { kind: 'reset-before' },
    { kind: 'reset-after' },
    { kind: 'wait', seconds: 30 },
    { kind: 'hang' },
  ] as const)('survives %j, again and again', async (fault) => {
    const { sent } = await withButtons()
    await rig.until(() => rig.telegram.polling)
    rig.telegram.fail({ ...fault, method: 'getUpdates' }, 4)
    const press = rig.telegram.press(sent, dataOf(sent))
    while (sent.edits === 0) await rig.clock.advance(1_000)
    expect([press.isAnswered, rig.posts.answers.length]).toEqual([true, 1])
  })

  it('says that another program fetches the messages of the bot, and goes on when it has ended', async () => {
    const { sent } = await withButtons()
    await rig.until(() => rig.telegram.polling)
    const other = new Api(rig.telegram.token, { apiRoot: rig.telegram.root })
    const stolen = other.getUpdates({ timeout: 1 })
    await rig.until(() => rig.statuses.length > 1)
    expect(rig.statuses.at(-1)).toEqual([
      'warn',
      expect.stringMatching(/^Another program fetches the messages of this bot. Stop it/),
    ])
    await rig.clock.advance(1_000)
    await stolen.catch(() => 'our next call ended it')
    rig.telegram.press(sent, dataOf(sent))
    while (sent.edits === 0) await rig.clock.advance(1_000)
    expect(rig.statuses.at(-1)).toEqual(['ok', undefined])
  })

  it('says that a webhook is set', async () => {
    await new Api(rig.telegram.token, { apiRoot: rig.telegram.root }).setWebhook('https://x.example/')
    await withButtons()
    await rig.until(() => rig.statuses.length > 1)
    expect(rig.statuses.at(-1)?.[1]).toMatch(/goes to the web address of another program/)
  })

  it('ends with a clear status when Telegram does not know the token any more', async () => {
    await withButtons()
    await rig.until(() => rig.telegram.polling)
    rig.telegram.revoke()
    await rig.clock.advance(50_000)
    await rig.until(() => rig.statuses.at(-1)?.[0] === 'error')
    expect(rig.statuses.at(-1)?.[1]).toMatch(/^Telegram does not know this bot token/)
    expect(rig.clock.planned).toBe(0)
  })

  it.each([
    ['a press without a person', 'callback_query', { id: 'x' }],
    [
      'a press without a message',
      'callback_query',
      { id: 'x', from: { id: 1 }, data: 'a', inline_message_id: 'i' },
    ],
    ['a message of a wrong shape', 'message', { text: 7, chat: 'no' }],
    ['a huge code', 'message', { text: `/start ${'x'.repeat(10_000)}`, chat: { id: 5 } }],
    ['nothing', 'message', null],
    ['a member without a state', 'my_chat_member', { chat: { id: 5 }, new_chat_member: {} }],
    ['something new', 'something_new', { a: 1 }],
  ])('is not stopped by a hostile update: %s', async (_, kind, content) => {
    const { sent } = await withButtons()
    rig.telegram.slip(kind, content)
    rig.telegram.press(sent, dataOf(sent))
    await rig.until(() => sent.edits === 1)
    expect(rig.posts.answers).toHaveLength(1)
  })

  it('learns chats, and forgets one that has removed the bot', async () => {
    const { discover } = await withButtons()
    rig.telegram.write(GROUP, 'hi')
    rig.telegram.write(ANNA, 'hi')
    rig.telegram.block(GROUP)
    await rig.until(() => rig.logs.length > 0)
    expect(rig.logs).toEqual([
      'The bot was removed from "WG". Add it again, or choose another chat in the nodes that write there.',
    ])
    expect(await discover?.()).toEqual([{ label: 'Anna', fields: { chat: '4711', chatName: 'Anna' } }])
  })

  it('hears that a group moves before it is written to', async () => {
    const { send } = await withButtons()
    rig.telegram.migrate(GROUP, -1001)
    await rig.until(() => rig.posts.recall('bot', 'moved') !== undefined)
    await send({ text: 'a' }, { target: String(GROUP) })
    expect(rig.telegram.texts(-1001)).toEqual(['a'])
    expect(rig.telegram.calls.filter(({ status }) => status === 400)).toEqual([])
  })
})

describe('pairing', () => {
  async function pair() {
    const { pair: begin, ...opened } = rig.open()
    if (!begin) throw new Error('a bot can be paired')
    return { ...opened, begin, pairing: await begin() }
  }
  const urls = (pairing: { readonly links: readonly { readonly url: string }[] }) =>
    pairing.links.map(({ url }) => url)

  it('binds the chat of a person who opens the link, and tells them in their language', async () => {
    rig.telegram.addChat(7, { name: 'Ben', started: false })
    const { pairing, send, discover } = await pair()
    const [person = ''] = urls(pairing)
    expect(person).toBe(`https://t.me/house_bot?start=${pairing.code}`)
    rig.telegram.openLink(person, 7, { id: 7, name: 'Ben', language: 'de-AT' })
    await rig.until(() => rig.telegram.messages.length > 0)
    expect(await pairing.found).toEqual({ label: 'Ben', fields: { chat: '7', chatName: 'Ben' } })
    expect(rig.telegram.texts(7)).toEqual(['✅ Dieser Chat bekommt jetzt Nachrichten aus Ihrem Haus.'])
    expect(await send({}, { target: '7' })).toMatchObject({ kind: 'sent' })
    await rig.until(() => !rig.telegram.polling)
    expect(await discover?.()).toEqual([{ label: 'Ben', fields: { chat: '7', chatName: 'Ben' } }])
  })

  it('binds a group by its own link', async () => {
    const { pairing } = await pair()
    rig.telegram.openLink(urls(pairing)[1] ?? '', GROUP)
    await rig.until(() => rig.telegram.messages.length > 0)
    expect(await pairing.found).toEqual({ label: 'WG', fields: { chat: '-100', chatName: 'WG' } })
  })

  it('takes each code once, and no other', async () => {
    const { pairing } = await pair()
    const [person = ''] = urls(pairing)
    rig.telegram.write(ANNA, '/start')
    rig.telegram.write(ANNA, '/start wrong')
    rig.telegram.write(ANNA, pairing.code)
    rig.telegram.openLink(person, ANNA)
    rig.telegram.addChat(8, { name: 'Late' })
    rig.telegram.openLink(person, 8)
    await rig.until(() => rig.telegram.messages.length > 0)
    expect((await pairing.found)?.label).toBe('Anna')
    await rig.until(() => !rig.telegram.polling)
    expect(rig.telegram.texts(8)).toEqual([])
  })

  it('ends after ten minutes, and with it the listening', async () => {
    const { pairing } = await pair()
    expect(pairing.until).toBe(rig.clock.now() + PAIRING_MS)
    while (rig.clock.now() < pairing.until) await rig.clock.advance(1_000)
    expect(await pairing.found).toBeUndefined()
    await rig.until(() => rig.clock.planned === 0)
    rig.telegram.openLink(urls(pairing)[0] ?? '', ANNA)
    await rig.clock.advance(60_000)
    expect(rig.telegram.messages).toEqual([])
  })

  it('lets five wait at once: a sixth ends the first', async () => {
    const { begin, pairing } = await pair()
    const others = [await begin(), await begin(), await begin(), await begin(), await begin()]
    expect(await pairing.found).toBeUndefined()
    expect(new Set([pairing, ...others].map(({ code }) => code)).size).toBe(6)
    rig.close()
    expect(await Promise.all(others.map(({ found }) => found))).toEqual(Array(5).fill(undefined))
  })

  it('says at once that Telegram is away', async () => {
    rig.telegram.fail({ kind: 'status', status: 502 })
    await expect(rig.open().pair?.()).rejects.toMatchObject({ code: 'TELEGRAM_AWAY' })
  })
})
