import type { Sentence, SentenceValues } from './sentence.ts'

/**
 * Regular expressions in linear time. Users and shared files write patterns, and the language's own
 * engine can be made to backtrack for hours (`(a+)+$`). This one follows all ways at once (Thompson,
 * 1968): a match costs at most the length of the text times the size of the pattern. It knows literals,
 * `.`, classes, `\d \w \s \b` and their opposites, groups, `|`, `* + ? {m,n}`, `^` and `$`; it refuses
 * back references and look-around.
 */
export interface Pattern {
  /** Whether the pattern occurs anywhere in the text. Reads its first 10,000 characters, with a very large pattern fewer. */
  test(text: string): boolean
}

export const MAX_PATTERN_TEXT = 10_000
const MAX_PROGRAM = 1_000
/** Steps that one match may take: a few milliseconds. Patterns of more than 100 steps read less text for it. */
const MAX_WORK = 1_000_000

type Test = (char: string) => boolean
type Step =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'fork'; a: number; b: number }
  | { readonly kind: 'assert'; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: 'match' }
/** Writes itself into a program. */
type Part = (program: Step[]) => void

/** What is wrong with a pattern: the end of a sentence that begins "The pattern …". */
export class PatternError extends Error implements Sentence {
  override readonly name = 'PatternError'
  readonly code: string
  readonly values: SentenceValues | undefined

  constructor(code: string, message: string, values?: SentenceValues) {
    super(message)
    this.code = code
    this.values = values
  }
}

/** Compiles a pattern. Throws a `PatternError`. */
export function compilePattern(source: string, options: { readonly ignoreCase?: boolean } = {}): Pattern {
  const program: Step[] = []
  new Parser(source, options.ignoreCase ?? false).parse()(program)
  add(program, { kind: 'match' })
  const machine = new Machine(program)
  const most = Math.min(MAX_PATTERN_TEXT, Math.floor(MAX_WORK / program.length))
  return { test: (text) => machine.test(text.slice(0, most)) }
}

function add(program: Step[], step: Step): number {
  if (program.length >= MAX_PROGRAM)
    throw new PatternError('PATTERN_TOO_LARGE', 'is too large; write it shorter')
  return program.push(step) - 1
}

/** Follows all ways through a program at once. Sets of steps are kept as lists with marks, for this runs at every character. */
class Machine {
  readonly #program: readonly Step[]
  /** The round in which a step was last reached: in one round each is reached once. */
  readonly #reached: Uint32Array
  #round = 0

  constructor(program: readonly Step[]) {
    this.#program = program
    this.#reached = new Uint32Array(program.length)
  }

  test(text: string): boolean {
    this.#reached.fill(0)
    this.#round = 0
    let open: number[] = []
    for (let at = 0; ; at++) {
      const waiting = this.#follow(open, text, at)
      if (waiting === undefined) return true
      if (at >= text.length) return false
      open = []
      const char = text.charAt(at)
      for (const index of waiting) {
        const step = this.#program[index]
        if (step?.kind === 'char' && step.test(char)) open.push(index + 1)
      }
    }
  }

  /** From these steps and the start, the steps that wait for a character; nothing if one of the ways is a match. */
  #follow(open: number[], text: string, at: number): readonly number[] | undefined {
    const waiting: number[] = []
    this.#round++
    open.push(0)
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#reached[index] === this.#round) continue
      this.#reached[index] = this.#round
      const step = this.#program[index]
      if (step?.kind === 'match') return undefined
      if (step?.kind === 'char') waiting.push(index)
      else if (step?.kind === 'fork') open.push(step.a, step.b)
      else if (step?.holds(text, at)) open.push(index + 1)
    }
    return waiting
  }
}

const word = /^\w$/
const isWord: Test = (char) => word.test(char)
const classes: Readonly<Record<string, Test>> = {
  d: (char) => /^\d$/.test(char),
  w: isWord,
  s: (char) => /^\s$/.test(char),
}
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', '0': '\0' }

const atWordEdge = (text: string, at: number) => isWord(text.charAt(at - 1)) !== isWord(text.charAt(at))

class Parser {
  readonly #source: string
  readonly #ignoreCase: boolean
  #at = 0
  #depth = 0

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source
    this.#ignoreCase = ignoreCase
  }

  parse(): Part {
    const part = this.#alternatives()
    if (this.#at < this.#source.length) throw new PatternError('PATTERN_CLOSED', 'has a ")" too many')
    return part
  }

  #peek(): string {
    return this.#source.charAt(this.#at)
  }

  #eat(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #take(): string {
    const char = this.#peek()
    if (char === '') throw new PatternError('PATTERN_ENDS', 'ends too early')
    this.#at += 1
    return char
  }

  #alternatives(): Part {
    const first = this.#sequence()
    if (!this.#eat('|')) return first
    const rest = this.#alternatives()
    return (program) => {
      const fork = { kind: 'fork' as const, a: 0, b: 0 }
      fork.a = add(program, fork) + 1
      first(program)
      const jump = { kind: 'fork' as const, a: 0, b: 0 }
      fork.b = add(program, jump) + 1
      rest(program)
      jump.a = jump.b = program.length
    }
  }

  #sequence(): Part {
    const parts: Part[] = []
    while (this.#peek() !== '' && this.#peek() !== '|' && this.#peek() !== ')') parts.push(this.#repeated())
    return (program) => {
      for (const part of parts) part(program)
    }
  }

  #repeated(): Part {
    let part = this.#atom()
    for (let times = this.#quantifier(); times; times = this.#quantifier()) {
      this.#eat('?') // lazy or not: only whether there is a match counts
      part = repeat(part, times.from, times.to)
    }
    return part
  }

  #quantifier(): { from: number; to: number } | undefined {
    if (this.#eat('*')) return { from: 0, to: Number.POSITIVE_INFINITY }
    if (this.#eat('+')) return { from: 1, to: Number.POSITIVE_INFINITY }
    if (this.#eat('?')) return { from: 0, to: 1 }
    const braces = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#source.slice(this.#at, this.#at + 12))
    if (!braces) return undefined
    this.#at += braces[0].length
    const from = Number(braces[1])
    if (!braces[2]) return { from, to: from }
    const to = braces[3] ? Number(braces[3]) : Number.POSITIVE_INFINITY
    if (to < from)
      throw new PatternError('PATTERN_BRACES', `has ${braces[0]}, which ends before it begins`, {
        braces: String(braces[0]),
      })
    return { from, to }
  }

  #atom(): Part {
    const char = this.#take()
    if (char === '(') return this.#group()
    if (char === '[') return this.#char(this.#set())
    if (char === '.') return this.#char((c) => c !== '\n' && c !== '\r')
    if (char === '^') return assertion((_, at) => at === 0)
    if (char === '$') return assertion((text, at) => at === text.length)
    if (char === '\\') return this.#escape()
    if ('*+?'.includes(char))
      throw new PatternError('PATTERN_REPEAT', `has a "${char}" with nothing before it to repeat`, { char })
    return this.#char(this.#literal(char))
  }

  #group(): Part {
    if (++this.#depth > 50) throw new PatternError('PATTERN_DEEP', 'nests too deeply')
    if (!this.#eat('?:') && this.#peek() === '?')
      throw new PatternError('PATTERN_GROUP', 'looks ahead or names a group, which is not supported')
    const part = this.#alternatives()
    if (!this.#eat(')')) throw new PatternError('PATTERN_OPEN', 'has a "(" that is never closed')
    this.#depth -= 1
    return part
  }

  #escape(): Part {
    const char = this.#take()
    if (char === 'b') return assertion(atWordEdge)
    if (char === 'B') return assertion((text, at) => !atWordEdge(text, at))
    return this.#char(this.#escaped(char))
  }

  #escaped(char: string): Test {
    const known = classes[char]
    if (known) return known
    const opposite = classes[char.toLowerCase()]
    if (opposite) return (c) => !opposite(c)
    return this.#literal(this.#escapedChar(char))
  }

  #escapedChar(char: string): string {
    if (char === 'x' || char === 'u') {
      const digits = this.#source.slice(this.#at, this.#at + (char === 'x' ? 2 : 4))
      if (!/^[0-9a-fA-F]+$/.test(digits))
        throw new PatternError('PATTERN_DIGITS', `has a "\\${char}" without its digits`, { char })
      this.#at += digits.length
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    if (/[1-9]/.test(char))
      throw new PatternError('PATTERN_BACK', 'refers back to a group, which is not supported')
    return controls[char] ?? char
  }

  #set(): Test {
    const isNegated = this.#eat('^')
    const tests: Test[] = []
    while (!this.#eat(']')) tests.push(this.#setItem())
    return (char) => tests.some((test) => test(char)) !== isNegated
  }

  #setItem(): Test {
    const char = this.#take()
    if (char === '\\' && /[dwsDWS]/.test(this.#peek())) return this.#escaped(this.#take())
    const from = char === '\\' ? this.#escapedChar(this.#take()) : char
    const isRange = this.#peek() === '-' && this.#source.charAt(this.#at + 1) !== ']'
    if (!isRange) return this.#literal(from)
    this.#at += 1
    const end = this.#take()
    const to = end === '\\' ? this.#escapedChar(this.#take()) : end
    if (to < from)
      throw new PatternError('PATTERN_RANGE', `has the range "${from}-${to}", which ends before it begins`, {
        from,
        to,
      })
    const within: Test = (c) => c >= from && c <= to
    return this.#ignoreCase ? (c) => within(c.toLowerCase()) || within(c.toUpperCase()) : within
  }

  #literal(wanted: string): Test {
    if (!this.#ignoreCase) return (char) => char === wanted
    const lower = wanted.toLowerCase()
    return (char) => char.toLowerCase() === lower
  }

  #char(test: Test): Part {
    return (program) => void add(program, { kind: 'char', test })
  }
}

const assertion =
  (holds: (text: string, at: number) => boolean): Part =>
  (program) =>
    void add(program, { kind: 'assert', holds })

/** Writes a part `from` times, and then either as often as one likes or up to `to` times. */
function repeat(part: Part, from: number, to: number): Part {
  return (program) => {
    for (let time = 0; time < from; time++) part(program)
    if (to !== Number.POSITIVE_INFINITY) {
      for (let time = from; time < to; time++) optional(part, program)
      return
    }
    const fork = { kind: 'fork' as const, a: 0, b: 0 }
    const start = add(program, fork)
    fork.a = start + 1
    part(program)
    add(program, { kind: 'fork', a: start, b: start })
    fork.b = program.length
  }
}

function optional(part: Part, program: Step[]): void {
  const fork = { kind: 'fork' as const, a: 0, b: 0 }
  fork.a = add(program, fork) + 1
  part(program)
  fork.b = program.length
}
