/**
 * Topics to which the house has published by aedes, as long as that may not be written to the
 * subscribers: aedes writes a turn after it was told to. Until then nothing may overtake on another way.
 */
export class TopicsAtAedes {
  readonly #counts = new Map<string, number>()

  has(topic: string): boolean {
    return this.#counts.has(topic)
  }

  /** Ends a turn after it is disposed of. */
  begin(topic: string): Disposable {
    this.#counts.set(topic, (this.#counts.get(topic) ?? 0) + 1)
    return { [Symbol.dispose]: () => void setImmediate(() => this.#end(topic)) }
  }

  #end(topic: string): void {
    const left = (this.#counts.get(topic) ?? 0) - 1
    if (left > 0) this.#counts.set(topic, left)
    else this.#counts.delete(topic)
  }
}
