import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeError } from '#kit/runtime/node-error.ts'
import { startFakeTelegram } from '#rig/fake-telegram.ts'
import { ANNA, BotRig, GROUP } from '#rig/telegram-bot-rig.ts'

let rig: BotRig
beforeEach(async () => {
  rig = await BotRig.start()
})
afterEach(() => rig[Symbol.asyncDispose]())

const group = { target: String(GROUP) }
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: NodeError) => error,
  )

describe('sends', () => {
  it('a text, plain or marked up, with a sound or without', async () => {
    const { send } = rig.open()
    expect(await send({ text: '1 < 2' })).toEqual({
      kind: 'sent',
      receipt: { messageId: 1, chat: '4711' },
    })
    await send({ text: '<b>Bell</b>', html: true, silent: true }, group)
    expect(rig.telegram.messages).toMatchObject([
      { chat: ANNA, text: '1 < 2', parseMode: undefined, silent: false, keyboard: [] },
      { chat: GROUP, text: 'Bell', parseMode: 'HTML', silent: true },
    ])
    expect(rig.statuses).toEqual([['ok', undefined]])
  })

  it('a picture, as bytes or by its address, with buttons', async () => {
    const { send } = rig.open()
    const photo = new Uint8Array([255, 216, 0])
    await send({ photo, text: '<i>Door</i>', html: true, buttons: ['acknowledge'] })
    await send({ photo: 'https://camera.example/1.jpg', text: '' })
    expect(rig.telegram.messages).toMatchObject([
      { photo, text: 'Door', keyboard: [[{ text: '✅ Acknowledge' }]] },
      { photo: 'https://camera.example/1.jpg', text: '' },
    ])
  })

  it('all the words without the picture when Telegram cannot take that', async () => {
    const { send } = rig.open()
    const photo = new Uint8Array(10 * 1024 * 1024 + 1)
    const sent = await send({ photo, text: 'x'.repeat(2_000) })
    expect(sent).toMatchObject({ kind: 'sent', receipt: { warning: { code: 'TELEGRAM_PHOTO' } } })
    expect(rig.telegram.texts(ANNA)).toEqual(['x'.repeat(2_000)])
  })

  it('to another API root when it is told to', async () => {
    await using other = await startFakeTelegram({ clock: rig.clock })
    other.addChat(ANNA)
    await rig.open({ apiRoot: `${other.root}/` }).send({ text: 'here' })
    expect([other.texts(ANNA), rig.telegram.messages]).toEqual([['here'], []])
  })

  it('to where a group has moved, says so once, and knows it after a restart', async () => {
    rig.telegram.migrate(GROUP, -1001)
    expect(await rig.open().send({ text: 'a' }, group)).toMatchObject({ receipt: { chat: '-1001' } })
    rig.close()
    await rig.open().send({ text: 'b' }, group)
    expect(rig.telegram.texts(-1001)).toEqual(['a', 'b'])
    expect(rig.telegram.count('sendMessage')).toBe(3)
    expect(rig.logs).toEqual([
      'The group -100 has the number -1001 now. Put it into the nodes that write to it.',
    ])
  })

  it('also when the disk takes nothing', async () => {
    rig.posts.remember = () => Promise.reject(new Error('The disk is full.'))
    rig.telegram.migrate(GROUP, -1001)
    const { send } = rig.open()
    const letter = { buttons: ['acknowledge' as const], repeat: { key: 'bell', windowMs: 60_000 } }
    for (let i = 0; i < 2; i++) expect(await send(letter, group)).toMatchObject({ kind: 'sent' })
    expect(rig.telegram.texts(-1001)).toEqual(['2 × Bell'])
    expect(rig.logs).toContain('What the bot knows of its messages could not be kept: The disk is full.')
  })
})

describe('says in the text', () => {
  it.each([
    [{ count: 12 }, { text: 'door' }, '12 × door'],
    [{ mayBeDouble: true }, { text: 'door' }, 'door\n↻ Perhaps for the second time'],
    [
      { mayBeDouble: true, count: 2 },
      { text: '<b>Tür</b>', html: true, language: 'de' as const },
      '2 × Tür\n↻ Vielleicht zum zweiten Mal',
    ],
    [{ mayBeDouble: true }, { text: '', photo: 'https://x.example/' }, '↻ Perhaps for the second time'],
  ])('%j: how many it stands for, and that it may be a double', async (parcel, letter, text) => {
    await rig.open().send(letter, parcel)
    expect(rig.telegram.texts(ANNA)).toEqual([text])
  })

  it.each([
    [4 * 60_000, 'door'],
    [90 * 60_000, /^door\n🕑 From \d\d:\d\d$/],
    [3 * 86_400_000, /^door\n🕑 From \w{3},? \d\d:\d\d$/],
  ])('from when it is, after %d ms', async (lateMs, text) => {
    await rig.open().send({ text: 'door' }, { at: rig.clock.now() - lateMs })
    expect(rig.telegram.texts(ANNA)).toEqual([typeof text === 'string' ? text : expect.stringMatching(text)])
  })

  it('the same when the text is as long as can be', async () => {
    const { send } = rig.open()
    const html = `<b>${'&amp;'.repeat(5_000)}</b>`
    await send({ text: html, html: true }, { mayBeDouble: true, count: 12 })
    await send({ text: html, html: true, photo: 'https://x.example/' }, { mayBeDouble: true })
    const mark = '\n↻ Perhaps for the second time'
    expect(rig.telegram.texts(ANNA)).toEqual([
      `12 × ${'&'.repeat(4_096 - 6 - mark.length)}…${mark}`,
      `${'&'.repeat(1_024 - 1 - mark.length)}…${mark}`,
    ])
  })
})

describe('counts an earlier message up', () => {
  const repeat = { key: 'door', windowMs: 60 * 60_000 }

  it('in its place, also after a restart', async () => {
    expect(await rig.open().send({ text: 'door', repeat })).toMatchObject({ receipt: { messageId: 1 } })
    rig.close()
    const { send } = rig.open()
    expect(await send({ text: 'door', repeat }, { count: 10 })).toEqual({
      kind: 'sent',
      receipt: { messageId: 1, chat: '4711', edited: true },
    })
    await send({ text: 'door', repeat })
    expect(rig.telegram.texts(ANNA)).toEqual(['12 × door'])
  })

  it('not one of another key, node or chat, and none that is older than the window', async () => {
    const { send } = rig.open()
    await send({ text: 'door', repeat })
    await send({ text: 'gate', repeat: { ...repeat, key: 'gate' } })
    await send({ text: 'door', repeat }, { from: { flow: 'flow', node: 'other' } })
    await send({ text: 'door', repeat }, group)
    await rig.clock.advance(60 * 60_000 + 1)
    await send({ text: 'door', repeat })
    expect(rig.telegram.messages.map(({ text }) => text)).toEqual(['door', 'gate', 'door', 'door', 'door'])
  })

  it('writes a new one when the earlier is gone', async () => {
    const { send } = rig.open()
    await send({ text: 'door', repeat })
    rig.telegram.remove(ANNA, 1)
    expect(await send({ text: 'door', repeat })).toMatchObject({ receipt: { messageId: 2 } })
  })

  it('is content when it says that already: a try before has had its effect', async () => {
    const { send } = rig.open()
    await send({ text: 'door', repeat })
    rig.telegram.fail({ kind: 'reset-after', method: 'editMessageText' })
    expect(await send({ text: 'door', repeat })).toMatchObject({ kind: 'fault', isUncertain: true })
    expect(await send({ text: 'door', repeat })).toMatchObject({ kind: 'sent' })
    expect(rig.telegram.texts(ANNA)).toEqual(['2 × door'])
  })
})

describe('a try that did not work out', () => {
  it('is a pause of exactly what Telegram asks for, for a group alone or for the bot', async () => {
    const { send } = rig.open()
    rig.telegram.fail({ kind: 'wait', seconds: 7 }, 2)
    expect(await send()).toEqual({ kind: 'pause', ms: 7_000, of: 'connection' })
    expect(await send({}, group)).toEqual({ kind: 'pause', ms: 7_000, of: 'target' })
    expect(rig.statuses).toEqual([['warn', 'Telegram asks for a pause of 7 s.']])
    expect(rig.telegram.messages).toEqual([])
  })

  it.each([
    [{ kind: 'status', status: 502 }, 'TELEGRAM_ANSWERED_ERROR', []],
    [{ kind: 'reset-before' }, 'TELEGRAM_BROKE', []],
    [{ kind: 'reset-after' }, 'TELEGRAM_BROKE', ['Bell']],
  ] as const)('%j: a fault that says the message may have arrived', async (fault, code, texts) => {
    rig.telegram.fail(fault)
    expect(await rig.open().send()).toMatchObject({ kind: 'fault', problem: { code }, isUncertain: true })
    expect(rig.telegram.texts(ANNA)).toEqual(texts)
  })

  it('is a fault when no answer comes within 30 seconds', async () => {
    rig.telegram.fail({ kind: 'hang' })
    const tried = rig.open().send()
    await rig.telegram.until(() => rig.telegram.count('sendMessage') === 1)
    await rig.clock.advance(30_000)
    expect(await tried).toMatchObject({
      kind: 'fault',
      problem: { message: 'Telegram did not answer within 30 s.' },
      isUncertain: true,
    })
  })

  it('is a fault that certainly sent nothing when nobody is there', async () => {
    const dead = await startFakeTelegram()
    const apiRoot = dead.root
    await dead.close()
    expect(await rig.open({ apiRoot }).send()).toMatchObject({ kind: 'fault', isUncertain: false })
  })

  it('is a fault when something else answers in place of Telegram', async () => {
    const portal = createServer((_, response) => response.end('<html>Please sign in</html>'))
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
    const apiRoot = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`
    expect(await rig.open({ apiRoot }).send()).toMatchObject({ kind: 'fault', isUncertain: false })
    expect(rig.logs[0]).toMatch(/^Something between here and Telegram answered in its place/)
    portal.closeAllConnections()
    portal.close()
  })

  it('is a fault, no failure, when the connection is closed meanwhile', async () => {
    rig.telegram.fail({ kind: 'hang' })
    const tried = rig.open().send()
    await rig.telegram.until(() => rig.telegram.calls.length === 1)
    rig.close()
    expect(await tried).toMatchObject({
      kind: 'fault',
      problem: { code: 'TELEGRAM_CLOSED' },
      isUncertain: true,
    })
    expect(rig.clock.planned).toBe(0)
  })
})

it('keeps a pace below what Telegram takes', async () => {
  const { carrier } = rig.open()
  const mostIn = (ms: number, { burst, intervalMs }: { burst: number; intervalMs: number }) =>
    burst + Math.floor((ms - 1) / intervalMs)
  expect(mostIn(1_000, carrier.pace ?? { burst: 0, intervalMs: 1 })).toBeLessThanOrEqual(30)
  const group = carrier.paceOf?.('-100') ?? { burst: 0, intervalMs: 1 }
  expect(mostIn(60_000, group)).toBeLessThanOrEqual(20)
  expect(carrier.paceOf?.('@channel')).toEqual(group)
  expect(carrier.paceOf?.('4711')).toEqual({ burst: 3, intervalMs: 1_000 })
})

describe('fails for good, with what to do,', () => {
  it.each([
    ['TELEGRAM_TOKEN', { token: '1:wrong' }, /does not know this bot token. Copy it again from @BotFather/],
    ['TELEGRAM_TOKEN_SHAPE', { token: 'nonsense/../x' }, /This is no Telegram bot token/],
    ['TELEGRAM_NO_TOKEN', { token: '' }, /has no token. Open the connection/],
  ])('%s with %j, and shows it at the connection', async (code, config, message) => {
    const error = await errorOf(rig.open(config).send())
    expect(error).toMatchObject({ code, field: 'token', message: expect.stringMatching(message) })
    expect(rig.statuses).toEqual([['error', error?.message]])
  })

  it('when the API root is none', async () => {
    const error = await errorOf(rig.open({ apiRoot: `${rig.telegram.root}/somewhere` }).send())
    expect(error).toMatchObject({ code: 'TELEGRAM_API_ROOT' })
  })

  it.each([
    ['TELEGRAM_CHAT_NOT_FOUND', {}, { target: '99' }],
    ['TELEGRAM_NOT_STARTED', {}, { target: '7' }],
    ['TELEGRAM_BLOCKED', {}, { target: '8' }],
    ['TELEGRAM_KICKED', {}, group],
    ['TELEGRAM_MARKUP', { text: '<b>', html: true }, {}],
    ['TELEGRAM_REFUSED', { text: '' }, {}],
    ['TELEGRAM_LETTER', { language: 'xx' as 'en' }, {}],
  ])('%s', async (code, letter, parcel) => {
    rig.telegram.addChat(7, { started: false })
    rig.telegram.addChat(8)
    rig.telegram.block(8)
    rig.telegram.block(GROUP)
    expect(await errorOf(rig.open().send(letter, parcel))).toMatchObject({ code })
    expect(rig.telegram.messages).toEqual([])
  })

  it('TELEGRAM_PHOTO when it cannot take the picture and there are no words', async () => {
    const photo = new Uint8Array(10 * 1024 * 1024 + 1)
    expect(await errorOf(rig.open().send({ photo, text: '' }))).toMatchObject({ code: 'TELEGRAM_PHOTO' })
  })
})
