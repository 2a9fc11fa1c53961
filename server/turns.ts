/** Has commands on the same thing run one after another, in the order in which they came; others run beside them. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async take<Result>(thing: string, command: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(thing) ?? Promise.resolve()
    const done = before.then(command)
    const settled = done.catch(() => {}) // who gave the command hears of its failure
    this.#last.set(thing, settled)
    try {
      return await done
    } finally {
      if (this.#last.get(thing) === settled) this.#last.delete(thing)
    }
  }
}
