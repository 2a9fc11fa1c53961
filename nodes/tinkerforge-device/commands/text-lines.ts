import { NodeError } from '#kit/runtime/node-error.ts'
import { transliterate } from './transliterate.ts'

/** One line to write: from 0, and its text, filled up with blanks so that nothing of an older text stays. */
export interface Line {
  readonly line: number
  readonly text: string
}

/** The lines that a payload fills, from `line` (1 is the topmost) on. A line break begins the next; what is too long is cut off. */
export function encodeText(
  payload: unknown,
  line: unknown,
  size: { readonly lines: number; readonly columns: number },
): readonly Line[] {
  if (!['string', 'number', 'boolean'].includes(typeof payload))
    throw new NodeError(
      'TINKERFORGE_TEXT',
      'The display shows text, and this message carries none. Put a Template node before it.',
    )
  if (typeof line !== 'number' || !Number.isInteger(line) || line < 1 || line > size.lines)
    throw new NodeError(
      'TINKERFORGE_LINE',
      `line is ${JSON.stringify(line)}, and this display has the lines 1 to ${size.lines}.`,
      { field: 'line', values: { line: JSON.stringify(line), lines: size.lines } },
    )
  return String(payload)
    .split(/\r?\n/)
    .slice(0, size.lines - line + 1)
    .map((text, index) => ({
      line: line - 1 + index,
      text: transliterate(text).slice(0, size.columns).padEnd(size.columns),
    }))
}
