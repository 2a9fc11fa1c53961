import type { Clock } from '#kit/runtime/clock.ts'

const FIRST_MS = 1_000
const LONGEST_MS = 60_000

/** Waits that grow from one fault to the next: 1 s, 2 s, 4 s … 60 s, each up to half longer. */
export class BackOff {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #faults = 0

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

  /** It works again: the next wait is a short one. */
  reset(): void {
    this.#faults = 0
  }

  async wait(): Promise<void> {
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#faults++, 10))
    await pause(this.#clock, Math.round(ms * (1 + Math.random() / 2)), this.#signal)
  }
}

/** Ends early when the signal does. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const timer = clock.after(ms, () => undefined)
  const end = () => timer.cancel()
  signal.addEventListener('abort', end)
  await timer.done
  signal.removeEventListener('abort', end)
}
