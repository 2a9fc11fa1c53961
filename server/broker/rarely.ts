import type { Clock } from '#kit/runtime/clock.ts'

/** Milliseconds in which a line comes once. */
const QUIET_MS = 10_000
/** Lines that are told apart at most. */
const MAX_KNOWN = 1_000

/** Passes on a line unless it came within the last ten seconds: a client that tries again and again does not fill the log. */
export function rarely(clock: Clock, say: (text: string) => void): (text: string) => void {
  const known = new Map<string, number>()
  return (text) => {
    const now = clock.now()
    if (now - (known.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(text, now)
    say(text)
  }
}
