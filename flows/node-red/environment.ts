import { isRecord, type Raw, records, text } from './entries.ts'

/** Environment variables as a place in the file sees them; credentials are not among them. */
export interface Environment {
  has(name: string): boolean
  get(name: string): unknown
  readonly isEmpty: boolean
}

export const emptyEnvironment: Environment = { has: () => false, get: () => undefined, isEmpty: true }

/**
 * What an entry adds to the environment around it: a tab, a group, a subflow template, an instance of one.
 * Looks outward instead of copying, for a file may have many variables and many places.
 */
export function extendEnvironment(around: Environment, raw: Raw): Environment {
  const items = records(raw, 'env')
  if (items.length === 0) return around
  const own = new Map(items.map((item) => [text(item, 'name'), readItem(item, around)]))
  const get = (name: string) => (own.has(name) ? own.get(name) : around.get(name))
  return { get, has: (name) => get(name) !== undefined, isEmpty: false }
}

function readItem(item: Raw, around: Environment): unknown {
  const value = text(item, 'value')
  switch (text(item, 'type', 'str')) {
    case 'str':
      return value
    case 'num':
      return Number(value)
    case 'bool':
      return value === 'true'
    case 'env':
      return around.get(value)
    case 'json':
      return parseJson(value)
    default:
      return undefined
  }
}

/** The value that a JSON text holds; `undefined` if it is not JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined // that it is not JSON is the answer
  }
}

/** Settings that are code or layout, not values. */
const untouched = new Set([
  'id',
  'type',
  'z',
  'wires',
  'func',
  'initialize',
  'finalize',
  'template',
  'info',
  'env',
])

/** Fills in settings that are exactly `${NAME}` or `$(NAME)`. Names that are not known stay as they stand. */
export function fillIn(raw: Raw, environment: Environment): Raw {
  if (environment.isEmpty) return raw
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return lookUp(value, environment)
    if (Array.isArray(value)) return value.map(fill)
    if (!isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]))
  }
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, untouched.has(key) ? value : fill(value)]),
  )
}

function lookUp(value: string, environment: Environment): unknown {
  const name = nameIn(value)
  return name !== undefined && environment.has(name) ? environment.get(name) : value
}

const nameIn = (value: string): string | undefined =>
  /^\$(?:\{([^{}]+)\}|\(([^()]+)\))$/.exec(value)?.slice(1).find(Boolean)

/** Names of variables that settings still ask for. */
export function openNames(raw: Raw): readonly string[] {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      const name = nameIn(value)
      if (name !== undefined) found.add(name)
    } else if (Array.isArray(value)) value.forEach(visit)
    else if (isRecord(value)) Object.values(value).forEach(visit)
  }
  for (const [key, value] of Object.entries(raw)) if (!untouched.has(key)) visit(value)
  return [...found]
}
