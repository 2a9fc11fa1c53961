import type { NodeState } from '#kit/runtime/implement-node.ts'

/** Where node state lasts. */
export interface StateStore {
  load(flow: string, node: string): Readonly<Record<string, unknown>>
  /** Takes one change of a key; `undefined` removes it. A later `load` knows of it. */
  changed(flow: string, node: string, key: string, value: unknown): void
  /** Resolves when all that has changed so far lasts, which takes about a second. */
  kept(): Promise<void>
  /** Makes all that has changed last, now. */
  flush?(): Promise<void>
}

/** The state of one node: read when it is first asked for, kept in memory, each change told to the store. Outlives the node's restarts. */
export class KeptState implements NodeState {
  #loaded: Map<string, unknown> | undefined
  readonly #store: StateStore
  readonly #flow: string
  readonly #node: string
  #isGone = false

  /** `isEmpty`: what is stored is not for this node. */
  constructor(store: StateStore, flow: string, node: string, { isEmpty = false } = {}) {
    this.#store = store
    this.#flow = flow
    this.#node = node
    if (isEmpty) this.#loaded = new Map()
  }

  get #values(): Map<string, unknown> {
    this.#loaded ??= new Map(Object.entries(this.#store.load(this.#flow, this.#node)))
    return this.#loaded
  }

  get(key: string): unknown {
    return this.#values.get(key)
  }

  set(key: string, value: unknown): void {
    if (this.#isGone) return
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, value)
    this.#store.changed(this.#flow, this.#node, key, value)
  }

  entries(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#values)
  }

  kept(): Promise<void> {
    return this.#store.kept()
  }

  /** Forgets everything, but for what its successor has set, and takes nothing more: the node has left the flow. */
  clear(successor?: KeptState): void {
    for (const key of [...this.#values.keys()])
      if (successor?.get(key) === undefined) this.set(key, undefined)
    this.#isGone = true
  }
}
