import type {
  CodeService,
  FunctionSource,
  FunctionSurroundings,
  UserFunction,
} from '#kit/runtime/services.ts'
import { compileFunction, functionNumberOf } from './compile-function.ts'
import { FunctionContext } from './function-context.ts'
import { InThreadFunction } from './in-thread-function.ts'
import { Libraries } from './libraries.ts'

export interface CodeServiceOptions {
  /** Names of npm packages that functions may load; none by default. */
  readonly libraries?: readonly string[]
  /** The folder in whose `node_modules` they are looked for. */
  readonly libraryFolder?: string
}

export interface InThreadCode extends CodeService {
  compile(source: FunctionSource, around: FunctionSurroundings): UserFunction
  /** Does what functions left to be done later: to be called at the end of each turn of the host. */
  drain(): void
  /**
   * Reports a rejection that nobody handled at the function it comes from, and answers whether there is one.
   * For the thread's `unhandledRejection`.
   */
  stray(reason: unknown, promise: unknown): boolean
}

/**
 * Runs functions in the thread that calls them, as direct calls, all in one context. Nothing here ends an
 * endless loop: the thread is watched from outside, and hardened with `hardenThread` by who owns it.
 */
export function createCodeService(options: CodeServiceOptions = {}): InThreadCode {
  const libraries = new Libraries(options.libraries ?? [], options.libraryFolder)
  const functions = new Map<number, InThreadFunction>()
  let context: FunctionContext | undefined
  let latest = 0
  return {
    compile(source, around) {
      context ??= new FunctionContext()
      const compiled = compileFunction(source, context)
      const { number } = compiled
      const added = new InThreadFunction({
        source,
        around,
        compiled,
        context,
        libraries,
        onLater: () => {
          latest = number
        },
        onEnd: () => functions.delete(number),
      })
      functions.set(number, added)
      return added
    },
    drain: () => context?.drain(),
    stray(reason, promise) {
      if (promise instanceof Promise) return false
      functions.get(functionNumberOf(stackOf(reason)) ?? latest)?.strayed(reason)
      return true
    },
  }
}

/** The text of a stack, where there is one that can be read. */
function stackOf(reason: unknown): string {
  try {
    return reason instanceof Error ? String(reason.stack) : ''
  } catch {
    return '' // a getter of user code that throws: nothing to be learned from it
  }
}
