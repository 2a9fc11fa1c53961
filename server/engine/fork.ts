import type { Settlement } from '#kit/runtime/implement-node.ts'

/**
 * One call that calls all, in order, also when one of them fails. It settles with the last of them, at
 * once where all do, and fails if one of them failed.
 */
export const fork =
  <Value>(targets: readonly ((value: Value) => Settlement)[]) =>
  (value: Value): Settlement => {
    let first: Promise<void> | undefined
    let join: Join | undefined
    let failure: { readonly error: unknown } | undefined
    for (const target of targets) {
      try {
        const settlement = target(value)
        if (!settlement) continue
        if (first) {
          join ??= new Join(first)
          join.wait(settlement)
        } else first = settlement
      } catch (error) {
        failure ??= { error }
      }
    }
    if (first) return settleAll(join, first, failure)
    if (failure) throw failure.error
  }

function settleAll(
  join: Join | undefined,
  first: Promise<void>,
  failure: { readonly error: unknown } | undefined,
): Promise<void> {
  if (!join && !failure) return first
  return (join ?? new Join(first)).close(failure)
}

/** Counts the branches of a message that are still open. */
class Join {
  readonly #settled = Promise.withResolvers<void>()
  /** Itself, until all branches are known. */
  #open = 1
  #failure: { readonly error: unknown } | undefined

  constructor(first: Promise<void>) {
    this.wait(first)
  }

  wait(settlement: Promise<void>): void {
    this.#open += 1
    settlement.then(this.#done, this.#failed)
  }

  /** All branches are known; answers when the last has settled. */
  close(failure: { readonly error: unknown } | undefined): Promise<void> {
    this.#failure ??= failure
    this.#done()
    return this.#settled.promise
  }

  readonly #done = (): void => {
    this.#open -= 1
    if (this.#open > 0) return
    if (this.#failure) this.#settled.reject(this.#failure.error)
    else this.#settled.resolve()
  }

  readonly #failed = (error: unknown): void => {
    this.#failure ??= { error }
    this.#done()
  }
}
