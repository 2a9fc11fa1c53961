import { readEndpoint, type Wire } from '#flows/flow.ts'
import type { FlowValues } from './flow-values.ts'

/**
 * Messages a second at each node: those that come in, and of a node to which no wire leads, those that leave (what
 * leaves by several wires of one port leaves once). Told to who looks at a node when it has changed.
 */
export class NodeRates {
  #rates: ReadonlyMap<string, number> = new Map()
  readonly #listeners = new Map<string, Set<() => void>>()

  rate(node: string): number {
    return this.#rates.get(node) ?? 0
  }

  update(wires: readonly Wire[], values: Pick<FlowValues, 'rate'>, now: number): void {
    const before = this.#rates
    this.#rates = ratesOf(wires, values, now)
    for (const [node, listeners] of this.#listeners)
      if (before.get(node) !== this.#rates.get(node)) for (const listener of listeners) listener()
  }

  onNode(node: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(node) ?? new Set()
    this.#listeners.set(node, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(node) === listeners) this.#listeners.delete(node)
    }
  }
}

function ratesOf(wires: readonly Wire[], values: Pick<FlowValues, 'rate'>, now: number) {
  const incoming = new Map<string, number>()
  const ports = new Map<string, number>()
  for (const [from, to] of wires) {
    const rate = values.rate(`${from} ${to}`, now)
    const { node } = readEndpoint(to)
    incoming.set(node, (incoming.get(node) ?? 0) + rate)
    ports.set(from, Math.max(ports.get(from) ?? 0, rate))
  }
  const leaving = new Map<string, number>()
  for (const [port, rate] of ports) {
    const { node } = readEndpoint(port)
    if (!incoming.has(node)) leaving.set(node, (leaving.get(node) ?? 0) + rate)
  }
  return new Map([...incoming, ...leaving].filter(([, rate]) => rate > 0))
}
