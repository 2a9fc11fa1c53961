import type * as z from 'zod'
import { escapeHtml } from '#kit/escape-html.ts'
import { compileProperty, type Message } from '#kit/message.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { Mail } from '#nodes/connections/smtp/mailer.ts'
import type { email } from './definition.ts'

const MAX_ATTACHMENT_BYTES = 4 * 1024 * 1024
const MAX_SUBJECT = 250
const MAX_NAME = 100

export interface Composed {
  readonly mail: Omit<Mail, 'to'>
  /** What is not as the person wanted it; the mail goes out all the same. */
  readonly warning?: Sentence
}

/** Makes mails out of what comes in. */
export function composer(config: z.output<typeof email.config>) {
  const renderSubject = nodeTemplate(config.subject, 'subject')
  const renderText = nodeTemplate(config.text, 'text')
  const renderName = nodeTemplate(config.attachmentName, 'attachmentName')
  const readAttachment = compileProperty(config.attachmentProperty)

  const attachmentOf = (message: Message, now: number): Mail['attachment'] => {
    const found = readAttachment(message)
    const bytes = typeof found === 'string' ? new TextEncoder().encode(found) : found
    if (!(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > MAX_ATTACHMENT_BYTES)
      return undefined
    return { name: fileName(renderName(message, { now })), bytes }
  }

  return (message: Message, now: number): Composed => {
    const isHtml = config.format === 'html'
    const rendered = renderText(message, { now, ...(isHtml && { escape: escapeHtml }) })
    const attachment = config.attachment === 'property' ? attachmentOf(message, now) : undefined
    const mail = {
      subject: oneLine(renderSubject(message, { now }), MAX_SUBJECT),
      text: isHtml ? plainText(rendered) : rendered,
      ...(isHtml && { html: rendered }),
      ...(attachment && { attachment }),
    }
    const isBare = config.attachment === 'property' && !attachment
    return { mail, ...(isBare && { warning: withoutAttachment }) }
  }
}

const withoutAttachment: Sentence = {
  code: 'EMAIL_WITHOUT_ATTACHMENT',
  message: 'Sent without an attachment',
}

/** A header is one line: with a line break, a message could write headers of its own. */
const oneLine = (text: string, most: number): string =>
  text
    .replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()

/** No folders, no header, nothing hidden. */
const fileName = (text: string): string =>
  oneLine(text.replaceAll(/[/\\"<>:|?*]/g, '-'), MAX_NAME).replace(/^\.+/, '') || 'attachment'

const signs: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
}

/** What a mail program shows that shows no HTML. */
const plainText = (html: string): string =>
  html
    .replaceAll(/<(style|script)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
    .replaceAll(/<(br|\/p|\/div|\/tr|\/h[1-6]|\/li)\b[^>]*>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => signs[entity] ?? entity)
    .trim()
