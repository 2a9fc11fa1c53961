import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeError } from '#kit/runtime/node-error.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { startFakeTelegram } from '#rig/fake-telegram.ts'
import { ANNA, BotRig, GROUP } from '#rig/telegram-bot-rig.ts'
import { telegramBot } from './definition.ts'
import { telegramBotRuntime } from './runtime.ts'

let rig: BotRig
beforeEach(async () => {
  rig = await BotRig.start()
})
afterEach(() => rig[Symbol.asyncDispose]())

const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: NodeError) => error,
  )

describe('asks', () => {
  it('who the bot is, once', async () => {
    const { link } = rig.open()
    expect(await Promise.all([link.getMe(), link.getMe()])).toEqual([
      { id: 123456, username: 'house_bot' },
      { id: 123456, username: 'house_bot' },
    ])
    expect(rig.telegram.count('getMe')).toBe(1)
  })

  it('which chats have written, the latest first, and leaves what they wrote', async () => {
    rig.telegram.write(ANNA, '/start')
    rig.telegram.write(GROUP, 'hi')
    rig.telegram.write(ANNA, 'again')
    const { discover } = rig.open()
    const chats = [
      { label: 'Anna', fields: { chat: '4711', chatName: 'Anna' } },
      { label: 'WG', fields: { chat: '-100', chatName: 'WG' } },
    ]
    expect(await discover?.()).toEqual(chats)
    expect(await discover?.()).toEqual(chats)
  })

  it('and fails at once, for a person waits', async () => {
    rig.telegram.fail({ kind: 'status', status: 502 })
    const failed = rig.open().discover?.()
    await expect(failed).rejects.toMatchObject({ code: 'TELEGRAM_AWAY' })
  })
})

it('never shows the token: not in an error, its cause or its stack, not in a log or a status', async () => {
  const secret = 'AAH-this-must-never-be-seen'
  const token = `42:${secret}`
  const seen: unknown[] = []
  const dead = await startFakeTelegram()
  const deadRoot = dead.root
  await dead.close()
  for (const apiRoot of [rig.telegram.root, `${rig.telegram.root}/none`, deadRoot]) {
    const closing = new AbortController()
    const { link, carrier, discover } = telegramBotRuntime.open({
      id: 'bot',
      config: telegramBot.config.parse({ token, apiRoot }),
      clock: rig.clock,
      signal: closing.signal,
      services: fakeServices(),
      status: (...status) => seen.push(status),
      log: (...line) => seen.push(line),
      own: (resource) => resource,
    })
    rig.telegram.fail({ kind: 'reset-before', method: 'sendPhoto' })
    const calls = [
      carrier?.send(rig.parcel()) ?? Promise.resolve(),
      carrier?.send(rig.parcel({ photo: new Uint8Array(3) })) ?? Promise.resolve(),
      link.getMe(),
      discover?.() ?? Promise.resolve([]),
    ].map(errorOf)
    const noted = seen.length
    await rig.until(() => seen.length > noted)
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
