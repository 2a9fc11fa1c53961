import type { FunctionSource } from '#kit/runtime/services.ts'
import { explain, FILE, linesIn, parts, type SourcePart, type Texts, withoutTypes } from '../function-text.ts'

export interface Place {
  readonly part: SourcePart
  readonly line: number
}

/** A function's three texts as one script, whose value makes `{ call, teardown }` out of what the realm lends. */
export interface SandboxSource {
  readonly script: string
  /** Where in the source an error was thrown, by its stack and its text. */
  placeOf(stack: string, text: string): Place | undefined
}

const OPENING =
  'function (state, env, clock, emit, log, status, now, library, console, crypto) { "use strict"; '

/** Puts each text on lines of its own. Throws a `NodeError` that names the line of what does not compile. */
export function composeSource(source: FunctionSource): SandboxSource {
  const texts = withoutTypes(source)
  // V8 knows best what is wrong, and where
  const mistake = explain(texts, source)
  if (mistake) throw mistake
  const { setup, code, teardown } = texts
  const starts = { setup: 2, code: 3 + linesIn(setup), teardown: 4 + linesIn(setup) + linesIn(code) }
  const script = [
    `(${waits(setup)}${OPENING}`,
    setup,
    `; return { call: ${waits(code)}function (message) { `,
    code,
    `}, teardown: ${waits(teardown)}function () { `,
    teardown,
    '} } })',
  ].join('\n')
  const ends = { setup: linesIn(setup), code: linesIn(code), teardown: linesIn(teardown) }
  return {
    script,
    placeOf(stack, text) {
      const line = Number(new RegExp(`${FILE}:(\\d+)`).exec(stack)?.[1])
      for (const part of parts) {
        const within = line - starts[part] + 1
        if (within >= 1 && within <= ends[part]) return { part, line: within }
      }
      return firstUse(/^([\w$]+) is not defined$/.exec(text)?.[1], texts)
    },
  }
}

/** QuickJS does not say where a name was missing: the first line where it stands. */
function firstUse(name: string | undefined, texts: Texts): Place | undefined {
  if (name === undefined) return undefined
  const word = new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`)
  for (const part of ['code', 'setup', 'teardown'] as const) {
    const line = texts[part].split('\n').findIndex((text) => word.test(text))
    if (line >= 0) return { part, line: line + 1 }
  }
  return undefined
}

/** A function that does not wait is not made one that does: its calls then end where they began. */
const waits = (text: string) => (/\bawait\b/.test(text) ? 'async ' : '')
