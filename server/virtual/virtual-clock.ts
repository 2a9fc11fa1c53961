import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { plannedCall, repeatedCall } from '#kit/runtime/timer.ts'

interface Planned {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands still until a test moves it. Starts at 2026-01-01T00:00:00Z. */
export class VirtualClock implements Clock {
  #now = Date.UTC(2026, 0, 1)
  /** In the order in which they were planned. */
  readonly #planned = new Set<Planned>()

  now(): number {
    return this.#now
  }

  /** How many calls are planned; 0 after everything that used the clock has stopped. */
  get planned(): number {
    return this.#planned.size
  }

  after(ms: number, call: () => void | Promise<void>): Timer {
    return plannedCall((run) => {
      const plan = { at: this.#now + Math.max(0, ms), run }
      this.#planned.add(plan)
      return () => this.#planned.delete(plan)
    }, call)
  }

  every(ms: number, call: () => void | Promise<void>): Timer {
    return repeatedCall((wait, next) => this.after(wait, next), ms, call)
  }

  /**
   * Moves time, making each planned call at its moment and letting promises settle in between. Stops where it
   * is as soon as `goesOn` denies, which is asked before each call.
   */
  async advance(ms: number, goesOn: () => boolean = () => true): Promise<void> {
    const end = this.#now + ms
    await settlePromises()
    for (let next = this.#firstUntil(end); next; next = this.#firstUntil(end)) {
      if (!goesOn()) return
      this.#planned.delete(next)
      this.#now = next.at
      next.run()
      await settlePromises()
    }
    this.#now = end
  }

  #firstUntil(end: number): Planned | undefined {
    let first: Planned | undefined
    for (const plan of this.#planned) {
      if (plan.at <= end && (!first || plan.at < first.at)) first = plan
    }
    return first
  }
}

/** Lets every promise settle that waits for nothing but other promises. */
export async function settlePromises(): Promise<void> {
  await nextTurn()
  await nextTurn()
}
