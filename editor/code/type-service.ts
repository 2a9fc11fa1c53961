import type * as TypeScript from 'typescript-in-browser'
import { functionDeclarations } from '#kit/function-api.ts'
import { functionGlobals } from './function-globals.ts'
import {
  type FunctionText,
  frame,
  type Part,
  placeIn,
  type TypedFunction,
  typeFunction,
} from './typed-function.ts'

/** Something that may stand at a place. */
export interface Offer {
  readonly label: string
  readonly kind: 'function' | 'property' | 'variable' | 'class' | 'keyword' | 'type' | 'text'
}

/** What is wrong in one part, from and to in characters. */
export interface Fault {
  readonly part: Part
  readonly from: number
  readonly to: number
  readonly level: 'error' | 'warning'
  readonly text: string
}

/** What the compiler knows of a function. */
export interface TypeService {
  complete(source: FunctionText, part: Part, offset: number): readonly Offer[]
  /** The type of what stands at a place, and what is said about it. */
  explain(source: FunctionText, part: Part, offset: number): string | undefined
  check(source: FunctionText): readonly Fault[]
}

/** The most that is offered at once, and the longest list of faults. */
const MOST_OFFERS = 500
const MOST_FAULTS = 100

/** In JavaScript only what cannot be right is a fault: names that nobody has declared. */
const unknownNames = new Set([2304, 2552])

/**
 * Types for functions, by TypeScript itself, which is handed in as it takes megabytes. `libs` are the files
 * of the language, by their names as in `lib.es2023.d.ts`.
 */
export function createTypeService(ts: typeof TypeScript, libs: ReadonlyMap<string, string>): TypeService {
  const api = functionDeclarations().replace(/^declare const message.*$/m, '') + functionGlobals
  const files = new Map([['/api.d.ts', api]])
  for (const [name, text] of libs) files.set(`/${name}`, text)
  let file = '/function.ts'
  let version = 0

  const service = ts.createLanguageService({
    getCompilationSettings: () => ({
      target: ts.ScriptTarget.ES2024,
      lib: ['lib.es2024.d.ts'],
      strict: file.endsWith('.ts'),
      allowJs: true,
      checkJs: true,
      types: [],
    }),
    getScriptFileNames: () => ['/api.d.ts', file],
    getScriptVersion: (name) => (name === file ? String(version) : '1'),
    getScriptSnapshot: (name) => {
      const text = files.get(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => '/',
    getDefaultLibFileName: () => '/lib.es2024.d.ts',
    fileExists: (name) => files.has(name),
    readFile: (name) => files.get(name),
  })

  function take(source: FunctionText): TypedFunction {
    const typed = typeFunction(source)
    const name = source.language === 'typescript' ? '/function.ts' : '/function.js'
    if (name !== file || files.get(name) !== typed.text) {
      files.delete(file)
      file = name
      files.set(name, typed.text)
      version++
    }
    return typed
  }

  return {
    complete(source, part, offset) {
      const at = take(source).starts[part] + offset
      const found = service.getCompletionsAtPosition(file, at, {
        includeCompletionsForModuleExports: false,
        includeCompletionsWithInsertText: false,
      })
      return [...(found?.entries ?? [])]
        .filter(({ name, kind }) => !own.has(name) && kind !== ts.ScriptElementKind.warning)
        .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
        .slice(0, MOST_OFFERS)
        .map(({ name, kind }) => ({ label: name, kind: kinds[kind] ?? 'text' }))
    },

    explain(source, part, offset) {
      const at = take(source).starts[part] + offset
      const found = service.getQuickInfoAtPosition(file, at)
      if (!found) return undefined
      const [type, text] = [found.displayParts, found.documentation].map(ts.displayPartsToString)
      return [type, text].filter(Boolean).join('\n')
    },

    check(source) {
      const typed = take(source)
      const syntax = service.getSyntacticDiagnostics(file)
      const meaning = service
        .getSemanticDiagnostics(file)
        .filter(({ code }) => source.language === 'typescript' || unknownNames.has(code))
      const faults = [...syntax, ...meaning].map(({ start = 0, length = 0, category, messageText }) => {
        const { part, offset } = placeIn(typed, source.texts, start)
        const to = Math.min(offset + length, source.texts[part].length)
        const level = category === ts.DiagnosticCategory.Error ? ('error' as const) : ('warning' as const)
        return { part, from: offset, to, level, text: ts.flattenDiagnosticMessageText(messageText, '\n') }
      })
      return faults.slice(0, MOST_FAULTS)
    },
  }
}

const own = new Set(Object.values(frame))

/** By TypeScript's names for kinds (`ScriptElementKind`). */
const kinds: Readonly<Record<string, Offer['kind']>> = {
  function: 'function',
  'local function': 'function',
  method: 'function',
  property: 'property',
  getter: 'property',
  const: 'variable',
  let: 'variable',
  var: 'variable',
  'local var': 'variable',
  parameter: 'variable',
  class: 'class',
  interface: 'type',
  type: 'type',
  keyword: 'keyword',
}
