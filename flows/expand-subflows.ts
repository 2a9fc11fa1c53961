import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { ERROR_PORT, OUTSIDE_PORT } from '#kit/kinds.ts'
import type { Catalogue } from './catalogue.ts'
import { withoutDisabled } from './disabled.ts'
import { type Drawing, type Flow, type FlowNode, readEndpoint, type Subflow, type Wire } from './flow.ts'
import { isSubflowPort, SUBFLOW_OUTPUT, subflowOf } from './subflow.ts'
import { roomAfter, roomIn, type Size, type SubflowSizes, subflowSizes } from './subflow-sizes.ts'
import { Filling, type Values, valuesOf } from './subflow-values.ts'

/** A flow without subflows and without what is disabled, as the engine runs it. */
export interface ExpandedFlow extends Flow {
  /** The values of each place where a subflow stood, by its path: `hall/lamp`. */
  readonly inside: Readonly<Record<string, Values>>
}

/**
 * Puts in the place of each node that stands for a subflow what is drawn in it. A node `motion` in the subflow that
 * `hall` stands for becomes `hall/motion`; no file can hold such an id. A node stays, and does nothing, if its
 * subflow is not there, contains itself, or would make the flow too large: a file may be hostile. What is disabled
 * does not become part of it, nor do the wires to a port of a subflow that is disabled inside.
 */
export function expandSubflows(flow: Flow, catalogue: Catalogue): ExpandedFlow {
  const enabled = withoutDisabled(flow)
  const { subflows = [], ...rest } = enabled
  const { nodes, wires, inside } = new Expansion(enabled, subflows, catalogue)
  return { ...rest, nodes, wires, inside: Object.fromEntries(inside) }
}

/** What functions of a node find in `env`. */
export function envOf(flow: Flow & Partial<Pick<ExpandedFlow, 'inside'>>, node: string): Values {
  const { env = {}, inside = {} } = flow
  let values = env
  for (let slash = node.indexOf('/'); slash > 0; slash = node.indexOf('/', slash + 1))
    values = { ...values, ...inside[node.slice(0, slash)] }
  return values
}

/** How a port of the engine is called outside: the ports of a subflow are drawn at the node that stands for it. */
export function drawnPort(node: string, port: string): readonly [node: string, port: string] {
  if (port !== OUTSIDE_PORT) return [node, port]
  const slash = node.lastIndexOf('/')
  const name = node.slice(slash + 1)
  return [node.slice(0, slash), name === ERRORS ? ERROR_PORT : name]
}

/** How a wire of the engine is called outside: `bell.out hall.in`, or `hall/in.out hall/lamp.in`. */
export const drawnWire = (wire: Wire): string => wire.map(drawnEnd).join(' ')

function drawnEnd(end: string): string {
  const { node, port } = readEndpoint(end)
  return port === OUTSIDE_PORT ? drawnPort(node, port).join('.') : end
}

/** Gathers inside of a subflow what fails there, if its error output leads somewhere. */
const ERRORS = OUTSIDE_PORT

/** Where a drawing stands in the flow. */
interface Place {
  /** `hall/`, or nothing for the flow itself. */
  readonly path: string
  /** What people call it, in front of the names of what stands in it: `Hall › `. */
  readonly title: string
  /** What `${NAME}` in a setting stands for. */
  readonly values: Values
  /** Where that goes which fails inside and is sent nowhere inside. */
  readonly errorsTo: string | undefined
}

class Expansion {
  readonly nodes: FlowNode[] = []
  readonly wires: Wire[] = []
  readonly inside = new Map<string, Values>()
  readonly #subflows: ReadonlyMap<string, Subflow>
  /** The ids of what stands in each subflow. */
  readonly #ids: ReadonlyMap<string, ReadonlySet<string>>
  readonly #sizes: SubflowSizes
  readonly #catalogue: Catalogue
  /** What is still to be added: a list, so that no depth of nesting ends the stack. */
  readonly #open: { readonly drawing: Drawing; readonly place: Place }[] = []
  #room: Size
  readonly #filling = new Filling()

  constructor(flow: Flow, subflows: readonly Subflow[], catalogue: Catalogue) {
    this.#subflows = new Map(subflows.map((subflow) => [subflow.id, subflow]))
    this.#ids = new Map(
      subflows.map((subflow) => [subflow.id, new Set(subflow.nodes.map((node) => node.id))]),
    )
    this.#sizes = subflowSizes(subflows)
    this.#catalogue = catalogue
    this.#room = roomIn(flow)
    this.#open.push({
      drawing: flow,
      place: { path: '', title: '', values: {}, errorsTo: undefined },
    })
    for (let next = this.#open.shift(); next; next = this.#open.shift()) this.#add(next.drawing, next.place)
  }

  #add({ nodes, wires }: Drawing, place: Place): void {
    const entered = new Map(
      nodes.flatMap((node) => {
        const subflow = this.#standsFor(node, place)
        return subflow ? [[node.id, subflow] as const] : []
      }),
    )
    const endOf = (end: string): string => {
      const { node, port } = readEndpoint(end)
      return entered.has(node) ? `${place.path}${node}/${port}.${OUTSIDE_PORT}` : place.path + end
    }
    const sending = new Set<string>()
    for (const [from, to] of wires.filter((wire) =>
      wire.every((end) => this.#leadsSomewhere(end, entered)),
    )) {
      const { node, port } = readEndpoint(from)
      const isError = port === ERROR_PORT
      if (isError) sending.add(node)
      this.wires.push([
        isError && entered.has(node) ? errorsOf(place.path + node, OUTSIDE_PORT) : endOf(from),
        endOf(to),
      ])
    }
    for (const node of nodes) {
      const subflow = entered.get(node.id)
      const filled = { ...node, config: this.#configOf(node, place) }
      const isSending = sending.has(node.id)
      if (subflow) this.#enter(subflow, filled, place, isSending)
      else this.#addNode(filled, place, isSending ? undefined : place.errorsTo)
    }
  }

  /** A port of a subflow is a node in it, which may be disabled. */
  #leadsSomewhere(end: string, entered: ReadonlyMap<string, Subflow>): boolean {
    const { node, port } = readEndpoint(end)
    const subflow = entered.get(node)
    return !subflow || port === ERROR_PORT || (this.#ids.get(subflow.id)?.has(port) ?? false)
  }

  #addNode(node: FlowNode, { path, title }: Place, errorsTo: string | undefined): void {
    if (path === '') return void this.nodes.push(node)
    const id = path + node.id
    this.nodes.push({ ...node, id, name: title + (node.name ?? node.id) })
    if (errorsTo !== undefined && !isSubflowPort(node)) this.wires.push([`${id}.${ERROR_PORT}`, errorsTo])
  }

  #enter(subflow: Subflow, node: FlowNode, place: Place, isSendingErrors: boolean): void {
    const path = place.path + node.id
    const values = valuesOf(subflow, node)
    this.inside.set(path, values)
    const errorsTo = isSendingErrors ? errorsOf(path, 'in') : place.errorsTo
    if (isSendingErrors) this.nodes.push(gatheringErrors(path))
    const title = `${place.title}${node.name ?? subflow.name} › `
    this.#open.push({ drawing: subflow, place: { path: `${path}/`, title, values, errorsTo } })
  }

  /** What stands in the flow itself has to find room, with all that stands in it. */
  #standsFor(node: FlowNode, { path }: Place): Subflow | undefined {
    const id = subflowOf(node) ?? ''
    const size = this.#sizes.get(id)
    if (!size) return undefined
    if (path !== '') return this.#subflows.get(id)
    const left = roomAfter(this.#room, size)
    if (!left) return undefined
    this.#room = left
    return this.#subflows.get(id)
  }

  #configOf({ type, config }: FlowNode, { path, values }: Place): FlowNode['config'] {
    const definition = this.#catalogue.nodes.get(type)
    if (path === '' || !definition) return config
    return namingNodes(this.#filling.fill(config, values, definition), path, definition)
  }
}

const errorsOf = (path: string, port: string): string => `${path}/${ERRORS}.${port}`

const gatheringErrors = (path: string): FlowNode => ({
  id: `${path}/${ERRORS}`,
  type: SUBFLOW_OUTPUT,
  at: [0, 0],
  config: {},
})

/** Settings that name nodes name those that stand beside them; where none means all, those in the same place. */
function namingNodes(
  config: FlowNode['config'],
  path: string,
  definition: AnyNodeDefinition,
): FlowNode['config'] {
  const fields = Object.entries(definition.config.shape).filter(([, schema]) => isNodeList(schema))
  if (fields.length === 0) return config
  const named = fields.map(([field]) => {
    const ids = config[field]
    const given = Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
    return [field, given.length > 0 ? given.map((id) => path + id) : [path.slice(0, -1)]] as const
  })
  return { ...config, ...Object.fromEntries(named) }
}

const isNodeList = (schema: unknown): boolean =>
  (schema as { meta?: () => { nodes?: boolean } | undefined }).meta?.()?.nodes === true
