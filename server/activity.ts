import type { Clock, Timer } from '#kit/runtime/clock.ts'

/** Milliseconds between two reports. */
const INTERVAL = 500

type Counts = ReadonlyMap<string, { readonly count: number }>

/** Reports how many messages went over each wire of the flows that somebody watches. Costs nothing for the others. */
export class Activity implements Disposable {
  readonly #watched = new Map<
    string,
    { watchers: number; before: Map<string, number>; readonly timer: Timer }
  >()
  readonly #clock: Clock
  readonly #countsOf: (flow: string) => Counts
  readonly #report: (flow: string, counts: Readonly<Record<string, number>>) => void

  constructor(
    clock: Clock,
    countsOf: (flow: string) => Counts,
    report: (flow: string, counts: Readonly<Record<string, number>>) => void,
  ) {
    this.#clock = clock
    this.#countsOf = countsOf
    this.#report = report
  }

  watch(flow: string): Disposable {
    const watched = this.#watched.get(flow) ?? {
      watchers: 0,
      before: this.#snapshot(flow),
      timer: this.#clock.every(INTERVAL, () => this.#tick(flow)),
    }
    watched.watchers += 1
    this.#watched.set(flow, watched)
    let isOpen = true
    return {
      [Symbol.dispose]: () => {
        if (!isOpen) return
        isOpen = false
        watched.watchers -= 1
        if (watched.watchers > 0) return
        watched.timer.cancel()
        this.#watched.delete(flow)
      },
    }
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#watched.values()) timer.cancel()
    this.#watched.clear()
  }

  #snapshot(flow: string): Map<string, number> {
    return new Map([...this.#countsOf(flow)].map(([wire, { count }]) => [wire, count]))
  }

  #tick(flow: string): void {
    const watched = this.#watched.get(flow)
    if (!watched) return
    const now = this.#snapshot(flow)
    const passed: Record<string, number> = {}
    for (const [wire, count] of now) {
      // A deploy wires anew and begins to count at zero.
      const since = count - (watched.before.get(wire) ?? 0)
      const fresh = since < 0 ? count : since
      if (fresh > 0) passed[wire] = fresh
    }
    watched.before = now
    if (Object.keys(passed).length > 0) this.#report(flow, passed)
  }
}
