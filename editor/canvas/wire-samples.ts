import type { WireActivity } from '../api/live.ts'
import type { WireSample } from '../api/types.ts'

/** What a wire in view shows its last message by. */
export interface DrawnSample {
  readonly label: HTMLElement
  /** Letters that fit between the ports; 0 where there is no room. */
  readonly room: number
}

/** The labels of the wires in view, by key. Written to directly: a drawing of hundreds is not drawn anew twice a second. */
export const drawnSamples = new Map<string, DrawnSample>()

/** Labels that change at once at most: the eye has enough. */
const MOST = 50
const SEEN_MS = 5_000
const lastSamples = new Map<string, WireSample>()
const fading = new WeakMap<HTMLElement, Animation>()
const listeners = new Set<() => void>()

/** Shows the last message of each wire, fading. */
export function showSamples({ samples }: WireActivity): void {
  let left = MOST
  for (const [wire, sample] of Object.entries(samples)) {
    lastSamples.set(wire, sample)
    const drawn = drawnSamples.get(wire)
    if (drawn && left-- > 0) fade(drawn, sample)
  }
  for (const listener of listeners) listener()
}

/** The last message of a wire, if one was seen since the flow was opened. */
export const sampleOf = (wire: string): WireSample | undefined => lastSamples.get(wire)

/** Calls when any wire carried something. Fits `useSyncExternalStore`. */
export function onSamples(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Another flow is opened: wires of the same name are others. */
export const forgetSamples = (): void => lastSamples.clear()

function fade({ label, room }: DrawnSample, { text }: WireSample): void {
  if (room === 0) return
  label.textContent = shorten(text, room)
  const animation =
    fading.get(label) ??
    label.animate([{ opacity: 1 }, { opacity: 1, offset: 0.6 }, { opacity: 0 }], { duration: SEEN_MS })
  fading.set(label, animation)
  animation.currentTime = 0
  animation.play()
}

/** Line ends as spaces, and no longer than there is room. */
export function shorten(text: string, room: number): string {
  const line = text.replaceAll(/\s+/g, ' ')
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
