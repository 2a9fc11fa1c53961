import * as z from 'zod'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Parcel } from '#kit/runtime/outbox.ts'
import { cutHtml, cutText } from './html.ts'
import { languages, words } from './words.ts'

/** What Telegram takes, in UTF-16 units of what a person reads (core.telegram.org/bots/api#sendmessage, #sendphoto). */
export const MAX_TEXT = 4096
export const MAX_CAPTION = 1024
export const MAX_PHOTO_BYTES = 10 * 1024 * 1024

/** The body of a post to a bot. */
const letterSchema = z.object({
  /** Whole: it is cut when it is sent. Empty only under a picture. */
  text: z.string(),
  /** The text is Telegram's HTML; plain text otherwise. */
  html: z.boolean(),
  /** Arrives without a sound. */
  silent: z.boolean(),
  /** Where Telegram can fetch it, or the picture itself (at most 10 MB). */
  photo: z.union([z.string(), z.instanceof<typeof Uint8Array<ArrayBufferLike>>(Uint8Array)]).optional(),
  /** Of what the bot says itself: buttons, marks. */
  language: z.enum(languages),
  buttons: z.array(z.enum(['acknowledge', 'quiet'])),
  /** A letter with the same key within the window counts the earlier one up, in its place. */
  repeat: z.object({ key: z.string(), windowMs: z.number() }).optional(),
})
export type TelegramLetter = z.output<typeof letterSchema>

export function readLetter(body: unknown): TelegramLetter {
  const parsed = letterSchema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new NodeError(
    'TELEGRAM_LETTER',
    'What was given to the Telegram bot is nothing that it can send. Deploy the flow again and send it anew.',
  )
}

/** A message that is older says from when it is. */
const LATE_MS = 5 * 60_000
const DAY_MS = 24 * 60 * 60_000

/** As people read it: how many it stands for, from when it is and whether it may have come before are part of the text. */
export function writeText(
  { text, html, language }: TelegramLetter,
  { count, mayBeDouble, at }: Pick<Parcel, 'count' | 'mayBeDouble' | 'at'>,
  { most, now }: { readonly most: number; readonly now: number },
): string {
  const { again, from } = words[language]
  const before = count > 1 ? `${count} × ` : ''
  const marks = [
    ...(now - at >= LATE_MS ? [from(timeOf(at, now, language))] : []),
    ...(mayBeDouble ? [again] : []),
  ]
  if (text === '') return before + marks.join('\n')
  const behind = marks.map((mark) => `\n${mark}`).join('')
  return before + (html ? cutHtml : cutText)(text, most - before.length - behind.length) + behind
}

/** With its day where that may be another. */
const timeOf = (at: number, now: number, language: TelegramLetter['language']): string =>
  new Intl.DateTimeFormat(language === 'de' ? 'de' : 'en-GB', {
    ...(now - at >= DAY_MS / 2 && { weekday: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
