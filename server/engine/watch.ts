/**
 * Told who is at work, so that a watchdog outside can name who never comes back. Told at every hop: must
 * be cheap. What enters an engine from the top of the stack by other ways than timers, pokes and
 * `work`, as a packet does, ends with an `at(0)` of whoever brought it.
 */
export interface Watch {
  /** A number ≥ 1 for `at`. */
  register(flow: string, node: string): number
  /** From now on this one is at work; 0: nobody. */
  at(worker: number): void
}
