import { describe, expect, it } from 'vitest'
import { NodeError } from '#kit/runtime/node-error.ts'
import { telegramBot } from '#nodes/connections/telegram-bot/definition.ts'
import { telegramBotRuntime } from '#nodes/connections/telegram-bot/runtime.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { startFakeTelegram } from '#rig/fake-telegram.ts'
import { FakeTelegramLink } from '#rig/fake-telegram-link.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { telegramNotify } from './definition.ts'
import { telegramNotifyRuntime } from './runtime.ts'

async function notifier(config: Record<string, unknown> = {}) {
  const bot = new FakeTelegramLink()
  const node = await nodeRig(telegramNotifyRuntime, {
    config: { bot: 'bot', chat: '4711', ...config },
    links: { bot },
  })
  return { bot, node }
}

const statusOf = (node: Awaited<ReturnType<typeof nodeRig>>) => {
  const last = node.statuses.at(-1)
  return [last?.state, last?.text]
}

describe('the message', () => {
  it('goes to the chat, and what was sent leaves with its number', async () => {
    const { bot, node } = await notifier({ text: 'Bell at {{ topic }}', silent: true })
    await node.send('in', { topic: 'gate', payload: 1 })
    expect(bot.sent).toEqual([{ chat: '4711', text: 'Bell at gate', html: false, silent: true }])
    expect(node.sent[0]?.message).toMatchObject({
      topic: 'gate',
      payload: 'Bell at gate',
      messageId: 1,
      chat: '4711',
    })
    expect(statusOf(node)).toEqual(['ok', '1 sent'])
  })

  it('escapes what is inserted into HTML, and only that', async () => {
    const { bot, node } = await notifier({ format: 'html', text: '<b>{{ payload }}</b>' })
    await node.send('in', { payload: '</b><a href="tg://x">&' })
    expect(bot.texts).toEqual(['<b>&lt;/b&gt;&lt;a href=&quot;tg://x&quot;&gt;&amp;</b>'])
  })

  it('leaves a < in plain text alone', async () => {
    const { bot, node } = await notifier({ text: '<{{ payload }}>' })
    await node.send('in', { payload: '<&' })
    expect(bot.sent).toMatchObject([{ text: '<<&>', html: false }])
  })

  it('is cut to what Telegram takes, with a warning', async () => {
    const { bot, node } = await notifier({ format: 'html', text: '<b>{{ payload }}</b>' })
    await node.send('in', { payload: '&'.repeat(5_000) })
    expect(bot.texts).toEqual([`<b>${'&amp;'.repeat(4_095)}…</b>`])
    expect(statusOf(node)).toEqual(['warn', 'Cut to 4096 characters'])
    expect(node.logs).toEqual([{ level: 'warn', text: 'Cut to 4096 characters' }])
  })

  it('fails when nothing would be in it', async () => {
    const { bot, node } = await notifier({ format: 'html', text: '<b>{{ payload.gone }}</b>' })
    await expect(node.send('in', { payload: {} })).rejects.toMatchObject({ code: 'TELEGRAM_EMPTY' })
    expect(bot.sent).toEqual([])
  })

  it('is settled only when everything behind has taken it', async () => {
    const bot = new FakeTelegramLink()
    const node = await nodeRig(telegramNotifyRuntime, {
      config: { bot: 'bot', chat: '1' },
      links: { bot },
      downstream: () => Promise.reject(new Error('behind')),
    })
    await expect(node.send('in', { payload: 'x' })).rejects.toThrow('behind')
    expect(bot.sent).toHaveLength(1)
  })
})

describe('the picture', () => {
  const photo = new Uint8Array([255, 216])

  it('comes from an address, with the text below it', async () => {
    const { bot, node } = await notifier({ photo: 'url', photoUrl: 'https://cam.example/{{ payload }}.jpg' })
    await node.send('in', { payload: 'door' })
    expect(bot.sent).toMatchObject([{ photo: 'https://cam.example/door.jpg', caption: 'door' }])
  })

  it('comes as bytes from the message, and may have no words', async () => {
    const { bot, node } = await notifier({ photo: 'property', photoProperty: 'image', text: '{{ payload }}' })
    await node.send('in', { payload: '', image: photo })
    expect(bot.sent).toMatchObject([{ photo, caption: '' }])
  })

  it('leaves room for 1024 characters', async () => {
    const { bot, node } = await notifier({ photo: 'property', photoProperty: 'image' })
    await node.send('in', { payload: 'x'.repeat(2_000), image: photo })
    expect(bot.texts).toEqual([`${'x'.repeat(1_023)}…`])
  })

  it.each([
    ['missing', undefined],
    ['empty', new Uint8Array()],
    ['over 10 MB', new Uint8Array(10 * 1024 * 1024 + 1)],
    ['no address', 'door.jpg'],
  ])('that is %s does not keep the words back', async (_, image) => {
    const { bot, node } = await notifier({ photo: 'property', photoProperty: 'image' })
    await node.send('in', { payload: 'Bell', image })
    expect(bot.sent).toMatchObject([{ text: 'Bell' }])
    expect(statusOf(node)).toEqual(['warn', 'Sent without a picture'])
  })

  it('that Telegram cannot take does not keep the words back, all of them', async () => {
    const { bot, node } = await notifier({ photo: 'property', photoProperty: 'image' })
    bot.refuse(new NodeError('TELEGRAM_PHOTO', 'Telegram cannot take the picture.'))
    await node.send('in', { payload: 'x'.repeat(2_000), image: photo })
    expect(bot.texts).toEqual(['x'.repeat(2_000)])
    expect(statusOf(node)).toEqual(['warn', 'Telegram cannot take the picture.'])
  })
})

describe('the node', () => {
  it('shows at its start who will write', async () => {
    const { node } = await notifier()
    await node.clock.advance(0)
    expect(statusOf(node)).toEqual(['ok', '@house_bot'])
  })

  it('shows a wrong token at its start, and again at the message, from a real bot', async () => {
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
    const node = await nodeRig(telegramNotifyRuntime, {
      config: { bot: 'bot', chat: '1' },
      links: { bot },
      clock,
    })
    while (node.statuses.at(-1)?.state !== 'error') await clock.advance(0)
    await expect(node.send('in', { payload: 'x' })).rejects.toMatchObject({ code: 'TELEGRAM_TOKEN' })
    const told = [
      ...node.statuses.map((status) => status.text),
      ...node.failures.map((failure) => failure.message),
    ]
    expect(told.filter((text) => text?.includes('does not know this bot token'))).toHaveLength(3)
    expect(JSON.stringify(told)).not.toContain('wrong-token-of-somebody')
  })

  it('says why a message waits, and nothing when none does', async () => {
    const { bot, node } = await notifier()
    const sending = node.send('in', { payload: 'a' })
    bot.trouble('There is no network.')
    expect(statusOf(node)).toEqual(['warn', 'There is no network.'])
    await sending
    bot.trouble('There is no network.')
    expect(statusOf(node)).toEqual(['ok', '1 sent'])
  })

  it('says what waits', async () => {
    const { node } = await notifier()
    const both = Promise.all([node.send('in', { payload: 'a' }), node.send('in', { payload: 'b' })])
    expect(statusOf(node)).toEqual(['busy', '2 waiting'])
    await both
    expect(statusOf(node)).toEqual(['ok', '2 sent'])
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
