import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { keptMessage } from '#kit/runtime/kept-message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { News } from '#kit/runtime/outbox.ts'
import { again, undelivered } from '#kit/runtime/undelivered.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { TelegramReceipt } from '#nodes/connections/telegram-bot/definition.ts'
import { cutText } from '#nodes/connections/telegram-bot/html.ts'
import type { TelegramLetter } from '#nodes/connections/telegram-bot/letter.ts'
import { repeatKey } from '#nodes/connections/telegram-bot/repeats.ts'
import { words } from '#nodes/connections/telegram-bot/words.ts'
import { composer } from './compose.ts'
import { telegramNotify } from './definition.ts'

import { QuietTime } from './quiet-time.ts'

export const telegramNotifyRuntime = implementNode(telegramNotify, (context) => {
  const { config, clock, signal, emit, status, log, post } = context
  const bot = context.link(config.bot)
  const compose = composer(config)
  const quiet = new QuietTime(context, async ({ held, until, isLate }) => {
    const text = words[config.language].whileQuiet(held)
    const cause = context.message({ id: `${context.node}~quiet-${until}`, payload: text })
    await send({
      cause: isLate ? { ...cause, repeated: true } : cause,
      letter: { ...letterOf(text), html: false },
    })
  })
  /** Posts of this run whose news has not come. */
  let waiting = 0
  let sent = 0
  let isIntroducing = false

  context.own(bot.onTrouble((trouble) => (waiting > 0 || isIntroducing) && status('warn', trouble)))

  /** Shows before the first alarm whether it could be sent. */
  const introduce = () => {
    const isIdle = () => waiting === 0 && sent === 0 && !signal.aborted
    isIntroducing = true
    status('busy', { code: 'TELEGRAM_ASKING', message: 'Asking Telegram for the bot' })
    const asked = bot.getMe().finally(() => {
      isIntroducing = false
    })
    asked.then(
      ({ username }) => isIdle() && status('ok', `@${username}`),
      (error: Error) => isIdle() && status('error', error instanceof NodeError ? error : error.message),
    )
  }

  const letterOf = (text: string): TelegramLetter => ({
    text,
    html: config.format === 'html',
    silent: config.silent,
    language: config.language,
    buttons: [],
  })

  const send = async (given: {
    readonly cause: Message
    readonly letter: TelegramLetter
    readonly warning?: Sentence | undefined
  }) => {
    const { cause, letter, warning } = given
    const key = letter.repeat?.key
    const alarm = alarmOf(cause)
    waiting++
    status('busy', sending(waiting))
    try {
      await post({
        connection: config.bot,
        target: config.chat,
        body: letter,
        title: titleOf(letter),
        cause,
        urgency: config.urgency,
        ...(config.expiresAfterMs > 0 && { expiresAfterMs: config.expiresAfterMs }),
        ...(key !== undefined && { fold: key }),
        ...(alarm !== undefined && { alarm }),
        keep: {
          message: keptMessage(cause, letter.text),
          text: letter.text,
          ...(warning && { warning }),
        } satisfies Kept,
      })
    } catch (error) {
      waiting--
      throw error
    }
  }

  const isTold = () => {
    waiting = Math.max(0, waiting - 1)
  }

  const showSent = (warning: Sentence | undefined) => {
    sent++
    if (warning !== undefined) log('warn', warning)
    if (warning !== undefined) status('warn', warning)
    else if (waiting > 0) status('busy', sending(waiting))
    else status('ok', { code: 'TELEGRAM_SENT', message: `${sent} sent`, values: { count: sent } })
  }

  return {
    start() {
      introduce()
      quiet.resume()
    },
    async in(message) {
      if (quiet.isOn && alarmOf(message) === undefined) return quiet.hold()
      const { text, photo, warning } = compose(message, clock.now())
      const repeats = config.repeats === 'edit' && config.photo === 'none'
      const letter: TelegramLetter = {
        ...letterOf(text),
        buttons: buttonsOf[config.buttons],
        ...(photo !== undefined && { photo }),
        ...(repeats && {
          repeat: {
            key: repeatKey(config.repeatKey === 'text' ? text : (message.topic ?? '')),
            windowMs: config.repeatWindowMs,
          },
        }),
      }
      await send({ cause: message, letter, warning })
    },
    async told(news: News) {
      if (news.kind === 'alarm') return
      const { message, text, warning: composed } = news.keep as Kept
      if (news.kind === 'sent') {
        isTold()
        const { warning = composed, ...receipt } = (news.receipt ?? {}) as Partial<TelegramReceipt>
        showSent(warning)
        const { count, mayBeDouble } = news
        await emit('out', { ...message, ...again(news), payload: text, ...receipt, count, mayBeDouble })
      } else if (news.kind === 'failed') {
        isTold()
        status('error', news.error)
        await undelivered(context, news, message)
      } else {
        if (news.action === 'quiet' && alarmOf(message) === undefined) await quiet.begin(news.at)
        await answered(message, news)
      }
    },
  }

  async function answered(message: Message, news: Extract<News, { kind: 'answered' }>): Promise<void> {
    if (config.buttons === 'none') return
    const { action, by, at, post: number } = news
    const { topic, alarm } = message
    // Told again, it is the same message.
    const id = `${message.id.split('~')[0]}~${number}-${action}`
    await emit('answered', {
      id,
      ...(topic !== undefined && { topic }),
      payload: action,
      by,
      at,
      ...(alarm !== undefined && { alarm }),
      ...again(news),
    })
  }
})

/** What comes back with the news of a post. */
interface Kept {
  readonly message: Message
  readonly text: string
  readonly warning?: Sentence
}

const buttonsOf = {
  none: [],
  acknowledge: ['acknowledge'],
  'acknowledge-quiet': ['acknowledge', 'quiet'],
} as const satisfies Record<string, TelegramLetter['buttons']>

/** The alarm that an `alarm` node has put into a message. */
function alarmOf({ alarm }: Message): string | undefined {
  const id = typeof alarm === 'object' && alarm !== null && 'id' in alarm ? alarm.id : undefined
  return typeof id === 'string' ? id : undefined
}

const TITLE_LENGTH = 120

/** The first words, without tags and breaks. */
const titleOf = ({ text, html, photo }: TelegramLetter): string => {
  const plain = html ? text.replaceAll(/<[^>]*>/g, '') : text
  return cutText(plain.replaceAll(/\s+/g, ' ').trim(), TITLE_LENGTH) || (photo === undefined ? '' : '🖼')
}

const sending = (count: number): Sentence =>
  count > 1
    ? { code: 'TELEGRAM_WAITING', message: `${count} waiting`, values: { count } }
    : { code: 'TELEGRAM_SENDING', message: 'Sending' }
