import type { Clock } from '#kit/runtime/clock.ts'

/** So many times may a flow end its host within this time before it is put aside. */
const STRIKES = 3
const WINDOW_MS = 5 * 60_000

/** How often each flow has ended its host lately. */
export class Strikes {
  readonly #clock: Clock
  readonly #strikes = new Map<string, readonly number[]>()
  readonly #parted = new Set<string>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one more; answers whether the flow has to be put aside. */
  count(flow: string): boolean {
    const now = this.#clock.now()
    const recent = [...this.#recent(flow), now]
    this.#strikes.set(flow, recent)
    return recent.length >= STRIKES
  }

  /** The flow has kept others waiting. */
  part(flow: string): void {
    this.#parted.add(flow)
  }

  /** Flows that have ended a host lately, or kept others waiting: they had better not share one with others. */
  get apart(): ReadonlySet<string> {
    const struck = [...this.#strikes.keys()].filter((flow) => this.#recent(flow).length > 0)
    return new Set([...this.#parted, ...struck])
  }

  /** The flow is another one now: it was changed, or a person wants it to run. */
  forget(flow: string): void {
    this.#strikes.delete(flow)
    this.#parted.delete(flow)
  }

  #recent(flow: string): readonly number[] {
    const now = this.#clock.now()
    return (this.#strikes.get(flow) ?? []).filter((at) => now - at < WINDOW_MS)
  }
}
