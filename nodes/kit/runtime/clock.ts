/** A planned call. */
export interface Timer {
  /** Takes it back. `done` settles, for what it waited for has been superseded. */
  cancel(): void
  /** Settles when the call has been made and what it returned has settled, or when it was cancelled. Rejects when the call failed. */
  readonly done: Promise<void>
}

/** The only source of time. A node's clock is its own: its timers end with the node. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Calls once, after this many milliseconds (0 to 2^53). */
  after(ms: number, call: () => void | Promise<void>): Timer
  /** Calls again and again, first after `ms` (at least 1); a call that still runs is waited for, not doubled. */
  every(ms: number, call: () => void | Promise<void>): Timer
}
