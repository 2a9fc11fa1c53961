import { readStored, writeStored } from '../../ui/stored.ts'

const STORED = 'wirehouse.flow.drawer'

/** Pixels. */
export const LEAST_HEIGHT = 120
const USUAL_HEIGHT = 280
/** What must be left of the canvas over it, with the bars around. */
const LEFT_OVER = 260

/** How high the drawer may be in a window of this height. */
export const mostHeight = (windowHeight: number): number => Math.max(LEAST_HEIGHT, windowHeight - LEFT_OVER)

/** The nearest height that a window of that height has room for. */
export const fitHeight = (height: number, windowHeight: number): number =>
  Math.round(Math.min(Math.max(height, LEAST_HEIGHT), mostHeight(windowHeight)))

/** The height that was chosen last in this browser. */
export function storedHeight(): number {
  const stored = Number(readStored(STORED))
  return Number.isFinite(stored) && stored > 0 ? stored : USUAL_HEIGHT
}

export const storeHeight = (height: number): void => writeStored(STORED, String(height))

const STEP = 24

/** What a key on the handle makes of a height; `undefined` if it is none for it. */
export function heightAfter(key: string, height: number, windowHeight: number): number | undefined {
  const heights: Readonly<Record<string, number>> = {
    ArrowUp: height + STEP,
    ArrowDown: height - STEP,
    PageUp: height + 5 * STEP,
    PageDown: height - 5 * STEP,
    Home: LEAST_HEIGHT,
    End: mostHeight(windowHeight),
  }
  const next = Object.hasOwn(heights, key) ? heights[key] : undefined
  return next === undefined ? undefined : fitHeight(next, windowHeight)
}
