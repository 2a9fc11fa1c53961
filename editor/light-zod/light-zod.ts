import { bad, good, type Issue, issuesAt, type Reading, readingOf, wrongType } from './reading.ts'
import { type Absence, type Def, Schema } from './schema.ts'

/*
 * What the browser takes in zod's place (`vite.config.ts`): the part of it that node definitions and flow files use,
 * a seventh of its size. The server reads with zod itself and has the last word; `light-zod.test.ts` holds the two
 * against each other. A function of zod that is missing here fails the build of the editor.
 */

type Take = (value: unknown) => Reading
type Shape = Readonly<Record<string, Schema>>

const primitive = (type: string, is: (value: unknown) => boolean) => (): Schema =>
  new Schema({ def: { type }, take: (value) => (is(value) ? good(value) : wrongType(value, type)) })

export const string = primitive('string', (value) => typeof value === 'string')
export const number = primitive('number', Number.isFinite)
export const int = (): Schema => number().int()
export const boolean = primitive('boolean', (value) => typeof value === 'boolean')
export const unknown = (): Schema => new Schema({ def: { type: 'unknown' }, take: good })

const instanceOf = (type: abstract new (...values: never[]) => unknown): Schema =>
  new Schema({
    def: { type: 'custom' },
    take: (value) => (value instanceof type ? good(value) : wrongType(value, type.name)),
  })

const oneOf = (def: Def & { readonly values: readonly unknown[] }): Schema =>
  new Schema({
    def,
    take: (value) =>
      def.values.includes(value) ? good(value) : bad(value, { code: 'invalid_value', values: def.values }),
  })
/** In the order of an object's keys, as zod has them: numbers come first. */
const choice = (values: readonly string[]): Schema =>
  oneOf({ type: 'enum', values: Object.keys(Object.fromEntries(values.map((value) => [value, true]))) })
export const literal = (value: unknown): Schema =>
  oneOf({ type: 'literal', values: Array.isArray(value) ? value : [value] })

export { choice as enum, instanceOf as instanceof }

export const array = (element: Schema): Schema =>
  new Schema({
    def: { type: 'array', element },
    take: (value) => {
      if (!Array.isArray(value)) return wrongType(value, 'array')
      const items = Array.from(value, (item: unknown) => element.read(item))
      return listOf(items)
    },
  })

export function tuple(items: readonly Schema[]): Schema {
  const take: Take = (value) => {
    if (!Array.isArray(value)) return wrongType(value, 'tuple')
    const length = { origin: 'array', inclusive: true }
    if (value.length < items.length)
      return bad(value, { ...length, code: 'too_small', minimum: items.length, message: 'Too small' })
    const read = listOf(items.map((item, at) => item.read(value[at])))
    if (value.length === items.length) return read
    const { issues } = bad(value, { ...length, code: 'too_big', maximum: items.length, message: 'Too big' })
    return readingOf(read.value, [...issues, ...read.issues])
  }
  return new Schema({ def: { type: 'tuple' }, take })
}

const listOf = (items: readonly Reading[]): Reading =>
  readingOf(
    items.map(({ value }) => value),
    items.flatMap((item, at) => issuesAt(at, item)),
  )

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const object = (shape: Shape): Schema => objectOf(shape, () => [])
/** What it does not know, it keeps. */
export const looseObject = (shape: Shape): Schema =>
  objectOf(shape, (value) => ownKeys(value).filter((key) => !Object.hasOwn(shape, key)))

/** `__proto__` is no field; nobody who sends one means well. */
const ownKeys = (value: Fields): readonly string[] => Object.keys(value).filter((key) => key !== '__proto__')

function objectOf(shape: Shape, besides: (value: Fields) => readonly string[]): Schema {
  const take: Take = (value) => {
    if (!isObject(value)) return wrongType(value, 'object')
    const fields: Record<string, unknown> = {}
    const issues: Issue[] = []
    for (const [key, schema] of Object.entries(shape)) {
      const field = readField(value, key, schema)
      issues.push(...field.issues)
      if ('value' in field) fields[key] = field.value
    }
    for (const key of besides(value)) fields[key] = value[key]
    return readingOf(fields, issues)
  }
  return new Schema({ def: { type: 'object', shape }, take })
}

/** A field that is not there has no value, or the one that stands in for it. */
function readField(
  object: Fields,
  key: string,
  schema: Schema,
): { readonly value?: unknown; readonly issues: readonly Issue[] } {
  const isThere = key in object
  const mayMiss = !isThere && schema.absentOut === 'optional'
  if (mayMiss && schema.absentIn === 'optional') return { issues: [] }
  const reading = schema.read(object[key])
  const issues = issuesAt(key, reading)
  if (mayMiss && schema.absentIn !== undefined && issues.length > 0) return { issues: [] }
  if (!isThere && schema.absentIn === undefined)
    return { issues: issues.length > 0 ? issues : issuesAt(key, wrongType(undefined, 'nonoptional')) }
  const { value } = reading
  if (value === undefined && !isThere && (schema.absentIn !== 'defaulted' || mayMiss)) return { issues }
  return { value, issues }
}

export const record = (key: Schema, item: Schema): Schema =>
  new Schema({
    def: { type: 'record' },
    take: (value) => {
      if (!isObject(value)) return wrongType(value, 'record')
      const fields: Record<string, unknown> = {}
      const issues: Issue[] = []
      for (const name of ownKeys(value)) {
        if (key.read(name).issues.length > 0) {
          issues.push({
            code: 'invalid_key',
            origin: 'record',
            path: [name],
            message: 'Invalid key in record',
          })
          continue
        }
        const reading = item.read(value[name])
        issues.push(...issuesAt(name, reading))
        fields[name] = reading.value
      }
      return readingOf(fields, issues)
    },
  })

export function union(options: readonly Schema[]): Schema {
  const take: Take = (value) => {
    const readings = options.map((option) => option.read(value))
    const found = readings.find(({ issues }) => issues.length === 0)
    if (found) return found
    // what is wrong with the only one that it can be meant for
    const [meant, ...others] = readings.filter(({ isOver }) => !isOver)
    return meant && others.length === 0 ? meant : bad(value, { code: 'invalid_union' })
  }
  return new Schema({ def: { type: 'union', options }, take, ...absenceOf(options) })
}

function absenceOf(options: readonly Schema[]): { absentIn: Absence; absentOut: Absence } {
  const [first, second] = (['defaulted', 'optional'] as const).filter((absence) =>
    options.some(({ absentIn }) => absentIn === absence),
  )
  const mayMiss = options.some(({ absentOut }) => absentOut === 'optional')
  return { absentIn: first ?? second, absentOut: mayMiss ? 'optional' : undefined }
}

export function discriminatedUnion(name: string, options: readonly Schema[]): Schema {
  const valuesOf = (option: Schema) => (option.def.in ?? option).shape?.[name]?.values
  const take: Take = (value) => {
    if (!isObject(value)) return wrongType(value, 'object')
    const option = options.find((one) => valuesOf(one)?.has(value[name]))
    return option ? option.read(value) : bad(value, { code: 'invalid_union', path: [name] })
  }
  return new Schema({ def: { type: 'union', options }, take })
}
