import type { NodeState } from '#kit/runtime/implement-node.ts'

/** Where node state lasts. */
export interface StateStore {
  load(flow: string, node: string): Readonly<Record<string, unknown>>
  /** Takes one change of a key; `undefined` removes it. A later `load` knows of it. */
  changed(flow: string, node: string, key: string, value: unknown): void
  /** What takes all changes of a key in place of `changed`, until the key is removed: saves the store a look for it at each. */
  keyOf?(flow: string, node: string, key: string): StateKey
  /** Resolves when all that has changed so far lasts, which takes about a second. */
  kept(): Promise<void>
  /** Makes all that has changed last, now. */
  flush?(): Promise<void>
}

export interface StateKey {
  change(value: unknown): void
}

interface Held {
  value: unknown
  /** Missing until it changes. */
  stored: StateKey | undefined
}

/** The state of one node: read when it is first asked for, kept in memory, each change told to the store. Outlives the node's restarts. */
export class KeptState implements NodeState {
  /** None where there is nothing: most nodes remember nothing. */
  #values: Map<string, Held> | undefined
  #isLoaded: boolean
  readonly #store: StateStore
  readonly #flow: string
  readonly #node: string
  #isGone = false

  /** `isEmpty`: what is stored is not for this node. */
  constructor(store: StateStore, flow: string, node: string, { isEmpty = false } = {}) {
    this.#store = store
    this.#flow = flow
    this.#node = node
    this.#isLoaded = isEmpty
  }

  get(key: string): unknown {
    return this.#load()?.get(key)?.value
  }

  set(key: string, value: unknown): void {
    if (this.#isGone) return
    const held = this.#load()?.get(key) ?? this.#hold(key)
    held.value = value
    held.stored ??= this.#store.keyOf?.(this.#flow, this.#node, key)
    if (held.stored) held.stored.change(value)
    else this.#store.changed(this.#flow, this.#node, key, value)
    if (value === undefined) this.#values?.delete(key)
  }

  entries(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Array.from(this.#load() ?? [], ([key, { value }]) => [key, value]))
  }

  kept(): Promise<void> {
    return this.#store.kept()
  }

  /** Forgets everything, but for what its successor has set, and takes nothing more: the node has left the flow. */
  clear(successor?: KeptState): void {
    for (const key of [...(this.#load()?.keys() ?? [])])
      if (successor?.get(key) === undefined) this.set(key, undefined)
    this.#isGone = true
  }

  #hold(key: string): Held {
    const held: Held = { value: undefined, stored: undefined }
    this.#values ??= new Map()
    this.#values.set(key, held)
    return held
  }

  #load(): Map<string, Held> | undefined {
    if (this.#isLoaded) return this.#values
    this.#isLoaded = true
    for (const [key, value] of Object.entries(this.#store.load(this.#flow, this.#node)))
      this.#hold(key).value = value
    return this.#values
  }
}
