import { globSync, readFileSync } from 'node:fs'

/** A sentence as the sources say it: its code, and the names of the values that go with it. */
export interface Said {
  readonly code: string
  readonly file: string
  readonly values: readonly string[]
}

const root = new URL('../../', import.meta.url)

/** `code: 'A_CODE'` within an object, or a code as an argument of what makes an error. */
const places = [
  { pattern: /(?<!readonly )\bcode: '([A-Z][A-Z0-9_]+)'/g, open: '{', close: '}' },
  {
    pattern: /(?:\bnew \w+Error|#error|#fail|\bfailed|\binvalid)\(\s*(?:[\w#.]+,\s*)?'([A-Z][A-Z0-9_]+)'/g,
    open: '(',
    close: ')',
  },
] as const

/** Every sentence with a code in the sources that match, tests left out. */
export function saidIn(...patterns: readonly string[]): readonly Said[] {
  return globSync([...patterns], { cwd: root })
    .filter((file) => !/\.test\.tsx?$|\/rig\//.test(file))
    .sort()
    .flatMap((file) => saidInText(readFileSync(new URL(file, root), 'utf8'), file))
}

function saidInText(text: string, file: string): readonly Said[] {
  return places.flatMap(({ pattern, open, close }) =>
    Array.from(text.matchAll(pattern), (match) => {
      const [, code = ''] = match
      const start = open === '{' ? opening(text, match.index) : text.indexOf('(', match.index)
      return { code, file, values: valuesIn(text.slice(start, closing(text, start, open, close))) }
    }),
  )
}

/** Where the object around a place opens. */
function opening(text: string, at: number): number {
  let depth = 0
  for (let index = at; index >= 0; index--) {
    if (text[index] === '}') depth++
    if (text[index] === '{' && depth-- === 0) return index
  }
  return 0
}

function closing(text: string, at: number, open: string, close: string): number {
  let depth = 0
  for (let index = at; index < text.length; index++) {
    if (text[index] === open) depth++
    if (text[index] === close && --depth === 0) return index + 1
  }
  return text.length
}

/** The keys of `values: { … }`, or of the object that ends the arguments. */
function valuesIn(source: string): readonly string[] {
  const at = source.search(/\bvalues: \{/)
  const start = at < 0 ? lastObject(source) : source.indexOf('{', at)
  return start < 0 ? [] : keysOf(source.slice(start + 1, closing(source, start, '{', '}') - 1))
}

const lastObject = (source: string): number => {
  if (!/\}(,?\s*)\)$/.test(source)) return -1
  const at = Array.from(source.matchAll(/,\s*\{/g)).at(-1)
  return at ? at.index + at[0].length - 1 : -1
}

/** Names before a colon, or alone; what nests within is left out. */
const keysOf = (inner: string): readonly string[] => {
  let flat = inner.replaceAll(/`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'/g, '_')
  for (let before = ''; before !== flat; ) {
    before = flat
    flat = flat.replaceAll(/\([^()]*\)|\{[^{}]*\}|\[[^[\]]*\]/g, '_')
  }
  return flat.split(',').flatMap((entry) => /^\s*(?:\/\/.*\n\s*)?(\w+)\s*(?::|$)/.exec(entry)?.[1] ?? [])
}
