import type * as z from 'zod'
import { escapeHtml } from '#kit/escape-html.ts'
import { compileProperty, type Message } from '#kit/message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import type { Sentence } from '#kit/sentence.ts'
import { cutHtml, cutText } from '#nodes/connections/telegram-bot/html.ts'
import { MAX_CAPTION, MAX_PHOTO_BYTES, MAX_TEXT } from '#nodes/connections/telegram-bot/letter.ts'
import type { telegramNotify } from './definition.ts'

export interface Composed {
  readonly text: string
  readonly photo?: string | Uint8Array
  /** What is not as the person wanted it; the message goes out all the same. */
  readonly warning?: Sentence
}

/** Makes messages for Telegram out of what comes in. */
export function composer(config: z.output<typeof telegramNotify.config>) {
  const isHtml = config.format === 'html'
  const renderText = nodeTemplate(config.text, 'text')
  const renderUrl = nodeTemplate(config.photoUrl, 'photoUrl')
  const readPhoto = compileProperty(config.photoProperty)

  const photoOf = (message: Message, now: number): string | Uint8Array | undefined => {
    const found = config.photo === 'url' ? renderUrl(message, { now }).trim() : readPhoto(message)
    if (found instanceof Uint8Array)
      return found.length > 0 && found.length <= MAX_PHOTO_BYTES ? found : undefined
    return typeof found === 'string' && /^https?:\/\/[^/]/i.test(found) ? found : undefined
  }

  return (message: Message, now: number): Composed => {
    const photo = config.photo === 'none' ? undefined : photoOf(message, now)
    const full = renderText(message, { now, ...(isHtml && { escape: escapeHtml }) })
    const cut = isHtml ? cutHtml : cutText
    // Whole also under a picture: should Telegram not take that, the words stand alone.
    const text = cut(full, MAX_TEXT)
    const most = photo === undefined ? MAX_TEXT : MAX_CAPTION
    if (photo === undefined && isBlank(text, isHtml)) throw emptyText()
    if (cut(full, most) !== full) return { ...(photo && { photo }), text, warning: cutTo(most) }
    if (config.photo !== 'none' && photo === undefined) return { text, warning: withoutPicture }
    return { ...(photo !== undefined && { photo }), text: isBlank(text, isHtml) ? '' : text }
  }
}

const cutTo = (characters: number): Sentence => ({
  code: 'TELEGRAM_CUT',
  message: `Cut to ${characters} characters`,
  values: { characters },
})
const withoutPicture: Sentence = { code: 'TELEGRAM_WITHOUT_PICTURE', message: 'Sent without a picture' }

const isBlank = (text: string, isHtml: boolean): boolean =>
  (isHtml ? text.replaceAll(/<[^>]*>/g, '') : text).trim() === ''

const emptyText = (): NodeError =>
  new NodeError(
    'TELEGRAM_EMPTY',
    'The text came out empty, and Telegram takes no empty message. Write some words around the places, or add | default "–".',
    { field: 'text' },
  )
