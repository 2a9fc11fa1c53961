import type {
  CodeService,
  FunctionSource,
  FunctionSurroundings,
  UserFunction,
} from '#kit/runtime/services.ts'
import { functionNumberOf } from './compile-function.ts'
import { FunctionCompiler } from './function-compiler.ts'
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
  /** By the number in stacks; where several share their texts, the one that was made last. */
  const functions = new Map<number, InThreadFunction>()
  let context: FunctionContext | undefined
  let compiler: FunctionCompiler | undefined
  let latest: { readonly number: number; readonly by: InThreadFunction } | undefined
  return {
    compile(source, around) {
      context ??= new FunctionContext()
      compiler ??= new FunctionCompiler(context)
      const { compiled, release } = compiler.take(source)
      const { number } = compiled
      const added: InThreadFunction = new InThreadFunction({
        source,
        around,
        compiled,
        context,
        libraries,
        onLater: () => {
          latest = { number, by: added }
        },
        onEnd: () => {
          if (functions.get(number) === added) functions.delete(number)
          if (latest?.by === added) latest = undefined
          release()
        },
      })
      functions.set(number, added)
      return added
    },
    drain: () => context?.drain(),
    stray(reason, promise) {
      if (promise instanceof Promise) return false
      const number = functionNumberOf(stackOf(reason)) ?? latest?.number
      const culprit = number === latest?.number ? latest?.by : functions.get(number ?? 0)
      culprit?.strayed(reason)
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
