import { create } from 'zustand'
import type { Place } from '#flows/flow.ts'
import type { Box } from '../document/box.ts'

/** A line along which something that is moved stands in line with something else. */
export interface HelperLine {
  readonly axis: 'x' | 'y'
  readonly at: number
  /** From where to where on the other axis. */
  readonly from: number
  readonly to: number
}

export const noLines: readonly HelperLine[] = []

/** The lines that are shown while something is moved. */
export const useHelperLines = create<{ readonly lines: readonly HelperLine[] }>(() => ({ lines: noLines }))

/** Edges and middles of what stands, in order, so that the nearest is found without looking at all. */
interface Mark {
  readonly at: number
  readonly box: Box
}

const marksOf = (box: Box, axis: 'x' | 'y'): readonly number[] => {
  const [at, size] = axis === 'x' ? [box.x, box.width] : [box.y, box.height]
  return [at, at + size / 2, at + size]
}

/** Where things can stand in line with others. Made once, when a move begins, of what is in view then. */
export class Lines {
  readonly #marks: Readonly<Record<'x' | 'y', readonly Mark[]>>

  constructor(boxes: readonly Box[]) {
    const sorted = (axis: 'x' | 'y') =>
      boxes.flatMap((box) => marksOf(box, axis).map((at) => ({ at, box }))).sort((a, b) => a.at - b.at)
    this.#marks = { x: sorted('x'), y: sorted('y') }
  }

  /** By how much a box has to be moved to stand in line, and along which lines it does then. */
  snap(box: Box, within: number): { readonly by: Place; readonly lines: readonly HelperLine[] } {
    const by: Place = [this.#nearest(box, 'x', within), this.#nearest(box, 'y', within)]
    const moved = { ...box, x: box.x + by[0], y: box.y + by[1] }
    // of two that are as large, all three lines would be the same
    return { by, lines: [...this.#linesAt(moved, 'x').slice(0, 1), ...this.#linesAt(moved, 'y').slice(0, 1)] }
  }

  #nearest(box: Box, axis: 'x' | 'y', within: number): number {
    let least = within
    let by = 0
    for (const at of marksOf(box, axis))
      for (const mark of this.#around(axis, at)) {
        const distance = Math.abs(mark.at - at)
        if (distance > least || (distance === least && by !== 0)) continue
        least = distance
        by = mark.at - at
      }
    return by
  }

  /** The marks on both sides of a place. */
  #around(axis: 'x' | 'y', at: number): readonly Mark[] {
    const marks = this.#marks[axis]
    const index = firstFrom(marks, at)
    return marks.slice(Math.max(0, index - 1), index + 1)
  }

  #linesAt(box: Box, axis: 'x' | 'y'): readonly HelperLine[] {
    const marks = this.#marks[axis]
    return marksOf(box, axis).flatMap((at): HelperLine[] => {
      const along: Box[] = [box]
      for (let index = firstFrom(marks, at - 0.01); (marks[index]?.at ?? Infinity) < at + 0.01; index++)
        along.push((marks[index] as Mark).box)
      if (along.length === 1) return []
      const extents = along.map((other) =>
        axis === 'x' ? [other.y, other.y + other.height] : [other.x, other.x + other.width],
      )
      return [
        {
          axis,
          at,
          from: Math.min(...extents.map(([from = 0]) => from)),
          to: Math.max(...extents.map(([, to = 0]) => to)),
        },
      ]
    })
  }
}

/** The first mark that is not before a place. */
function firstFrom(marks: readonly Mark[], at: number): number {
  let [low, high] = [0, marks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((marks[middle] as Mark).at < at) low = middle + 1
    else high = middle
  }
  return low
}
