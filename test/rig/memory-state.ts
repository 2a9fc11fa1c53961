import type { StateStore } from '#server/engine/state.ts'

/** Node state that lasts as long as the test. Keys are `flow/node`. */
export class MemoryState implements StateStore {
  readonly #nodes: Record<string, Record<string, unknown>>

  constructor(nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {}) {
    this.#nodes = structuredClone(nodes) as Record<string, Record<string, unknown>>
  }

  load(flow: string, node: string): Readonly<Record<string, unknown>> {
    return { ...this.#nodes[`${flow}/${node}`] }
  }

  async save(flow: string, node: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const merged = { ...this.#nodes[`${flow}/${node}`], ...changes }
    this.#nodes[`${flow}/${node}`] = Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== undefined),
    )
  }
}
