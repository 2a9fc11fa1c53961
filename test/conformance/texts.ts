import * as z from 'zod'
import type { ConnectionDefinition } from '#kit/define-connection.ts'
import { type AnyNodeDefinition, inputsOf, outputsOf } from '#kit/define-node.ts'
import { ERROR_PORT, type PortMap } from '#kit/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: a list of types has no common config
export type AnyDefinition = AnyNodeDefinition | ConnectionDefinition<any, any>

/** A JSON Schema with the words of the form in it, as zod writes it out of the meta of each field. */
export interface FieldSchema {
  readonly title?: string
  readonly description?: string
  readonly placeholder?: string
  readonly options?: Readonly<Record<string, string>>
  readonly properties?: Readonly<Record<string, FieldSchema>>
  readonly items?: FieldSchema
  readonly anyOf?: readonly FieldSchema[]
  readonly [keyword: string]: unknown
}

export const isNodeDefinition = (definition: AnyDefinition): definition is AnyNodeDefinition =>
  'inputs' in definition

/** What may be written into the config of a type. */
export const schemaOf = (definition: AnyDefinition): FieldSchema =>
  z.toJSONSchema(definition.config, { io: 'input', unrepresentable: 'any' }) as FieldSchema

/** A config for each value of each field that offers a choice. */
export const choicesIn = ({ properties = {} }: FieldSchema): readonly Record<string, unknown>[] =>
  Object.entries(properties).flatMap(([name, schema]) => {
    const values = schema['type'] === 'boolean' ? [true, false] : schema['enum']
    return Array.isArray(values) ? values.map((value) => ({ [name]: value })) : []
  })

export const portsOf = (definition: AnyNodeDefinition, config: unknown) => {
  const { [ERROR_PORT]: _error, ...outputs } = outputsOf(definition, config)
  return { inputs: inputsOf(definition, config), outputs: outputs as PortMap }
}

/** The English words of a type, in the shape of `locales/de.json`. */
export function englishTexts(
  definition: AnyDefinition,
  configs: readonly unknown[],
  portsNamedByConfig: readonly string[] = [],
): Record<string, unknown> {
  const { title, summary } = definition
  const fields = fieldTexts(schemaOf(definition).properties)
  if (!isNodeDefinition(definition))
    return { title, summary, fields, ...(definition.builtIn && { builtIn: definition.builtIn.title }) }
  const ports: Record<string, string> = {}
  for (const config of configs)
    for (const [name, port] of Object.entries({
      ...portsOf(definition, config).inputs,
      ...portsOf(definition, config).outputs,
    }))
      if (port.title !== undefined && !portsNamedByConfig.includes(name)) ports[name] = port.title
  return { title, summary, fields, ports }
}

const fieldTexts = (properties: FieldSchema['properties'] = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, wordsOf(schema)]))

const wordsOf = (schema: FieldSchema) => {
  const { title, description, placeholder, options } = schema
  const fields = entriesOf(schema)?.properties
  return { title, description, placeholder, options, fields: fields && fieldTexts(fields) }
}

/** Of a list, also of one that may be written shorter. */
export const entriesOf = ({ items, anyOf }: FieldSchema): FieldSchema | undefined =>
  items ?? anyOf?.find((option) => option.items)?.items

/** The places of all texts in a tree of words, `fields.edge.options.leading`, sorted. */
export function placesOf(words: unknown, path = ''): readonly string[] {
  if (typeof words === 'string') return [path]
  if (typeof words !== 'object' || words === null) return []
  return Object.entries(words)
    .flatMap(([name, inner]) => placesOf(inner, path === '' ? name : `${path}.${name}`))
    .sort()
}

/** Keywords of our own that change what a stored config means. Those of the form do not. */
const ownKeywords = ['secret', 'connection']
const jsonSchemaKeywords =
  /^(type|enum|const|default|properties|required|additionalProperties|propertyNames|items|prefixItems|format|pattern|(any|one|all)Of|not|(min|max)(imum|Length|Items|Properties)|exclusive(Min|Max)imum|multipleOf|uniqueItems|\$ref|\$defs)$/

/** What of a config's schema a stored config depends on: not its words, and not how its form looks. */
export function shapeOf(schema: FieldSchema): FieldSchema {
  const entries = Object.entries(schema)
    .filter(([keyword]) => jsonSchemaKeywords.test(keyword) || ownKeywords.includes(keyword))
    .map(([keyword, value]) => [keyword, shapeOfKeyword(keyword, value)])
  return Object.fromEntries(entries)
}

function shapeOfKeyword(keyword: string, value: unknown): unknown {
  if (keyword === 'default') return value
  return keyword === 'properties' ? shapesOf(value) : shapeOfValue(value)
}

const shapesOf = (properties: unknown) =>
  Object.fromEntries(
    Object.entries(properties as Record<string, FieldSchema>).map(([name, schema]) => [
      name,
      shapeOf(schema),
    ]),
  )

function shapeOfValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOfValue)
  return typeof value === 'object' && value !== null ? shapeOf(value as FieldSchema) : value
}
