/** How the Bot API reads marked-up text (core.telegram.org/bots/api#formatting-options): the text without its marks. */
export class EntityError extends Error {}

/** A mark, as messages carry it; those of MarkdownV2 are read and not kept. */
export interface FakeEntity {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly url?: string
}

export interface FakeText {
  readonly text: string
  readonly entities: readonly FakeEntity[]
}

export const plainText = (text: string, parseMode: string | undefined): string =>
  readText(text, parseMode).text

export function readText(text: string, parseMode: string | undefined): FakeText {
  if (parseMode === undefined || parseMode === '') return { text, entities: [] }
  if (/^html$/i.test(parseMode)) return readHtml(text)
  if (/^markdownv2$/i.test(parseMode)) return { text: readMarkdown(text), entities: [] }
  throw new EntityError('unsupported parse_mode')
}

const tags = new Set(
  'a b strong i em s strike del u ins tg-spoiler tg-emoji span pre code blockquote'.split(' '),
)
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

const entityTypes: Readonly<Record<string, string>> = {
  ...{ a: 'text_link', b: 'bold', strong: 'bold', i: 'italic', em: 'italic', code: 'code', pre: 'pre' },
  ...{ u: 'underline', ins: 'underline', s: 'strikethrough', strike: 'strikethrough', del: 'strikethrough' },
  ...{ span: 'spoiler', 'tg-spoiler': 'spoiler', blockquote: 'blockquote' },
}

interface OpenTag {
  readonly name: string
  /** Where its text begins. */
  readonly from: number
  readonly url: string | undefined
}

function readHtml(html: string): FakeText {
  const open: OpenTag[] = []
  const marked: FakeEntity[] = []
  let plain = ''
  let at = 0
  while (at < html.length) {
    const rest = html.slice(at)
    if (rest.startsWith('&')) {
      const entity = /^&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([\da-f]{1,6}));/i.exec(rest)
      plain += entity ? decodeEntity(entity) : '&'
      at += entity?.[0].length ?? 1
    } else if (rest.startsWith('</')) {
      const tag = open.at(-1)
      at += closeTag(html, at, open)
      if (tag) marked.push(...entityOf(tag, plain.length))
    } else if (rest.startsWith('<')) {
      at += openTag(html, at, open, plain.length)
    } else {
      plain += rest.charAt(0)
      at++
    }
  }
  const unclosed = open.pop()
  if (unclosed !== undefined)
    throw new EntityError(`Can't find end tag corresponding to start tag "${unclosed.name}"`)
  return { text: plain, entities: marked.sort((one, other) => one.offset - other.offset) }
}

function entityOf({ name, from, url }: OpenTag, to: number): FakeEntity[] {
  const type = entityTypes[name]
  if (type === undefined || to === from) return []
  return [{ type, offset: from, length: to - from, ...(url !== undefined && { url }) }]
}

function decodeEntity([, name, decimal, hex]: RegExpExecArray): string {
  if (name !== undefined) return entities[name.toLowerCase()] ?? ''
  return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex ?? '0', 16))
}

function openTag(html: string, at: number, open: OpenTag[], from: number): number {
  const tag = /^<([^\s>]*)((?:\s+[^\s=>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[a-zA-Z0-9.-]+))?)*)\s*>/.exec(
    html.slice(at),
  )
  const name = (tag?.[1] ?? /^<([^\s>]*)/.exec(html.slice(at))?.[1] ?? '').toLowerCase()
  if (!tags.has(name))
    throw new EntityError(`Unsupported start tag "${name}" at byte offset ${bytes(html, at)}`)
  if (!tag) throw new EntityError(`Unclosed start tag at byte offset ${bytes(html, at)}`)
  if (name === 'span' && !/class\s*=\s*["']?tg-spoiler/.test(tag[2] ?? '')) {
    throw new EntityError(`Tag "span" must have class "tg-spoiler" at byte offset ${bytes(html, at)}`)
  }
  const [, url] = /href\s*=\s*["']([^"']*)["']/.exec(tag[2] ?? '') ?? []
  open.push({ name, from, url })
  return tag[0].length
}

function closeTag(html: string, at: number, open: OpenTag[]): number {
  const tag = /^<\/([^\s>]*)\s*>/.exec(html.slice(at))
  if (!tag) throw new EntityError(`Unclosed end tag at byte offset ${bytes(html, at)}`)
  const expected = open.pop()?.name
  if (expected === undefined) throw new EntityError(`Unexpected end tag at byte offset ${bytes(html, at)}`)
  const name = (tag[1] ?? '').toLowerCase()
  if (name !== '' && name !== expected) {
    throw new EntityError(
      `Unmatched end tag at byte offset ${bytes(html, at)}, expected "</${expected}>", found "</${name}>"`,
    )
  }
  return tag[0].length
}

const marks: Readonly<Record<string, string>> = {
  '```': 'Pre',
  '`': 'Code',
  '||': 'Spoiler',
  __: 'Underline',
  '*': 'Bold',
  _: 'Italic',
  '~': 'Strikethrough',
}
const RESERVED = /[_*[\]()~`>#+\-=|{}.!]/

function readMarkdown(text: string): string {
  const open: { readonly mark: string; readonly at: number }[] = []
  let plain = ''
  let at = 0
  while (at < text.length) {
    const inside = open.at(-1)?.mark
    const isCode = inside === '`' || inside === '```'
    const char = text.charAt(at)
    const escaped = /^\\([ -~])/.exec(text.slice(at, at + 2))
    const mark = Object.keys(marks).find((candidate) => text.startsWith(candidate, at))
    if (escaped) {
      plain += escaped[1]
      at += 2
    } else if (mark !== undefined && (!isCode || mark === inside)) {
      if (mark === inside) open.pop()
      else open.push({ mark, at })
      at += mark.length
    } else if (!isCode && char === '[') {
      open.push({ mark: '[', at })
      at++
    } else if (!isCode && char === ']' && inside === '[') {
      open.pop()
      at += linkTarget(text, at)
    } else if (!isCode && char === '>' && (at === 0 || text.charAt(at - 1) === '\n')) {
      at++
    } else if (!isCode && RESERVED.test(char)) {
      throw new EntityError(`Character '${char}' is reserved and must be escaped with the preceding '\\'`)
    } else {
      plain += char
      at++
    }
  }
  const unclosed = open.pop()
  if (unclosed) {
    const name = marks[unclosed.mark] ?? 'TextUrl'
    throw new EntityError(`Can't find end of ${name} entity at byte offset ${bytes(text, unclosed.at)}`)
  }
  return plain
}

/** The length of `](https://…)`; of `]` alone when no address follows. */
function linkTarget(text: string, at: number): number {
  const target = /^\]\(((?:[^)\\]|\\.)*)\)/s.exec(text.slice(at))
  return target?.[0].length ?? 1
}

const bytes = (text: string, at: number): number => Buffer.byteLength(text.slice(0, at))
