import vm from 'node:vm'
import type { NodeError } from '#kit/runtime/node-error.ts'
import type { FunctionSource } from '#kit/runtime/services.ts'
import { API_NAMES } from './function-api.ts'
import type { FunctionContext } from './function-context.ts'
import {
  explain,
  FILE,
  linesIn,
  numberIn,
  parts,
  type SourcePart,
  syntaxError,
  type Texts,
  withoutTypes,
} from './function-text.ts'
import { onlyReads } from './reading/only-reads.ts'

export type Body = (message: unknown) => unknown

/** A function as V8 has it. */
export interface CompiledFunction {
  /** By which stacks name it: `functionNumberOf`. */
  readonly number: number
  /** Takes the API, runs the set-up and answers, or promises, the body and the tear-down. */
  readonly build: (...api: readonly unknown[]) => unknown
  /** Its source has no word by which something could go on after a call has returned. */
  readonly isPlain: boolean
  readonly usesLibraries: boolean
  /** Whether it is proven never to write to what is in its messages. */
  onlyReads(): Promise<boolean>
  /** Where in the source an error was thrown, by its stack. */
  place(stack: string): { readonly part: SourcePart; readonly line: number } | undefined
}

const LATER = /\b(?:await|async|Promise|then|catch|finally|import|crypto|library|fromAsync)\b/

let lastNumber = 0

/** Compiles a function into the context. Throws a `NodeError` that names the line and the field. */
export function compileFunction(source: FunctionSource, context: FunctionContext): CompiledFunction {
  const number = ++lastNumber
  const file = `${FILE}/${number}`
  const plain = withoutTypes(source)
  const all = `${plain.setup}\n${plain.code}\n${plain.teardown}`
  const build = context.evaluate(compileScript(scriptOf(plain), file, () => explain(plain, source)))
  if (typeof build !== 'function') throw syntaxError('code', 1, 'The braces do not match')
  let harmless: Promise<boolean> | undefined
  return {
    number,
    build: (...api) => Reflect.apply(build, undefined, api),
    isPlain: !LATER.test(all),
    usesLibraries: /\blibrary\b/.test(all),
    onlyReads() {
      harmless ??= onlyReads(scriptOf(plain))
      return harmless
    },
    place: (stack) => placeOf(stack, file, plain),
  }
}

/** The text that V8 compiles. Each part begins on a line of its own. */
function scriptOf(plain: Texts): string {
  const asyncIf = (part: SourcePart) => (/\bawait\b/.test(plain[part]) ? 'async ' : '')
  return `(${asyncIf('setup')}function (${API_NAMES}) { "use strict"; ${plain.setup}
;return [${asyncIf('code')}function (message) { ${plain.code}
}, ${asyncIf('teardown')}function () { ${plain.teardown}
}] })`
}

/** The number of the function in whose source an error was thrown; nothing if it was elsewhere. */
export const functionNumberOf = (stack: string): number | undefined =>
  numberIn(new RegExp(`${FILE}/(\\d+):`).exec(stack)?.[1])

function compileScript(text: string, file: string, explained: () => NodeError | undefined): vm.Script {
  try {
    return new vm.Script(text, { filename: file })
  } catch (error) {
    const known = explained()
    if (known) throw known
    throw syntaxError('code', 1, (error as SyntaxError).message)
  }
}

function placeOf(stack: string, file: string, plain: Texts): ReturnType<CompiledFunction['place']> {
  let line = numberIn(new RegExp(`${file}:(\\d+)`).exec(stack)?.[1])
  if (line === undefined) return undefined
  for (const part of parts) {
    const count = linesIn(plain[part])
    if (line <= count) return { part, line }
    line -= count
  }
}
