/** Counts something per flow. */
export class FlowCounts {
  readonly #counts = new Map<string, number>()

  add(flow: string): void {
    this.#counts.set(flow, this.of(flow) + 1)
  }
  of(flow: string): number {
    return this.#counts.get(flow) ?? 0
  }
  forget(flow: string): void {
    this.#counts.delete(flow)
  }
}
