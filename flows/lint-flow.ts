import { type AnyNodeDefinition, inputsOf, outputsOf } from '#kit/define-node.ts'
import { kindWords } from '#kit/kind-words.ts'
import { ERROR_PORT, fits, type Port, type PortMap } from '#kit/kinds.ts'
import type { Catalogue } from './catalogue.ts'
import { disabledIn, withoutDisabled } from './disabled.ts'
import { type Drawing, type Flow, type FlowNode, readEndpoint, type Subflow } from './flow.ts'
import { lintSubflows } from './lint-subflows.ts'
import { fieldName, parseNodeConfig } from './node-config.ts'
import { importProblems } from './node-red/import-notes.ts'
import type { Problem } from './problem.ts'
import { withSubflows } from './subflow-catalogue.ts'
import { Filling } from './subflow-values.ts'

/** A connection that stands in this house, as far as a check needs it. */
export interface StandingConnection {
  readonly id: string
  readonly type: string
}

interface LintedNode {
  readonly node: FlowNode
  /** Of the node alone, without its wires. */
  readonly problems: readonly Problem[]
  readonly inputs?: PortMap
  readonly outputs?: PortMap
}

interface LintedDrawing {
  readonly nodes: readonly LintedNode[]
  readonly problems: readonly Problem[]
}

/** Keeps what was found: who lints the same flow again and again only has to look at what has changed. */
export class KnownNodes {
  #around: readonly unknown[] = []
  #nodes = new WeakMap<FlowNode['config'], LintedNode>()
  #drawings = new WeakMap<Drawing['wires'], LintedDrawing>()

  /** What is known where these stand around the nodes; nothing any more if they are others than before. */
  amid(...around: readonly unknown[]): this {
    if (around.some((each, at) => each !== this.#around[at])) this.#nodes = new WeakMap()
    this.#around = around
    return this
  }

  /** A node that was only moved is the same. */
  node(node: FlowNode, lint: () => LintedNode): LintedNode {
    const known = this.#nodes.get(node.config)
    if (known && isSameButPlace(known.node, node)) return known
    const linted = lint()
    this.#nodes.set(node.config, linted)
    return linted
  }

  drawing(wires: Drawing['wires'], nodes: readonly LintedNode[], lint: () => readonly Problem[]) {
    const known = this.#drawings.get(wires)
    if (known?.nodes.length === nodes.length && known.nodes.every((node, at) => node === nodes[at]))
      return known.problems
    const problems = lint()
    this.#drawings.set(wires, { nodes, problems })
    return problems
  }
}

function isSameButPlace(a: FlowNode, b: FlowNode): boolean {
  const fields = Object.keys(b)
  return (
    fields.length === Object.keys(a).length &&
    fields.every((field) => field === 'at' || a[field] === b[field])
  )
}

/** Everything about a flow that keeps it from running as drawn, each problem at its place. */
export function lintFlow(
  flow: Flow,
  catalogue: Catalogue,
  standing: readonly StandingConnection[],
  known = new KnownNodes(),
): readonly Problem[] {
  const house = {
    catalogue: withSubflows(catalogue, flow),
    standing,
    known: known.amid(catalogue, standing, flow.subflows),
  }
  const filling = new Filling()
  return [
    ...lintDrawing(flow, house),
    ...(flow.subflows ?? []).flatMap((subflow) =>
      lintDrawing(asItStands(subflow, catalogue, filling), house).map((problem) => ({
        ...problem,
        in: subflow.id,
      })),
    ),
    ...lintSubflows(withoutDisabled(flow)),
  ]
}

interface House {
  readonly catalogue: Catalogue
  readonly standing: readonly StandingConnection[]
  readonly known: KnownNodes
}

function lintDrawing(drawing: Drawing, house: House): readonly Problem[] {
  const linted = drawing.nodes.map((node) => house.known.node(node, () => lintNode(node, house)))
  return house.known.drawing(drawing.wires, linted, () => {
    const nodes = new Map(linted.map((one) => [one.node.id, one]))
    const problems = [...linted.flatMap((one) => one.problems), ...checkWires(drawing, nodes)]
    return harmlessWhereDisabled(drawing, problems)
  })
}

/** What is disabled keeps nothing from running: its problems, and those of its wires, are told as warnings. */
function harmlessWhereDisabled(drawing: Drawing, problems: readonly Problem[]): readonly Problem[] {
  const disabled = disabledIn(drawing)
  if (disabled.size === 0) return problems
  const isOff = ({ node, wire }: Problem): boolean =>
    wire === undefined
      ? node !== undefined && disabled.has(node)
      : drawing.wires[wire]?.some((end) => disabled.has(readEndpoint(end).node)) === true
  return problems.map((problem) => (isOff(problem) ? { ...problem, level: 'warning' } : problem))
}

function lintNode(node: FlowNode, { catalogue, standing }: House): LintedNode {
  const imported = importProblems(node)
  const definition = catalogue.nodes.get(node.type)
  if (!definition) return { node, problems: [...imported, unknownType(node)] }
  const parsed = parseNodeConfig(definition, node)
  if (!parsed.ok) return { node, problems: [...imported, ...parsed.problems] }
  return {
    node,
    problems: [
      ...imported,
      ...checkConfig(definition, node, parsed.value),
      ...checkConnections(definition, node, parsed.value, catalogue, standing),
    ],
    inputs: inputsOf(definition, parsed.value),
    outputs: outputsOf(definition, parsed.value),
  }
}

/** What is drawn in a subflow, with its values as they are where nobody sets others. */
function asItStands(subflow: Subflow, { nodes }: Catalogue, filling: Filling): Drawing {
  return {
    ...subflow,
    nodes: subflow.nodes.map((node) => {
      const definition = nodes.get(node.type)
      return definition ? { ...node, config: filling.fill(node.config, subflow.env ?? {}, definition) } : node
    }),
  }
}

/** Whether a flow with these problems must not be deployed. */
export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some((problem) => problem.level === 'error')

const unknownType = (node: FlowNode): Problem => ({
  code: 'NODE_TYPE_UNKNOWN',
  level: 'warning',
  node: node.id,
  message: `"${nameOf(node)}" is of type "${node.type}", which this Wirehouse does not know. It stands as a placeholder and does nothing; the rest runs.`,
  values: { name: nameOf(node), type: node.type },
})

function checkConfig(definition: AnyNodeDefinition, node: FlowNode, config: unknown): readonly Problem[] {
  const found = definition.check?.(config as never) ?? []
  return found.map((problem) => ({ ...problem, level: 'error' as const, node: node.id }))
}

function* checkConnections(
  definition: AnyNodeDefinition,
  node: FlowNode,
  config: unknown,
  catalogue: Catalogue,
  standing: readonly StandingConnection[],
): Generator<Problem> {
  for (const { field, type } of connectionFields(definition)) {
    const id = (config as Record<string, unknown>)[field]
    const title = fieldName(definition, field)
    const place = { level: 'error', node: node.id, field } as const
    if (id === '')
      yield {
        code: 'CONNECTION_NOT_CHOSEN',
        ...place,
        message: `"${nameOf(node)}" has no connection in "${title.message}". Choose one, or make a new one.`,
        values: { name: nameOf(node), field: title },
      }
    else if (
      id !== catalogue.connections.get(type)?.builtIn?.id &&
      !standing.some((c) => c.id === id && c.type === type)
    )
      yield {
        code: 'CONNECTION_MISSING',
        ...place,
        message: `"${nameOf(node)}" uses the connection "${id}", which does not stand here. Choose another in "${title.message}", or make it.`,
        values: { name: nameOf(node), field: title, connection: String(id) },
      }
  }
}

/** The config fields of a node type that hold a connection's id. */
export function connectionFields(definition: AnyNodeDefinition): readonly { field: string; type: string }[] {
  return Object.entries(definition.config.shape).flatMap(([field, schema]) => {
    const type = (schema as { meta?: () => { connection?: string } | undefined }).meta?.()?.connection
    return type === undefined ? [] : [{ field, type }]
  })
}

function* checkWires({ wires }: Drawing, nodes: ReadonlyMap<string, LintedNode>): Generator<Problem> {
  const seen = new Set<string>()
  for (const [wire, [from, to]] of wires.entries()) {
    const key = `${from} ${to}`
    const problem = checkWire(nodes, from, to) ?? (seen.has(key) ? twice(from, to) : undefined)
    seen.add(key)
    if (problem) yield { level: 'error', wire, ...problem }
  }
}

type WireProblem = Omit<Problem, 'level' | 'wire'>

const twice = (from: string, to: string): WireProblem => ({
  code: 'WIRE_TWICE',
  message: `There are two wires from "${from}" to "${to}". Remove one.`,
  values: { from, to },
  node: readEndpoint(from).node,
})

function checkWire(
  nodes: ReadonlyMap<string, LintedNode>,
  from: string,
  to: string,
): WireProblem | undefined {
  const [start, end] = [readEndpoint(from), readEndpoint(to)]
  const [source, target] = [nodes.get(start.node), nodes.get(end.node)]
  const missing = !source ? start : !target ? end : undefined
  if (missing || !source || !target)
    return {
      code: 'WIRE_NODE_MISSING',
      message: `The wire from "${from}" to "${to}" ends at a node "${missing?.node}" that does not exist. Remove the wire.`,
      values: { from, to, node: missing?.node ?? '' },
    }
  const output = portOf(source.outputs, start.port)
  if (source.outputs && !output)
    return {
      code: 'WIRE_OUTPUT_MISSING',
      node: start.node,
      message: `"${nameOf(source.node)}" has no output "${start.port}". Remove the wire.`,
      values: { name: nameOf(source.node), port: start.port },
    }
  const input = portOf(target.inputs, end.port)
  if (target.inputs && !input)
    return {
      code: 'WIRE_INPUT_MISSING',
      node: end.node,
      message: `"${nameOf(target.node)}" has no input "${end.port}". Remove the wire.`,
      values: { name: nameOf(target.node), port: end.port },
    }
  if (start.port === ERROR_PORT || !output || !input || fits(output.kind, input.kind)) return undefined
  return {
    code: 'WIRE_KIND',
    node: end.node,
    message: `"${nameOf(source.node)}" sends ${kindWords[output.kind].message}, "${nameOf(target.node)}" takes ${kindWords[input.kind].message}. Put a Template or Function node between them.`,
    values: {
      from: nameOf(source.node),
      to: nameOf(target.node),
      sends: kindWords[output.kind],
      takes: kindWords[input.kind],
    },
  }
}

/** A port by its name; names such as `constructor` are no ports. */
const portOf = (ports: PortMap | undefined, name: string): Port | undefined =>
  ports && Object.hasOwn(ports, name) ? ports[name] : undefined

const nameOf = (node: FlowNode): string => node.name ?? node.id
