import type * as z from 'zod'
import type { Catalogue } from '#flows/catalogue.ts'
import type { Flow, FlowConnection } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'
import { allNodes } from '#flows/subflow.ts'
import type { ConnectionDefinition } from '#kit/define-connection.ts'
import { isShippedExample } from '../examples.ts'
import type { StoredConnection } from '../store/store.ts'

/** What an import of a flow would bring. */
export interface FlowPreview {
  /** As it would be stored; a Node-RED file is translated. */
  readonly flow: Flow
  /** The id under which it would be stored. */
  readonly becomes: string
  /** A flow stands by its id. */
  readonly stands: boolean
  /** Node types that this house does not know: their nodes become placeholders. */
  readonly unknownTypes: readonly string[]
  readonly connections: readonly ConnectionPreview[]
  readonly problems: readonly Problem[]
  /** One of those that come with the house. All others are untrusted until an owner says otherwise. */
  readonly isOurs: boolean
}

export interface ConnectionPreview {
  readonly id: string
  readonly type: string
  readonly name: string
  /** `taken`: one of that id and another type stands, and the nodes do not get it. */
  readonly becomes: 'standing' | 'new' | 'taken' | 'unknown'
  /** Where its secrets would be sent, as the file says. */
  readonly sentTo: readonly string[]
  /** Secret fields that have to be filled in, as no file holds them. */
  readonly secrets: readonly string[]
}

export interface PreviewedHouse {
  readonly catalogue: Catalogue
  readonly connections: readonly StoredConnection[]
  hasFlow(id: string): boolean
  lint(flow: Flow): readonly Problem[]
}

/** Says what an import would bring, and changes nothing. */
export function previewImport(
  flows: readonly Flow[],
  house: PreviewedHouse,
): readonly Omit<FlowPreview, 'becomes'>[] {
  return flows.map((flow) => ({
    flow,
    stands: house.hasFlow(flow.id),
    unknownTypes: unknownTypes(flow, house.catalogue),
    connections: flow.connections.map((connection) => previewConnection(connection, house)),
    problems: house.lint(flow),
    isOurs: isShippedExample(flow),
  }))
}

const unknownTypes = (flow: Flow, { nodes }: Catalogue): readonly string[] =>
  [...new Set(allNodes(flow).map(({ type }) => type))].filter((type) => !nodes.has(type)).sort()

function previewConnection(
  { id, type, name, config }: FlowConnection,
  { catalogue, connections }: PreviewedHouse,
): ConnectionPreview {
  const definition = catalogue.connections.get(type)
  const standing = connections.find((each) => each.id === id)
  const about = { id, type, name, sentTo: [], secrets: [] }
  if (standing) return { ...about, becomes: standing.type === type ? 'standing' : 'taken' }
  if (!definition) return { ...about, becomes: 'unknown' }
  const fields = Object.entries(definition.config.shape as Readonly<Record<string, z.ZodType>>)
  const shown = fields.filter(([, field]) => isShown(definition, field, config))
  return {
    ...about,
    becomes: 'new',
    sentTo: shown.flatMap(([field, schema]) =>
      schema.meta()?.destination && isWord(config[field]) ? [String(config[field])] : [],
    ),
    secrets: shown.flatMap(([field, schema]) => (schema.meta()?.secret ? [field] : [])),
  }
}

/** A field that its form shows with this config. */
function isShown(
  { config: { shape } }: ConnectionDefinition,
  field: z.ZodType,
  config: FlowConnection['config'],
): boolean {
  return Object.entries(field.meta()?.when ?? {}).every(([name, values]) => {
    const value = (shape[name] as z.ZodType | undefined)?.safeParse(config[name]).data
    return values.some((each) => each === value)
  })
}

const isWord = (value: unknown): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && value !== '')
