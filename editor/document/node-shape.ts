import type { Catalogue } from '#flows/catalogue.ts'
import { type Drawing, type FlowNode, readEndpoint } from '#flows/flow.ts'
import { parseNodeConfig } from '#flows/node-config.ts'
import { type AnyNodeDefinition, inputsOf, outputsOf } from '#kit/define-node.ts'
import { ERROR_PORT, errorPort, type Port, type PortMap } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'

export interface PortShape {
  readonly id: string
  readonly port: Port
  /** A wire names it, the node does not have it: drawn so that the wire can be seen and removed. */
  readonly isMissing: boolean
}

/** A node as the canvas draws it: what its type and config say, and the ports that wires name beside. */
export interface NodeShape {
  /** Missing for a type that this Wirehouse does not know. */
  readonly definition: AnyNodeDefinition | undefined
  readonly caption: string | Sentence
  /** Whether its card has a button that pokes it, and what that says. */
  readonly button: boolean | Sentence
  readonly inputs: readonly PortShape[]
  /** The `error` output stands last. */
  readonly outputs: readonly PortShape[]
}

/** The ports of a node that wires name. */
export interface WiredPorts {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export const noWires: WiredPorts = { inputs: [], outputs: [] }

/** Of each node at a wire. */
export function wiredPorts(wires: Drawing['wires']): ReadonlyMap<string, WiredPorts> {
  const wired = new Map<string, { readonly inputs: string[]; readonly outputs: string[] }>()
  const portsOf = (node: string) => {
    const ports = wired.get(node) ?? { inputs: [], outputs: [] }
    wired.set(node, ports)
    return ports
  }
  for (const [from, to] of wires) {
    const [start, end] = [readEndpoint(from), readEndpoint(to)]
    portsOf(start.node).outputs.push(start.port)
    portsOf(end.node).inputs.push(end.port)
  }
  return wired
}

/** Reads a node against the catalogue. Never fails: a broken config costs the caption, and ports that depend on it. */
export function shapeNode(catalogue: Catalogue, node: FlowNode, wired: WiredPorts): NodeShape {
  const definition = catalogue.nodes.get(node.type)
  const config = definition && readConfig(definition, node)
  const [inputs, outputs] = definition ? portsOf(definition, config) : [{}, { [ERROR_PORT]: errorPort }]
  const { [ERROR_PORT]: error, ...named } = withMissing(outputs, wired.outputs)
  return {
    definition,
    caption: definition && config !== undefined ? (definition.caption?.(config as never) ?? '') : '',
    button: buttonOf(definition, config),
    inputs: Object.values(withMissing(inputs, wired.inputs)),
    outputs: [...Object.values(named), ...(error ? [error] : [])],
  }
}

/** Parses a config; fields that are wrong count as not set, so that the rest still shows. */
function readConfig(definition: AnyNodeDefinition, node: FlowNode): unknown {
  const parsed = parseNodeConfig(definition, node)
  if (parsed.ok) return parsed.value
  const wrong = new Set(parsed.problems.map((problem) => problem.field?.split('.')[0]))
  const rest = Object.fromEntries(Object.entries(node.config).filter(([field]) => !wrong.has(field)))
  const retried = parseNodeConfig(definition, { ...node, config: rest })
  return retried.ok ? retried.value : undefined
}

function buttonOf(definition: AnyNodeDefinition | undefined, config: unknown): boolean | Sentence {
  const button = definition?.button ?? false
  if (typeof button !== 'function') return button
  return config === undefined || button(config as never)
}

function portsOf(definition: AnyNodeDefinition, config: unknown): readonly [PortMap, PortMap] {
  if (config !== undefined) return [inputsOf(definition, config), outputsOf(definition, config)]
  const fixed = (ports: unknown): PortMap => (typeof ports === 'function' ? {} : (ports as PortMap))
  return [fixed(definition.inputs), { ...fixed(definition.outputs), [ERROR_PORT]: errorPort }]
}

function withMissing(ports: PortMap, wired: readonly string[]): Record<string, PortShape> {
  const shapes: Record<string, PortShape> = {}
  for (const [id, port] of Object.entries(ports)) shapes[id] = { id, port, isMissing: false }
  for (const id of wired) shapes[id] ??= { id, port: { kind: 'any' }, isMissing: true }
  return shapes
}

/** Kinds of the ports that a new node of this type has. */
export function freshPorts(
  definition: AnyNodeDefinition,
  config: FlowNode['config'] = {},
): {
  readonly inputs: PortMap
  readonly outputs: PortMap
} {
  const node: FlowNode = {
    id: 'new',
    type: definition.type,
    at: [0, 0],
    config,
    version: definition.version,
  }
  const [inputs, { [ERROR_PORT]: _, ...outputs }] = portsOf(definition, readConfig(definition, node))
  return { inputs, outputs }
}
