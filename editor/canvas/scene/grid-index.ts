import { type Box, overlaps } from '../../document/box.ts'

/** Canvas pixels: some ten nodes stand in a cell. */
const CELL = 512
/** What covers more cells than this is kept in one list instead: a wire across a huge flow. */
const MOST_CELLS = 256

/** Finds what is in a part of the canvas without looking at the rest. Changes one by one, in constant time. */
export class GridIndex {
  readonly #boxes = new Map<string, Box>()
  readonly #cells = new Map<string, Set<string>>()
  readonly #wide = new Set<string>()

  set(id: string, box: Box): void {
    const before = this.#boxes.get(id)
    if (before && isSameRange(rangeOf(before), rangeOf(box))) return void this.#boxes.set(id, box)
    this.delete(id)
    this.#boxes.set(id, box)
    const cells = cellsOf(box, MOST_CELLS)
    if (!cells) return void this.#wide.add(id)
    for (const cell of cells) {
      const ids = this.#cells.get(cell)
      if (ids) ids.add(id)
      else this.#cells.set(cell, new Set([id]))
    }
  }

  delete(id: string): void {
    const box = this.#boxes.get(id)
    if (!box) return
    this.#boxes.delete(id)
    const cells = cellsOf(box, MOST_CELLS)
    if (!cells) return void this.#wide.delete(id)
    for (const cell of cells) {
      const ids = this.#cells.get(cell)
      ids?.delete(id)
      if (ids?.size === 0) this.#cells.delete(cell)
    }
  }

  /** All whose boxes overlap this one, in no order. */
  in(box: Box): Set<string> {
    const found = new Set<string>()
    const take = (ids: Iterable<string>) => {
      for (const id of ids) if (overlaps(this.#boxOf(id), box)) found.add(id)
    }
    const cells = cellsOf(box, this.#cells.size)
    if (!cells) take(this.#boxes.keys())
    else {
      take(this.#wide)
      for (const cell of cells) take(this.#cells.get(cell) ?? [])
    }
    return found
  }

  #boxOf(id: string): Box {
    const box = this.#boxes.get(id)
    if (!box) throw new Error(`"${id}" is not in the index`)
    return box
  }
}

/** The first and the last column and row of cells that a box touches. */
interface Range {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const rangeOf = ({ x, y, width, height }: Box): Range => ({
  left: Math.floor(x / CELL),
  right: Math.floor((x + width) / CELL),
  top: Math.floor(y / CELL),
  bottom: Math.floor((y + height) / CELL),
})

const isSameRange = (a: Range, b: Range): boolean =>
  a.left === b.left && a.right === b.right && a.top === b.top && a.bottom === b.bottom

/** The cells that a box touches; nothing if they are more than so many. */
function cellsOf(box: Box, most: number): string[] | undefined {
  const { left, right, top, bottom } = rangeOf(box)
  if (!((right - left + 1) * (bottom - top + 1) <= most)) return undefined
  const cells: string[] = []
  for (let column = left; column <= right; column++)
    for (let row = top; row <= bottom; row++) cells.push(`${column} ${row}`)
  return cells
}
