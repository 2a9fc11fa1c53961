import * as checks from './check.ts'
import { type Issue, type Reading, readingOf } from './reading.ts'

type Meta = Readonly<Record<string, unknown>>

/** What a field of an object may be without: then it is left out, or gets a value of its own. */
export type Absence = 'optional' | 'defaulted' | undefined

/** As in zod: what forms and lint read of a schema. */
export interface Def {
  readonly type: string
  readonly innerType?: Schema
  readonly in?: Schema
  readonly defaultValue?: unknown
  readonly shape?: Readonly<Record<string, Schema>>
  readonly options?: readonly Schema[]
  readonly element?: Schema
  readonly values?: readonly unknown[]
}

interface Parts {
  readonly def: Def
  readonly take: (value: unknown) => Reading
  readonly absentIn?: Absence
  readonly absentOut?: Absence
  readonly checks?: readonly checks.Check[]
  readonly info?: Meta | undefined
}

interface Context {
  readonly addIssue: (issue: Partial<Issue>) => void
}

/** A schema with zod's interface, so far as it is used in the browser. It never changes; each method answers another one. */
export class Schema {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get def(): Def {
    return this.#parts.def
  }
  get shape() {
    return this.def.shape
  }
  get element() {
    return this.def.element
  }
  get options() {
    return this.def.options ?? this.def.values
  }
  get values() {
    return new Set(this.def.values)
  }
  get absentIn(): Absence {
    return this.#parts.absentIn
  }
  get absentOut(): Absence {
    return this.#parts.absentOut
  }
  get isInt(): boolean {
    return this.#checks.some(({ isInt }) => isInt)
  }
  get minValue(): number | null {
    const bounds = this.#checks.flatMap(({ least }) => least ?? [])
    return bounds.length > 0 ? Math.max(...bounds) : null
  }
  get maxValue(): number | null {
    const bounds = this.#checks.flatMap(({ most }) => most ?? [])
    return bounds.length > 0 ? Math.min(...bounds) : null
  }
  get #checks(): readonly checks.Check[] {
    return this.#parts.checks ?? []
  }

  read(value: unknown): Reading {
    return checks.checked(this.#parts.take(value), this.#checks)
  }

  safeParse(value: unknown, { reportInput = false } = {}) {
    const { value: data, issues } = this.read(value)
    if (issues.length === 0) return { success: true, data }
    const shown = issues.map(({ isMild: _isMild, input, ...issue }) =>
      reportInput ? { ...issue, input } : issue,
    )
    return { success: false, error: { issues: shown } }
  }

  parse(value: unknown): unknown {
    const { data, error } = this.safeParse(value)
    if (error)
      throw new Error(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
    return data
  }

  meta(info?: Meta) {
    return info === undefined ? this.#parts.info : this.#with({ info: { ...this.#parts.info, ...info } })
  }
  regex = (pattern: RegExp, words?: checks.Words) => this.#checkedBy(checks.matches(pattern, words))
  trim = () => this.#checkedBy(checks.change((text: string) => text.trim()))
  refine = (test: (value: never) => boolean, words?: checks.Words) => this.#checkedBy(checks.ask(test, words))
  int = () => this.#checkedBy(checks.whole)
  positive = () => this.#checkedBy(checks.from(0, 'number', false))
  min = (bound: number, words?: checks.Words) =>
    this.#checkedBy(this.def.type === 'number' ? checks.from(bound) : checks.longerThan(bound, words))
  max = (bound: number, words?: checks.Words) =>
    this.#checkedBy(this.def.type === 'number' ? checks.upTo(bound) : checks.shorterThan(bound, words))

  optional(): Schema {
    const absentIn = this.absentIn === 'defaulted' ? 'defaulted' : 'optional'
    const take = (value: unknown) => {
      if (value !== undefined) return this.read(value)
      if (absentIn === 'optional') return readingOf(undefined, [])
      const { value: given, issues } = this.read(undefined)
      return readingOf(issues.length > 0 ? undefined : given, [])
    }
    return new Schema({ def: { type: 'optional', innerType: this }, take, absentIn, absentOut: 'optional' })
  }

  default(defaultValue: unknown): Schema {
    const take = (value: unknown) => {
      if (value === undefined) return readingOf(copyOf(defaultValue), [])
      const reading = this.read(value)
      return reading.value === undefined ? { ...reading, value: copyOf(defaultValue) } : reading
    }
    const def = { type: 'default', innerType: this, defaultValue }
    return new Schema({ def, take, absentIn: 'defaulted' })
  }

  catch(instead: unknown): Schema {
    const take = (value: unknown) => {
      const reading = this.read(value)
      return reading.issues.length > 0 ? readingOf(instead, []) : reading
    }
    const absentIn = this.absentIn === 'defaulted' ? 'defaulted' : 'optional'
    return new Schema({ def: { type: 'catch', innerType: this }, take, absentIn, absentOut: this.absentOut })
  }

  transform(to: (value: never, context: Context) => unknown): Schema {
    const take = (value: unknown) => {
      const reading = this.read(value)
      if (reading.issues.length > 0) return { ...reading, isOver: true }
      const issues: Issue[] = []
      const addIssue: Context['addIssue'] = (issue) =>
        issues.push({ code: 'custom', path: [], message: 'Invalid input', isMild: true, ...issue })
      return readingOf(to(reading.value as never, { addIssue }), issues)
    }
    return new Schema({ def: { type: 'pipe', in: this }, take, absentIn: this.absentIn })
  }

  #checkedBy(check: checks.Check): Schema {
    return this.#with({ checks: [...this.#checks, check] })
  }
  #with(parts: Partial<Parts>): Schema {
    return new Schema({ ...this.#parts, ...parts })
  }
}

/** Nobody is to write into the default of all. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...value]
  return typeof value === 'object' && value !== null ? { ...value } : value
}
