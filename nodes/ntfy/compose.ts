import type * as z from 'zod'
import type { Message } from '#kit/message.ts'
import { cutBytes } from '#kit/runtime/cut-bytes.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { Notification } from '#nodes/connections/ntfy/publisher.ts'
import type { ntfy } from './definition.ts'

/** What a server takes unless it is set up otherwise: a longer text would become a file to download. */
const MAX_TEXT_BYTES = 4_096
/** And of the JSON around it (server.go, transformBodyJSON); a tag may still be added. */
const MAX_JSON_BYTES = 2 * MAX_TEXT_BYTES - 64
const MAX_TITLE_BYTES = 250
const MAX_TAGS = 5
const MAX_TAG_BYTES = 50

const priorities = { min: 1, low: 2, default: 3, high: 4, max: 5 } as const
const byUrgency = { alarm: priorities.max, normal: priorities.default, low: priorities.low } as const

export interface Composed {
  readonly notification: Notification
  /** What is not as the person wanted it; the notification goes out all the same. */
  readonly warning?: Sentence
}

/** Makes notifications out of what comes in. */
export function composer(config: z.output<typeof ntfy.config>) {
  const renderTitle = nodeTemplate(config.title, 'title')
  const renderText = nodeTemplate(config.text, 'text')
  const renderClick = nodeTemplate(config.click, 'click')
  const priority = config.priority === 'urgency' ? byUrgency[config.urgency] : priorities[config.priority]
  const tags = config.tags
    .split(',')
    .map((tag) => cutBytes(tag.trim(), MAX_TAG_BYTES))
    .filter((tag) => tag !== '')
    .slice(0, MAX_TAGS)

  return (message: Message, now: number): Composed => {
    const text = readable(renderText(message, { now })).trim()
    const title = cutBytes(
      readable(renderTitle(message, { now })).replaceAll(/\s+/g, ' ').trim(),
      MAX_TITLE_BYTES,
    )
    const click = renderClick(message, { now }).trim()
    if (text === '' && title === '') throw empty()
    const rest = {
      topic: config.topic,
      priority,
      tags,
      ...(title !== '' && { title }),
      ...(isAddress(click) && { click }),
    }
    const fitting = cutToFit(text, rest)
    return { notification: { ...rest, message: fitting }, ...(fitting !== text && { warning: cut }) }
  }
}

/** In JSON a sign may take six bytes; so often the text is cut twice. */
function cutToFit(text: string, rest: object): string {
  const room = MAX_JSON_BYTES - Buffer.byteLength(JSON.stringify({ ...rest, message: '' }))
  let fitting = cutBytes(text, MAX_TEXT_BYTES)
  for (;;) {
    const bytes = Buffer.byteLength(JSON.stringify(fitting))
    if (bytes <= room) return fitting
    const most = Math.floor((Buffer.byteLength(fitting) * room) / bytes) - 1
    fitting = cutBytes(text, Math.min(most, Buffer.byteLength(fitting) - 1))
  }
}

/** Without control characters but tabs and line ends, which would be shown as nothing and take six bytes each. */
const readable = (text: string): string =>
  text.toWellFormed().replaceAll(/\p{Cc}/gu, (sign) => (sign === '\n' || sign === '\t' ? sign : ''))

/** No `javascript:` and the like; apps have addresses of their own, `homeassistant://`. */
const isAddress = (text: string): boolean =>
  text.length <= 1_000 && URL.canParse(text) && !/^(javascript|data|file|blob|vbscript):/i.test(text)

const cut: Sentence = {
  code: 'NTFY_CUT',
  message: `Cut to ${MAX_TEXT_BYTES} bytes`,
  values: { bytes: MAX_TEXT_BYTES },
}

const empty = (): NodeError =>
  new NodeError(
    'NTFY_EMPTY',
    'Title and text came out empty. Write some words around the places, or add | default "–".',
    { field: 'text' },
  )
