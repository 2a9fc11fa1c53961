/** A text display: lines of fixed length, blank at first. What would run over the edge is lost. */
export class Screen {
  readonly #lines: string[]
  readonly #columns: number

  constructor(lines: number, columns: number) {
    this.#lines = Array(lines).fill(' '.repeat(columns))
    this.#columns = columns
  }

  write(line: number, position: number, text: string): void {
    const before = this.#lines[line] ?? ''
    const written = before.slice(0, position) + text + before.slice(position + text.length)
    this.#lines[line] = written.slice(0, this.#columns)
  }

  clear(): void {
    this.#lines.fill(' '.repeat(this.#columns))
  }

  /** Lines without blanks at their ends. */
  get lines(): readonly string[] {
    return this.#lines.map((line) => line.trimEnd())
  }
}

/** Bit 0 is segment a, bit 6 is g. The first digits are those of the maker's examples. */
const glyphs: Readonly<Record<number, string>> = {
  0: ' ',
  63: '0',
  6: '1',
  91: '2',
  79: '3',
  102: '4',
  109: '5',
  125: '6',
  7: '7',
  127: '8',
  111: '9',
  64: '-',
  8: '_',
  119: 'A',
  124: 'b',
  57: 'C',
  88: 'c',
  94: 'd',
  121: 'E',
  113: 'F',
  118: 'H',
  116: 'h',
  56: 'L',
  84: 'n',
  92: 'o',
  115: 'P',
  80: 'r',
  120: 't',
  62: 'U',
  28: 'u',
  110: 'y',
}

/** What four digits read as; `?` for a pattern that is no character. */
export const readSegments = (segments: readonly number[], colon: boolean): string => {
  const text = segments.map((bits) => glyphs[bits] ?? '?')
  return [...text.slice(0, 2), colon ? ':' : '', ...text.slice(2)].join('')
}
