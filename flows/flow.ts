import * as z from 'zod'

/** Format names of the flow file (design.md, section 6). */
export const FLOW_FORMAT = 'wirehouse/flow@1'
export const FLOWS_FORMAT = 'wirehouse/flows@1'

/** Ids of flows, nodes and connections: what a person would type, safe in a URL and in a wire. */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/
const id = z.string().regex(idPattern, 'An id has 1 to 64 letters, digits, hyphens or underscores.')

const json = z.record(z.string(), z.unknown())
const place = z.tuple([z.number(), z.number()])
const color = z.string().max(30)

export const flowNodeSchema = z.looseObject({
  id,
  type: z.string().min(1).max(100),
  name: z.string().max(200).optional(),
  at: place.default([0, 0]),
  /** The group it stands in. One that does not exist counts as none. */
  group: id.optional(),
  /** Stands on the canvas, but does nothing: see `withoutDisabled`. */
  disabled: z.boolean().optional(),
  /** Version of the node type that wrote this config; missing means 1. */
  version: z.number().int().positive().optional(),
  config: json.default({}),
})

export const flowConnectionSchema = z.looseObject({
  id,
  type: z.string().min(1).max(100),
  name: z.string().max(200).default(''),
  config: json.default({}),
})

/** A frame around nodes, which say themselves that they stand in it. */
export const flowGroupSchema = z.looseObject({
  id,
  name: z.string().max(200).default(''),
  description: z.string().max(10_000).optional(),
  color: color.optional(),
  collapsed: z.boolean().optional(),
})

/** A sheet of Markdown on the canvas. Its id differs from those of the nodes. */
export const flowNoteSchema = z.looseObject({
  id,
  at: place.default([0, 0]),
  /** Width and height in canvas pixels. */
  size: place.default([240, 120]),
  text: z.string().max(20_000).default(''),
  color: color.optional(),
  group: id.optional(),
})

const endpoint = z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}$/, 'A wire end is "node.port".')

const MAX_DAYS_MS = 366 * 86_400_000
/** A node, or a node and its port. */
const portOrNode = z.string().max(130)

/** A message that a test, or a person, has arrive in a flow. */
const flowSendSchema = z.looseObject({
  to: portOrNode,
  /** Milliseconds from the start. */
  at: z.number().min(0).max(MAX_DAYS_MS).default(0),
  payload: z.unknown(),
  topic: z.string().max(65_535).optional(),
})

/** A check that travels with the flow: what is sent in, at which millisecond, and what must have arrived where. */
export const flowTestSchema = z.looseObject({
  name: z.string().min(1).max(500),
  send: z.array(flowSendSchema).max(10_000),
  /** Messages that node receives, in order, within `within` milliseconds of virtual time. */
  expect: z.array(z.looseObject({ at: portOrNode, payloads: z.array(z.unknown()).max(10_000) })).max(1_000),
  within: z.number().min(0).max(MAX_DAYS_MS).default(60_000),
})

/** A message that people keep with the flow, to send it again. */
const savedMessageSchema = z.looseObject({
  name: z.string().min(1).max(200),
  topic: z.string().max(65_535).optional(),
  payload: z.unknown(),
})

const env = z.record(z.string().max(100), z.union([z.string().max(10_000), z.number(), z.boolean()]))

const drawing = {
  nodes: z.array(flowNodeSchema).max(5_000).default([]),
  wires: z
    .array(z.tuple([endpoint, endpoint]))
    .max(20_000)
    .default([]),
  groups: z.array(flowGroupSchema).max(1_000).default([]),
  notes: z.array(flowNoteSchema).max(1_000).optional(),
}

/**
 * A drawing that stands in a flow as one node, as often as wanted. Its ports are its own nodes of the types
 * `subflow-input` and `subflow-output`; a node of type `subflow` names it in its config.
 */
export const subflowSchema = z.looseObject({
  id,
  name: z.string().min(1).max(200),
  description: z.string().max(10_000).default(''),
  /** Values with their standards; a node that stands for it may set others. Its texts name them as `${NAME}`. */
  env: env.optional(),
  ...drawing,
})

/** One flow: a drawing, and the file people share. Unknown fields survive. */
export const flowSchema = z.looseObject({
  format: z.literal(FLOW_FORMAT),
  id,
  name: z.string().min(1).max(200),
  description: z.string().max(10_000).default(''),
  ...drawing,
  connections: z.array(flowConnectionSchema).max(500).default([]),
  tests: z.array(flowTestSchema).max(500).default([]),
  subflows: z.array(subflowSchema).max(200).optional(),
  /** Whether its tests have to pass before a deploy. */
  deployGate: z.boolean().optional(),
  messages: z.array(savedMessageSchema).max(500).optional(),
  /** What its functions find in `env`: the few values that differ from house to house. */
  env: env.optional(),
  /** Was switched off where it comes from: an import does not start it. */
  disabled: z.boolean().optional(),
})

export type Flow = z.output<typeof flowSchema>
export type FlowNode = z.output<typeof flowNodeSchema>
export type FlowConnection = z.output<typeof flowConnectionSchema>
export type FlowGroup = z.output<typeof flowGroupSchema>
export type FlowNote = z.output<typeof flowNoteSchema>
export type FlowTest = z.output<typeof flowTestSchema>
export type SavedMessage = z.output<typeof savedMessageSchema>
export type Subflow = z.output<typeof subflowSchema>
export type Wire = Flow['wires'][number]

/** What can be drawn and edited on one canvas: a flow, or a subflow of one. */
export type Drawing = Pick<Flow, 'nodes' | 'wires' | 'groups' | 'notes'>

/** Where the top left corner of a node stands, in canvas pixels. */
export type Place = readonly [x: number, y: number]

/** What a wire is called: `bell.out quiet.in`. The live channel uses the same text. */
export const wireKey = (wire: Wire): string => `${wire[0]} ${wire[1]}`

/** Splits `bell.out` into its node and its port. */
export function readEndpoint(end: string): { node: string; port: string } {
  const dot = end.indexOf('.')
  return { node: end.slice(0, dot), port: end.slice(dot + 1) }
}

/** An empty flow. */
export const emptyFlow = (flowId: string, name: string): Flow => ({
  format: FLOW_FORMAT,
  id: flowId,
  name,
  description: '',
  nodes: [],
  wires: [],
  connections: [],
  groups: [],
  tests: [],
})
