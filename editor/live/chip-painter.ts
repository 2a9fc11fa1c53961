import { ageOf, type FlowValues } from './flow-values.ts'
import { sparkline } from './sparkline.ts'

/** What a wire in view shows its last value by. */
export interface Chip {
  readonly button: HTMLElement
  readonly text: HTMLElement
  readonly line: SVGPathElement
  /** Letters that fit between the ports; 0 where there is no room. */
  readonly room: number
}

export const LINE_WIDTH = 40
export const LINE_HEIGHT = 10

/** So often is looked how old the values are, in milliseconds. */
const AGES_EVERY_MS = 10_000

/**
 * Keeps the chips of a flow's wires up to date. They are written to directly, all in the frame in which their values
 * come: each frame in which something stands elsewhere costs the browser more than the chips in it.
 */
export class ChipPainter {
  readonly #values: FlowValues
  readonly #chips = new Map<string, Chip>()
  readonly #dirty = new Set<string>()
  #ages: ReturnType<typeof setInterval> | undefined

  constructor(values: FlowValues) {
    this.#values = values
  }

  /** From now on, until the answer is called. */
  show(wire: string, chip: Chip): () => void {
    this.#chips.set(wire, chip)
    const stop = this.#values.onWire(wire, () => this.#mark(wire))
    this.#ages ??= setInterval(() => this.#markAll(), AGES_EVERY_MS)
    this.#paint(wire)
    return () => {
      stop()
      if (this.#chips.get(wire) === chip) this.#chips.delete(wire)
      if (this.#chips.size > 0) return
      clearInterval(this.#ages)
      this.#ages = undefined
    }
  }

  #mark(wire: string): void {
    if (this.#dirty.size === 0) queueMicrotask(() => this.#work())
    this.#dirty.add(wire)
  }

  #markAll(): void {
    for (const wire of this.#chips.keys()) this.#mark(wire)
  }

  #work(): void {
    for (const wire of this.#dirty) this.#paint(wire)
    this.#dirty.clear()
  }

  #paint(wire: string): void {
    const chip = this.#chips.get(wire)
    if (!chip) return
    const value = this.#values.value(wire)
    const { button, text, line, room } = chip
    button.hidden = !value || room === 0
    if (!value || room === 0) return
    const { unit = '', numbers, at } = value
    const written = shorten(unit === '' ? value.text : `${value.text}\u202f${unit}`, room)
    if (text.textContent !== written) text.textContent = written
    const age = ageOf(at, Date.now())
    if (button.dataset['age'] !== age) button.dataset['age'] = age
    const path = sparkline(numbers, LINE_WIDTH, LINE_HEIGHT)
    if (line.getAttribute('d') !== path) line.setAttribute('d', path)
  }
}

/** Line ends as spaces, and no longer than there is room. */
export function shorten(text: string, room: number): string {
  const line = text.replaceAll(/\s+/g, (space) => (space === '\u202f' ? space : ' '))
  const letters = Array.from(line)
  return letters.length <= room ? line : `${letters.slice(0, Math.max(1, room - 1)).join('')}…`
}

const PIXELS_PER_LETTER = 6.6
const MARGIN = 28
const MOST_LETTERS = 24

/** How many letters fit on a wire between two ports that are so far apart. */
export function roomFor(width: number): number {
  const letters = Math.floor((width - MARGIN) / PIXELS_PER_LETTER)
  return letters < 3 ? 0 : Math.min(letters, MOST_LETTERS)
}
