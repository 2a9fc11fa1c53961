import { readFileSync } from 'node:fs'
import type { FieldType, Layout, Value } from '#nodes/connections/brickd/layout.ts'

/** One value that a function takes or gives. */
export interface Element {
  /** As upstream writes it: `Value Has To Change`. */
  readonly name: string
  readonly type: FieldType
  /** Raw values per unit: 100 for hundredths. */
  readonly divisor: number
  readonly unit: string | undefined
  /** Allowed raw values; empty allows all. */
  readonly ranges: readonly (readonly [number, number])[]
  readonly oneOf: readonly string[]
  readonly default: Value | undefined
  readonly role: string | undefined
}

export interface FunctionSpec {
  readonly kind: 'function' | 'callback'
  readonly fn: number
  readonly name: string
  readonly inputs: readonly Element[]
  readonly outputs: readonly Element[]
}

export interface DeviceSpec {
  readonly id: number
  /** The name in kebab-case: `temperature-v2`. */
  readonly kind: string
  readonly functions: readonly FunctionSpec[]
}

export const layoutOf = (elements: readonly Element[]): Layout => elements.map(({ type }) => type)

/** `Value Has To Change` → `valueHasToChange`. */
export const camelCase = (name: string): string =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')

/** What the simulated devices know, read from `catalogue.txt`. */
export const catalogue: readonly DeviceSpec[] = readFileSync(
  new URL('./catalogue.txt', import.meta.url),
  'utf8',
)
  .split('\n\n')
  .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith('#')))
  .filter((lines) => lines.length > 0)
  .map(parseDevice)

function parseDevice([head = '', ...lines]: string[]): DeviceSpec {
  const [, id, name = ''] = /^(\d+) (.+)$/.exec(head) ?? []
  return {
    id: Number(id),
    kind: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    functions: lines.map(parseFunction),
  }
}

function parseFunction(line: string): FunctionSpec {
  const [head = '', ...elements] = line.split(' | ')
  const [, kind, fn, name = ''] = /^([fc]) (\d+) (.+)$/.exec(head) ?? []
  const parse = (direction: string) =>
    elements.filter((text) => text.startsWith(`${direction} `)).map((text) => parseElement(text.slice(2)))
  return {
    kind: kind === 'f' ? 'function' : 'callback',
    fn: Number(fn),
    name,
    inputs: parse('i'),
    outputs: parse('o'),
  }
}

function parseElement(text: string): Element {
  const [, name = '', type = '', rest = ''] = /^(.+?):(\S+)(.*)$/.exec(text) ?? []
  const option = (key: string): string | undefined => new RegExp(` ${key}=(\\S+)`).exec(rest)?.[1]
  const list = (key: string): string[] => option(key)?.split(',') ?? []
  return {
    name,
    type: type as FieldType,
    divisor: Number(/ \/(\d+)/.exec(rest)?.[1] ?? 1),
    unit: option('unit'),
    ranges: list('range').map((range) => range.split('..').map(Number) as [number, number]),
    oneOf: list('oneOf'),
    default: parseDefault(type, option('default')),
    role: option('role'),
  }
}

function parseDefault(type: string, text: string | undefined): Value | undefined {
  if (text === undefined) return undefined
  if (type === 'bool') return text === 'true'
  return type === 'char' ? text : Number(text)
}
