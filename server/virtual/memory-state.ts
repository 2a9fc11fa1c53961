import type { StateStore } from '#server/engine/state.ts'

/** Node state that lasts as long as the test. Keys are `flow/node`. */
export class MemoryState implements StateStore {
  readonly #nodes = new Map<string, Map<string, unknown>>()

  constructor(nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {}) {
    for (const [place, values] of Object.entries(nodes))
      this.#nodes.set(place, new Map(Object.entries(structuredClone(values))))
  }

  load(flow: string, node: string): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#nodes.get(`${flow}/${node}`) ?? [])
  }

  changed(flow: string, node: string, key: string, value: unknown): void {
    const place = `${flow}/${node}`
    const values = this.#nodes.get(place) ?? new Map<string, unknown>()
    this.#nodes.set(place, values)
    if (value === undefined) values.delete(key)
    else values.set(key, value)
  }

  async kept(): Promise<void> {}
}
