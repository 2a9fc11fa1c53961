/** The part of Markdown that help pages use; everything else stays text. No HTML ever. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly text: readonly Inline[] }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly kind: 'table'
      readonly head: readonly (readonly Inline[])[]
      readonly rows: readonly (readonly (readonly Inline[])[])[]
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }

export type Inline =
  | { readonly kind: 'text' | 'strong' | 'emphasis' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

/** Reads Markdown into blocks. */
export function parseMarkdown(source: string): readonly Block[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? ''
    if (line.trim() === '') at++
    else {
      const read = readers.find(({ starts }) => starts.test(line)) ?? paragraph
      const end = read.end(lines, at)
      blocks.push(read.make(lines.slice(at, end)))
      at = Math.max(end, at + 1)
    }
  }
  return blocks
}

interface Reader {
  readonly starts: RegExp
  /** The line after the block's last. */
  readonly end: (lines: readonly string[], at: number) => number
  readonly make: (lines: readonly string[]) => Block
}

const linesLike =
  (belongs: RegExp) =>
  (lines: readonly string[], at: number): number => {
    let end = at + 1
    while (end < lines.length && belongs.test(lines[end] ?? '')) end++
    return end
  }

const heading: Reader = {
  starts: /^#{1,6} /,
  end: (_lines, at) => at + 1,
  make: ([line = '']) => {
    const level = line.indexOf(' ')
    return { kind: 'heading', level, text: parseInline(line.slice(level + 1).trim()) }
  },
}

const code: Reader = {
  starts: /^```/,
  end(lines, at) {
    const close = lines.findIndex((line, index) => index > at && /^```\s*$/.test(line))
    return close < 0 ? lines.length : close + 1
  },
  make: (lines) => ({
    kind: 'code',
    language: (lines[0] ?? '').slice(3).trim(),
    text: lines.slice(1, lines.at(-1)?.startsWith('```') ? -1 : undefined).join('\n'),
  }),
}

const marker = /^\s*(?:[-*]|\d+\.)\s+/
const list: Reader = {
  starts: marker,
  end: linesLike(/^\s*(?:[-*]|\d+\.)\s+|^\s+\S/),
  make: (lines) => {
    const items: string[] = []
    for (const line of lines)
      if (marker.test(line)) items.push(line.replace(marker, ''))
      else items.push(`${items.pop() ?? ''} ${line.trim()}`)
    return { kind: 'list', isOrdered: /^\s*\d/.test(lines[0] ?? ''), items: items.map(parseInline) }
  },
}

const table: Reader = {
  starts: /^\|/,
  end: linesLike(/^\|/),
  make: ([head = '', _rule, ...rows]) => ({ kind: 'table', head: cells(head), rows: rows.map(cells) }),
}
const cells = (line: string) =>
  line
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => parseInline(cell.trim()))

const paragraph: Reader = {
  starts: /./,
  end: linesLike(/^(?!#{1,6} |```|\||\s*(?:[-*]|\d+\.)\s+)\s*\S/),
  make: (lines) => ({ kind: 'paragraph', text: parseInline(lines.map((line) => line.trim()).join(' ')) }),
}

const readers: readonly Reader[] = [heading, code, list, table]

const inline = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|_([^_]+)_(?!\w)|\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/g

function parseInline(text: string): readonly Inline[] {
  const parts: Inline[] = []
  let from = 0
  for (const match of text.matchAll(inline)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) })
    const [whole, codeText, strong, star, underscore, label, href] = match
    if (codeText !== undefined) parts.push({ kind: 'code', text: codeText })
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong })
    else if (label !== undefined && href !== undefined) parts.push({ kind: 'link', text: label, href })
    else parts.push({ kind: 'emphasis', text: star ?? underscore ?? whole })
    from = match.index + whole.length
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) })
  return parts
}
