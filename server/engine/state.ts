import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { NodeState } from '#kit/runtime/implement-node.ts'

/** Where node state lasts. */
export interface StateStore {
  load(flow: string, node: string): Readonly<Record<string, unknown>>
  /** Sets keys; `undefined` removes one. */
  save(flow: string, node: string, changes: Readonly<Record<string, unknown>>): Promise<void>
}

/** Longest time, in milliseconds, that a change of state waits for the disk. */
const WRITE_BEHIND = 1_000

/** The state of one node: read once, kept in memory, written behind. Outlives the node's restarts. */
export class WrittenBehindState implements NodeState {
  readonly #values: Map<string, unknown>
  #changes: Record<string, unknown> = {}
  #planned: Timer | undefined
  readonly #save: (changes: Readonly<Record<string, unknown>>) => Promise<void>
  readonly #clock: Clock

  constructor(store: StateStore, flow: string, node: string, clock: Clock) {
    this.#values = new Map(Object.entries(store.load(flow, node)))
    this.#save = (changes) => store.save(flow, node, changes)
    this.#clock = clock
  }

  get(key: string): unknown {
    return this.#values.get(key)
  }

  set(key: string, value: unknown): void {
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, value)
    this.#changes[key] = value
    this.#planned ??= this.#clock.after(WRITE_BEHIND, () => this.flush())
  }

  entries(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#values)
  }

  /** Forgets everything: the node has left the flow. */
  clear(): void {
    for (const key of this.#values.keys()) this.set(key, undefined)
  }

  /** Writes what is still only in memory. What the disk does not take comes again with the next change, or at the stop. */
  async flush(): Promise<void> {
    this.#planned?.cancel()
    this.#planned = undefined
    const changes = this.#changes
    this.#changes = {}
    if (Object.keys(changes).length === 0) return
    try {
      await this.#save(changes)
    } catch (error) {
      this.#changes = { ...storable(changes), ...this.#changes }
      throw error
    }
  }
}

/** Without what no disk will ever take: it would keep the rest from being written. */
const storable = (changes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value === undefined || isJson(value)))

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch (error) {
    if (error instanceof TypeError) return false // a loop, or a bigint
    throw error
  }
}
