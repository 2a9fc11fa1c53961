import type { Flow } from '#flows/flow.ts'

export type EnvKind = 'text' | 'number' | 'boolean'
export type EnvValue = string | number | boolean
export type Env = NonNullable<Flow['env']>

/** A value as it is typed: its name may be missing or stand twice for a while. */
export interface EnvRow {
  /** Tells rows apart while their names change. */
  readonly id: number
  readonly name: string
  readonly value: EnvValue
}

export const kindOf = (value: EnvValue): EnvKind =>
  typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean'

/** The same value in another kind, as far as it says the same there. */
export function toKind(value: EnvValue, kind: EnvKind): EnvValue {
  if (kind === 'text') return String(value)
  if (kind === 'boolean') return value === true || value === 1 || value === 'true'
  const number = Number(value)
  return Number.isFinite(number) ? number : 0
}

/** What is wrong with a row, if anything is. */
export function faultOf(rows: readonly EnvRow[], row: EnvRow): 'nameless' | 'twice' | undefined {
  if (row.name === '') return 'nameless'
  return rows.find(({ name }) => name === row.name) === row ? undefined : 'twice'
}

/** The values of the rows that are right; nothing if there are none. */
export function envOf(rows: readonly EnvRow[]): Env | undefined {
  const right = rows.filter((row) => faultOf(rows, row) === undefined)
  return right.length === 0 ? undefined : Object.fromEntries(right.map(({ name, value }) => [name, value]))
}

/** Rows for values that came from elsewhere (undo, another tab); those of the same name stay who they are. */
export function rowsOf(env: Env = {}, before: readonly EnvRow[] = []): readonly EnvRow[] {
  return Object.entries(env).map(([name, value]) => ({
    id: before.find((row) => row.name === name)?.id ?? newRowId(),
    name,
    value,
  }))
}

let rowIds = 0
export const newRowId = (): number => ++rowIds
