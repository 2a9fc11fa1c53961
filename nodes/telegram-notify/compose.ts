import type * as z from 'zod'
import { compileProperty, type Message } from '#kit/message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { telegramNotify } from './definition.ts'
import { cutHtml, cutText, escapeHtml } from './html.ts'

/** What Telegram takes, in UTF-16 units of what a person reads (core.telegram.org/bots/api#sendmessage, #sendphoto). */
export const MAX_TEXT = 4096
export const MAX_CAPTION = 1024
const MAX_PHOTO_BYTES = 10 * 1024 * 1024

export interface Composed {
  readonly text: string
  readonly photo?: string | Uint8Array
  /** What is not as the person wanted it; the message goes out all the same. */
  readonly warning?: Sentence
}

/** Makes messages for Telegram out of what comes in. `withPhoto: false` leaves the picture out. */
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

  return (message: Message, options: { readonly now: number; readonly withPhoto: boolean }): Composed => {
    const wantsPhoto = config.photo !== 'none' && options.withPhoto
    const photo = wantsPhoto ? photoOf(message, options.now) : undefined
    const full = renderText(message, { now: options.now, ...(isHtml && { escape: escapeHtml }) })
    const most = photo === undefined ? MAX_TEXT : MAX_CAPTION
    const text = isHtml ? cutHtml(full, most) : cutText(full, most)
    if (photo === undefined && isBlank(text, isHtml)) throw emptyText()
    const warning =
      text !== full ? cutTo(most) : wantsPhoto && photo === undefined ? withoutPicture : undefined
    return { text, ...(photo !== undefined && { photo }), ...(warning !== undefined && { warning }) }
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
