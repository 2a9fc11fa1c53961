import { describe, expect, it } from 'vitest'
import type { Message } from '#kit/message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { telegramBot } from '#nodes/connections/telegram-bot/definition.ts'
import type { TelegramLetter } from '#nodes/connections/telegram-bot/letter.ts'
import { telegramBotRuntime } from '#nodes/connections/telegram-bot/runtime.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { startFakeTelegram } from '#rig/fake-telegram.ts'
import { type NodeRigOptions, nodeRig } from '#rig/node-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { FakeTelegramLink } from '#server/virtual/fake-telegram-link.ts'
import { telegramNotify } from './definition.ts'
import { telegramNotifyRuntime } from './runtime.ts'

async function notifier(config: Record<string, unknown> = {}, options: NodeRigOptions = {}) {
  const bot = new FakeTelegramLink()
  const services = fakeServices()
  const node = await nodeRig(telegramNotifyRuntime, {
    config: { bot: 'bot', chat: '4711', ...config },
    links: { bot },
    services,
    ...options,
  })
  const { outbox } = services
  return {
    bot,
    node,
    outbox,
    services,
    get letters() {
      return outbox.posts.map(({ post }) => post.body as TelegramLetter)
    },
    receipt: { messageId: 7, chat: '4711' },
  }
}

const statusOf = (node: Awaited<ReturnType<typeof nodeRig>>) => {
  const last = node.statuses.at(-1)
  return [last?.state, last?.text]
}

const refused = { code: 'TELEGRAM_BLOCKED', message: 'This person has blocked the bot.' }
const alarm = { id: 'alarm-7' }

describe('what comes in', () => {
  it('goes to the outbox for the chat', async () => {
    const { node, outbox } = await notifier({ text: 'Bell at {{ topic }}', silent: true, urgency: 'alarm' })
    await node.send('in', { id: 'm1', topic: 'gate', payload: 1 })
    expect(outbox.posts).toEqual([
      {
        from: { flow: 'flow', node: 'node' },
        post: {
          connection: 'bot',
          target: '4711',
          body: { text: 'Bell at gate', html: false, silent: true, language: 'en', buttons: [] },
          title: 'Bell at gate',
          cause: { id: 'm1', topic: 'gate', payload: 1 },
          urgency: 'alarm',
          keep: { message: { id: 'm1', topic: 'gate', payload: 1 }, text: 'Bell at gate' },
        },
      },
    ])
  })

  it('is settled when it is on disk, and fails when it cannot be', async () => {
    const { node, outbox } = await notifier()
    outbox.refuse = new NodeError('DISK_FULL', 'The disk is full.')
    await expect(node.send('in', { payload: 'x' })).rejects.toMatchObject({ code: 'DISK_FULL' })
    outbox.refuse = undefined
    await node.send('in', { payload: 'x' })
    expect([outbox.posts.length, node.sent]).toEqual([1, []])
  })

  it('may expire', async () => {
    const { node, outbox } = await notifier({ expiresAfterMs: 30_000 })
    await node.send('in', { payload: 'x' })
    expect(outbox.posts[0]?.post.expiresAfterMs).toBe(30_000)
  })

  it('carries its alarm, and the buttons', async () => {
    const one = await notifier({ buttons: 'acknowledge-quiet', language: 'de' })
    await one.node.send('in', { payload: 'x', alarm })
    expect(one.outbox.posts[0]?.post.alarm).toBe('alarm-7')
    expect(one.letters).toMatchObject([{ buttons: ['acknowledge', 'quiet'], language: 'de' }])
  })

  it.each([
    ['text', ['a', 'b', 'a']],
    ['topic', ['a', 'a', 'b']],
  ])('may fold with what has the same %s', async (repeatKey, kinds) => {
    const one = await notifier({ repeats: 'edit', repeatKey })
    const long = 'x'.repeat(5_000)
    await one.node.send('in', { topic: 'gate', payload: long })
    await one.node.send('in', { topic: 'gate', payload: 'y' })
    await one.node.send('in', { topic: 'door', payload: long })
    const folds = one.outbox.posts.map(({ post }) => post.fold ?? '')
    expect(folds.map((fold) => (fold === folds[0] ? 'a' : 'b'))).toEqual(kinds)
    expect(one.letters.map(({ repeat }) => repeat)).toEqual(
      folds.map((key) => ({ key, windowMs: 60 * 60_000 })),
    )
    expect(Math.max(...folds.map((fold) => fold.length))).toBeLessThan(100)
  })

  it('has its inserted values escaped in HTML, and only those', async () => {
    const one = await notifier({ format: 'html', text: '<b>{{ payload }}</b>' })
    await one.node.send('in', { payload: '</b><a href="tg://x">&' })
    expect(one.letters).toMatchObject([
      { html: true, text: '<b>&lt;/b&gt;&lt;a href=&quot;tg://x&quot;&gt;&amp;</b>' },
    ])
    expect(one.outbox.posts[0]?.post.title).toBe('&lt;/b&gt;&lt;a href=&quot;tg://x&quot;&gt;&amp;')
  })

  it('leaves a < in plain text alone', async () => {
    const one = await notifier({ text: '<{{ payload }}>' })
    await one.node.send('in', { payload: '<&' })
    expect(one.letters).toMatchObject([{ text: '<<&>', html: false }])
  })

  it('is cut to what Telegram takes, with a warning once it is sent', async () => {
    const one = await notifier({ format: 'html', text: '<b>{{ payload }}</b>' })
    await one.node.send('in', { payload: '&'.repeat(5_000) })
    expect(one.letters).toMatchObject([{ text: `<b>${'&amp;'.repeat(4_095)}…</b>` }])
    await one.node.tell(one.outbox.sent(0, { receipt: one.receipt }))
    expect(statusOf(one.node)).toEqual(['warn', 'Cut to 4096 characters'])
    expect(one.node.logs).toEqual([{ level: 'warn', text: 'Cut to 4096 characters' }])
  })

  it('fails when nothing would be in it', async () => {
    const { outbox, node } = await notifier({ format: 'html', text: '<b>{{ payload.gone }}</b>' })
    await expect(node.send('in', { payload: {} })).rejects.toMatchObject({ code: 'TELEGRAM_EMPTY' })
    expect(outbox.posts).toEqual([])
  })
})

describe('the picture', () => {
  const photo = new Uint8Array([255, 216])

  it('comes from an address, with the text below it', async () => {
    const one = await notifier({ photo: 'url', photoUrl: 'https://cam.example/{{ payload }}.jpg' })
    await one.node.send('in', { payload: 'door' })
    expect(one.letters).toMatchObject([{ photo: 'https://cam.example/door.jpg', text: 'door' }])
  })

  it('comes as bytes from the message, and may have no words', async () => {
    const one = await notifier({ photo: 'property', photoProperty: 'image', text: '{{ payload }}' })
    await one.node.send('in', { payload: '', image: photo })
    expect(one.letters).toMatchObject([{ photo, text: '' }])
  })

  it('keeps all the words, for Telegram may not take it, and warns that there are too many', async () => {
    const one = await notifier({ photo: 'property', photoProperty: 'image' })
    await one.node.send('in', { payload: 'x'.repeat(2_000), image: photo })
    await one.node.tell(one.outbox.sent(0, { receipt: one.receipt }))
    expect(one.letters).toMatchObject([{ text: 'x'.repeat(2_000) }])
    expect(statusOf(one.node)).toEqual(['warn', 'Cut to 1024 characters'])
  })

  it.each([
    ['missing', undefined],
    ['empty', new Uint8Array()],
    ['over 10 MB', new Uint8Array(10 * 1024 * 1024 + 1)],
    ['no address', 'door.jpg'],
  ])('that is %s does not keep the words back', async (_, image) => {
    const one = await notifier({ photo: 'property', photoProperty: 'image' })
    await one.node.send('in', { payload: 'Bell', image })
    expect(one.letters).toEqual([{ text: 'Bell', html: false, silent: false, language: 'en', buttons: [] }])
    await one.node.tell(one.outbox.sent(0, { receipt: one.receipt }))
    expect(statusOf(one.node)).toEqual(['warn', 'Sent without a picture'])
  })

  it('stands in the outbox once: with a big one, what comes back are the words', async () => {
    const one = await notifier({ photo: 'property', photoProperty: 'payload.image', text: 'Bell' })
    const keeps = () => one.outbox.posts.map(({ post }) => post.keep)
    const big = { door: 1, image: new Uint8Array(2 * 1024 * 1024) }
    await one.node.send('in', { id: 'm', topic: 'gate', payload: big, alarm })
    await one.node.send('in', { id: 'n', payload: { door: 1, image: photo } })
    expect(keeps()).toMatchObject([
      { message: { id: 'm', topic: 'gate', payload: 'Bell', alarm } },
      { message: { id: 'n', payload: { door: 1, image: photo } } },
    ])
  })
})

describe('what was sent', () => {
  it('leaves as the message with its number', async () => {
    const one = await notifier({ text: 'Bell' })
    await one.node.send('in', { id: 'm', topic: 'gate', payload: 1 })
    await one.node.tell(one.outbox.sent(0, { receipt: one.receipt, count: 3, mayBeDouble: true }))
    expect(one.node.sent).toEqual([
      {
        port: 'out',
        message: {
          id: 'm',
          topic: 'gate',
          payload: 'Bell',
          messageId: 7,
          chat: '4711',
          count: 3,
          mayBeDouble: true,
        },
      },
    ])
    expect(statusOf(one.node)).toEqual(['ok', '1 sent'])
  })

  it('is settled only when everything behind has taken it', async () => {
    const one = await notifier({}, { downstream: () => Promise.reject(new Error('behind')) })
    await one.node.send('in', { payload: 'x' })
    await expect(one.node.tell(one.outbox.sent(0, { receipt: one.receipt }))).rejects.toThrow('behind')
  })

  it('shows how many wait, also those of before a restart', async () => {
    const one = await notifier()
    await one.node.send('in', { payload: 'a' })
    await one.node.send('in', { payload: 'b' })
    expect(statusOf(one.node)).toEqual(['busy', '2 waiting'])
    for (const at of [0, 1, 0]) await one.node.tell(one.outbox.sent(at, { receipt: one.receipt }))
    expect(statusOf(one.node)).toEqual(['ok', '3 sent'])
  })
})

describe('what will not arrive', () => {
  it('leaves by the error port, for a second channel', async () => {
    const one = await notifier({}, { wireErrorPort: true })
    await one.node.send('in', { id: 'm', payload: 'Bell' })
    await one.node.tell(one.outbox.failed(refused))
    expect(one.node.sent).toMatchObject([
      { port: 'error', message: { id: 'm', payload: 'Bell', error: { code: 'TELEGRAM_BLOCKED' } } },
    ])
    expect(one.services.deadLetters.letters).toEqual([])
    expect(statusOf(one.node)).toEqual(['error', refused.message])
  })

  it('is told again when the second channel fails', async () => {
    const one = await notifier(
      {},
      { wireErrorPort: true, downstream: () => Promise.reject(new Error('full')) },
    )
    await one.node.send('in', { payload: 'Bell' })
    await expect(one.node.tell(one.outbox.failed(refused))).rejects.toThrow('full')
    expect(one.services.deadLetters.letters).toEqual([])
  })

  it('becomes a dead letter where nobody takes it', async () => {
    const one = await notifier()
    await one.node.send('in', { id: 'm', payload: 'Bell' })
    await one.node.tell(one.outbox.failed(refused))
    expect(one.services.deadLetters.letters).toEqual([
      {
        place: { flow: 'flow', node: 'node' },
        port: 'in',
        message: { id: 'm~failed-1', payload: 'Bell' },
        error: refused,
      },
    ])
  })

  it('is not told of by the node that has failed with it, for ever', async () => {
    const one = await notifier({}, { wireErrorPort: true })
    await one.node.send('in', { id: 'm', payload: 'Bell' })
    await one.node.tell(one.outbox.failed(refused))
    const report = { payload: 'It failed.', cause: one.node.sent[0]?.message as Message }
    await one.node.send('in', report)
    await one.node.tell(one.outbox.failed(refused))
    expect(one.node.sent).toHaveLength(1)
    expect(one.services.deadLetters.letters).toHaveLength(1)
  })
})

describe('an answer', () => {
  const by = { action: 'acknowledge', by: 'Anna' }
  const answered = (what: { readonly action: string; readonly by: string }, keep: unknown, at: number) =>
    ({ kind: 'answered', post: 1, target: '4711', keep, at, ...what }) as const

  it('leaves by its own port, as the same message however often it is told', async () => {
    const one = await notifier({ buttons: 'acknowledge' })
    await one.node.send('in', { id: 'm', topic: 'gate', payload: 'x', alarm })
    const news = answered(by, one.outbox.posts[0]?.post.keep, 5)
    await one.node.tell(news)
    await one.node.tell({ ...news, repeated: true })
    const message = { id: 'm~1-acknowledge', topic: 'gate', payload: 'acknowledge', by: 'Anna', at: 5, alarm }
    expect(one.node.sent).toEqual([
      { port: 'answered', message },
      { port: 'answered', message: { ...message, repeated: true } },
    ])
  })

  async function quietNode(more: Partial<Message> = {}) {
    const clock = new VirtualClock()
    const one = await notifier({ buttons: 'acknowledge-quiet', text: 'Bell' }, { clock })
    await one.node.send('in', { payload: 'x', ...more })
    const press = { action: 'quiet', by: 'Anna' }
    await one.node.tell(answered(press, one.outbox.posts[0]?.post.keep, clock.now()))
    return { ...one, clock, titles: () => one.outbox.posts.map(({ post }) => post.title) }
  }

  it('of quiet holds messages for an hour, and tells at its end how many', async () => {
    const { node, clock, titles } = await quietNode()
    for (let i = 0; i < 3; i++) await node.send('in', { payload: i })
    await clock.advance(60 * 60_000 - 1)
    expect(titles()).toEqual(['Bell'])
    await clock.advance(1)
    expect(titles()).toEqual(['Bell', '🔔 3 while it was quiet'])
    await node.send('in', { payload: 'x' })
    expect(titles()).toHaveLength(3)
  })

  it('of quiet holds no alarm: whether that is to be quiet is its own matter', async () => {
    const { node, titles } = await quietNode()
    await node.send('in', { payload: 1, alarm })
    expect([titles().length, node.state['held']]).toEqual([2, undefined])
  })

  it('of quiet says nothing at the end of an hour in which nothing came', async () => {
    const { clock, titles, node } = await quietNode()
    await clock.advance(60 * 60_000)
    expect(titles()).toEqual(['Bell'])
    expect(node.state).toEqual({})
  })

  it('of quiet lasts over a restart, and what ended meanwhile is told as a repetition', async () => {
    const { node, clock } = await quietNode()
    await node.send('in', { payload: 1 })
    const { state } = node
    await node.stop()
    await clock.advance(2 * 60 * 60_000)
    const next = await notifier({ buttons: 'acknowledge-quiet' }, { clock, state })
    await clock.advance(0)
    expect(next.outbox.posts.map(({ post }) => [post.title, post.cause['repeated']])).toEqual([
      ['🔔 1 while it was quiet', true],
    ])
  })

  it('of quiet to an alarm is the matter of the alarm', async () => {
    const { node, titles } = await quietNode({ alarm })
    await node.send('in', { payload: 1 })
    expect(titles()).toHaveLength(2)
  })
})

describe('the node', () => {
  it('shows at its start who will write', async () => {
    const { node } = await notifier()
    await node.clock.advance(0)
    expect(statusOf(node)).toEqual(['ok', '@house_bot'])
  })

  it('shows a wrong token at its start, from a real bot', async () => {
    const clock = new VirtualClock()
    await using telegram = await startFakeTelegram({ clock })
    const stop = new AbortController()
    const { link: bot } = telegramBotRuntime.open({
      id: 'bot',
      config: telegramBot.config.parse({ token: '1:wrong-token-of-somebody', apiRoot: telegram.root }),
      clock,
      signal: stop.signal,
      services: fakeServices(),
      status: () => undefined,
      log: () => undefined,
      own: (resource) => resource,
    })
    const { node } = await notifier({}, { links: { bot }, clock })
    while (node.statuses.at(-1)?.state !== 'error') await clock.advance(0)
    const told = node.statuses.map((status) => status.text)
    expect(told.filter((text) => text?.includes('does not know this bot token'))).toHaveLength(1)
    expect(JSON.stringify(told)).not.toContain('wrong-token-of-somebody')
  })

  it('says why a message waits, and nothing when none does', async () => {
    const { bot, node, outbox, receipt } = await notifier()
    await node.send('in', { payload: 'a' })
    bot.trouble({ code: 'TROUBLE', message: 'There is no network.' })
    expect(statusOf(node)).toEqual(['warn', 'There is no network.'])
    await node.tell(outbox.sent(0, { receipt }))
    bot.trouble({ code: 'TROUBLE', message: 'There is no network.' })
    expect(statusOf(node)).toEqual(['ok', '1 sent'])
  })
})

describe('the definition', () => {
  const problemsOf = (config: Record<string, unknown>) =>
    telegramNotify
      .check?.(telegramNotify.config.parse({ chat: '1', ...config }))
      .map(({ code, field }) => [code, field])

  it.each([
    [{}, []],
    [{ chat: '-1001234567890' }, []],
    [{ chat: '@my_channel' }, []],
    [{ chat: '' }, [['TELEGRAM_CHAT_MISSING', 'chat']]],
    [{ chat: 'Anna' }, [['TELEGRAM_CHAT', 'chat']]],
    [{ text: '{{ payload' }, [['TEMPLATE_OPEN', 'text']]],
    [{ text: '<b>{{ payload }}' }, []],
    [{ text: '<b>{{ payload }}', format: 'html' }, [['HTML_NEVER_CLOSED', 'text']]],
    [{ text: '<a href="{{ payload }}">x</a>', format: 'html' }, []],
    [{ text: '<{{ payload }}>', format: 'html' }, [['HTML_TAG', 'text']]],
    [{ photo: 'url' }, [['TELEGRAM_PHOTO_MISSING', 'photoUrl']]],
    [{ photo: 'url', photoUrl: '{{' }, [['TEMPLATE_OPEN', 'photoUrl']]],
    [{ photoUrl: '{{' }, []],
  ])('checks %j', (config, problems) => {
    expect(problemsOf(config)).toEqual(problems)
  })
})
