import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import type { TelegramReceipt } from '#nodes/connections/telegram-bot/definition.ts'
import { type Composed, composer } from './compose.ts'
import { telegramNotify } from './definition.ts'

const sending: Sentence = { code: 'TELEGRAM_SENDING', message: 'Sending' }
const stillWaiting = (count: number): Sentence => ({
  code: 'TELEGRAM_WAITING',
  message: `${count} waiting`,
  values: { count },
})

export const telegramNotifyRuntime = implementNode(telegramNotify, (context) => {
  const { config, clock, signal, emit, status, log } = context
  const bot = context.link(config.bot)
  const compose = composer(config)
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

  const deliver = ({ text, photo }: Composed): Promise<TelegramReceipt> => {
    const how = { chat: config.chat, html: config.format === 'html', silent: config.silent }
    return photo === undefined
      ? bot.sendMessage({ ...how, text })
      : bot.sendPhoto({ ...how, photo, caption: text })
  }

  /** A picture that Telegram cannot take must not cost the words. */
  const deliverOrDoWithoutPhoto = async (
    message: Message,
  ): Promise<{ readonly composed: Composed; readonly receipt: TelegramReceipt }> => {
    const composed = compose(message, { now: clock.now(), withPhoto: true })
    try {
      return { composed, receipt: await deliver(composed) }
    } catch (error) {
      if (!(error instanceof NodeError) || error.code !== 'TELEGRAM_PHOTO') throw error
      const plain = {
        ...compose(message, { now: clock.now(), withPhoto: false }),
        warning: sentenceOf(error),
      }
      return { composed: plain, receipt: await deliver(plain) }
    }
  }

  const showSending = () => status('busy', waiting > 1 ? stillWaiting(waiting) : sending)

  const showSent = (warning: Sentence | undefined) => {
    sent++
    if (warning !== undefined) log('warn', warning)
    if (warning !== undefined) status('warn', warning)
    else if (waiting > 0) showSending()
    else status('ok', { code: 'TELEGRAM_SENT', message: `${sent} sent`, values: { count: sent } })
  }

  return {
    start: introduce,
    async in(message) {
      waiting++
      showSending()
      const { composed, receipt } = await deliverOrDoWithoutPhoto(message).finally(() => waiting--)
      showSent(composed.warning)
      await emit('out', { ...message, ...receipt, payload: composed.text })
    },
  }
})
