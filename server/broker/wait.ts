/**
 * What goes on when all deliveries that hold it are settled, or patience ends. Whoever hands out the
 * deliveries holds it from the beginning, and releases it when all are out.
 */
export abstract class Wait {
  /** When patience ends, in milliseconds since 1970. */
  until = 0
  #holders = 1
  #isOver = false

  get isOver(): boolean {
    return this.#isOver
  }

  hold(): void {
    this.#holders++
  }

  release(): void {
    if (--this.#holders === 0) this.end()
  }

  /** Goes on, whoever holds it still. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.goOn()
  }

  /** Called once. */
  protected abstract goOn(): void
}

/** For who waits with a promise. */
export class PromisedWait extends Wait {
  #resolve: (() => void) | undefined

  /** Nothing if there is nothing to wait for any more. */
  get done(): Promise<void> | undefined {
    if (this.isOver) return undefined
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  protected override goOn(): void {
    this.#resolve?.()
  }
}
