import type { Sentence } from '#kit/sentence.ts'

/**
 * Telegram's HTML (core.telegram.org/bots/api#html-style): a few tags, and entities for what would be read as one.
 * Lengths are in UTF-16 units of what a person reads, as Telegram counts them.
 */

const knownTags = new Set(
  'a b strong i em u ins s strike del code pre blockquote span tg-spoiler tg-emoji'.split(' '),
)

/** What Telegram would not read, in a sentence; `undefined` if all tags are known and closed in order. */
export function findHtmlProblem(html: string): Sentence | undefined {
  const open: string[] = []
  for (const token of readHtml(html)) {
    if (token.kind === 'stray') return strayBracket
    if (token.kind === 'open' && !knownTags.has(token.name)) return unknownTag(token.name)
    if (token.kind === 'open') open.push(token.name)
    if (token.kind === 'close') {
      const expected = open.pop()
      if (expected === undefined) return neverOpened(token.name)
      if (expected !== token.name) return otherIsDue(token.name, expected)
    }
  }
  const unclosed = open.pop()
  return unclosed === undefined ? undefined : neverClosed(unclosed)
}

const strayBracket: Sentence = { code: 'HTML_STRAY', message: 'Write &lt; for a < that begins no tag.' }
const unknownTag = (tag: string): Sentence => ({
  code: 'HTML_TAG',
  message: `Telegram does not know the tag <${tag}>. It knows ${[...knownTags].join(', ')}.`,
  values: { tag, known: [...knownTags].join(', ') },
})
const neverOpened = (tag: string): Sentence => ({
  code: 'HTML_NEVER_OPENED',
  message: `</${tag}> closes a tag that was never opened.`,
  values: { tag },
})
const otherIsDue = (tag: string, due: string): Sentence => ({
  code: 'HTML_OTHER_DUE',
  message: `</${tag}> stands where </${due}> is due.`,
  values: { tag, due },
})
const neverClosed = (tag: string): Sentence => ({
  code: 'HTML_NEVER_CLOSED',
  message: `<${tag}> is never closed. Write </${tag}> behind it.`,
  values: { tag },
})

/** How long a text is for a person who reads it. */
export const htmlLength = (html: string): number =>
  readHtml(html).reduce((sum, token) => sum + token.length, 0)

/** Shortens to at most `most` units with an ellipsis, never within a tag, an entity or a character; open tags are closed. */
export function cutHtml(html: string, most: number): string {
  if (htmlLength(html) <= most) return html
  const open: string[] = []
  let left = most - 1
  let kept = ''
  for (const token of readHtml(html)) {
    if (token.length > left) {
      if (token.kind === 'text') kept += safeSlice(token.raw, left)
      break
    }
    left -= token.length
    kept += token.raw
    if (token.kind === 'open') open.push(token.name)
    if (token.kind === 'close') open.pop()
  }
  return `${kept}…${open
    .reverse()
    .map((name) => `</${name}>`)
    .join('')}`
}

/** The same for plain text. */
export const cutText = (text: string, most: number): string =>
  text.length <= most ? text : `${safeSlice(text, most - 1)}…`

/** The first units of a text, one less where the end would part a surrogate pair. */
const safeSlice = (text: string, units: number): string =>
  /[\uD800-\uDBFF]$/.test(text.slice(0, units)) ? text.slice(0, units - 1) : text.slice(0, units)

type Token = { readonly raw: string; readonly length: number } & (
  | { readonly kind: 'text' | 'entity' | 'stray' }
  | { readonly kind: 'open' | 'close'; readonly name: string }
)

const pattern =
  /<(\/?)([a-z][a-z0-9-]*)(?:\s+[^\s=<>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[a-z0-9.-]+))?)*\s*>|&(?:lt|gt|amp|quot|#\d{1,7}|#x[\da-f]{1,6});|[^<&]+|[<&]/giy

function readHtml(html: string): readonly Token[] {
  return Array.from(html.matchAll(pattern), ([raw, slash, name]): Token => {
    if (name !== undefined)
      return { kind: slash ? 'close' : 'open', name: name.toLowerCase(), raw, length: 0 }
    if (raw.length > 1 && raw.startsWith('&')) return { kind: 'entity', raw, length: entityLength(raw) }
    return { kind: raw === '<' ? 'stray' : 'text', raw, length: raw.length }
  })
}

/** Two units for a character behind U+FFFF, written as a number. */
function entityLength(entity: string): number {
  const [, hex, decimal] = /^&#(?:x([\da-f]+)|(\d+));$/i.exec(entity) ?? []
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal ?? 0)
  return code > 0xffff ? 2 : 1
}
