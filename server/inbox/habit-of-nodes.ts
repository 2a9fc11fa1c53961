interface Place {
  readonly flow: string
  readonly node: string
}

/** Whether a node's last message was settled before it was on the disk: the next one will most likely be, too. */
export class HabitOfNodes {
  /** Nodes by flow. */
  readonly #slow = new Map<string, Set<string>>()

  isSlow({ flow, node }: Place): boolean {
    return this.#slow.get(flow)?.has(node) ?? false
  }

  wasSlow({ flow, node }: Place): void {
    const nodes = this.#slow.get(flow)
    if (nodes) nodes.add(node)
    else this.#slow.set(flow, new Set([node]))
  }

  wasQuick({ flow, node }: Place): void {
    const nodes = this.#slow.get(flow)
    if (nodes?.delete(node) && nodes.size === 0) this.#slow.delete(flow)
  }
}
