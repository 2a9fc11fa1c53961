import type { FunctionSource } from '#kit/runtime/services.ts'
import { type CompiledFunction, compileFunction } from './compile-function.ts'
import type { FunctionContext } from './function-context.ts'

interface Shared {
  readonly compiled: CompiledFunction
  users: number
}

/**
 * Compiles the functions of one context, and those with the same texts once: flows are copied from one room or
 * device to the next, and V8 then keeps and optimizes one function for all of them. What may go on after a call
 * has returned is not shared, for a stack is then all that tells whose it is.
 */
export class FunctionCompiler {
  readonly #context: FunctionContext
  readonly #shared = new Map<string, Shared>()

  constructor(context: FunctionContext) {
    this.#context = context
  }

  /** To be released by who has taken it. Throws a `NodeError` that names the line and the field. */
  take(source: FunctionSource): { readonly compiled: CompiledFunction; release(): void } {
    const key = keyOf(source)
    const known = this.#shared.get(key)
    const compiled = known?.compiled ?? compileFunction(source, this.#context)
    if (!compiled.isPlain) return { compiled, release: () => {} }
    const shared = known ?? { compiled, users: 0 }
    shared.users += 1
    this.#shared.set(key, shared)
    return { compiled, release: () => this.#release(key, shared) }
  }

  #release(key: string, shared: Shared): void {
    shared.users -= 1
    if (shared.users === 0) this.#shared.delete(key)
  }
}

const keyOf = ({ setup, code, teardown, language }: FunctionSource): string =>
  JSON.stringify([language, setup, code, teardown])
