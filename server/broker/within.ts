import type { Clock } from '#kit/runtime/clock.ts'

/** Waits for all, but not longer than `ms`. */
export async function within(promises: readonly Promise<void>[], ms: number, clock: Clock): Promise<void> {
  const timer = clock.after(ms, () => {})
  await Promise.race([Promise.all(promises), timer.done])
  timer.cancel()
}
