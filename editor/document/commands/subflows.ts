import type { Catalogue } from '#flows/catalogue.ts'
import {
  type Drawing,
  type FlowNode,
  type FlowTest,
  type Place,
  readEndpoint,
  type Subflow,
  type Wire,
  wireKey,
} from '#flows/flow.ts'
import { freeId } from '#flows/free-id.ts'
import type { Listed, Operation } from '#flows/operations/operation.ts'
import {
  isSubflowPort,
  SUBFLOW,
  SUBFLOW_INPUT,
  SUBFLOW_OUTPUT,
  subflowOf,
  subflowsIn,
} from '#flows/subflow.ts'
import { Filling, valuesOf } from '#flows/subflow-values.ts'
import { ERROR_PORT, type Port } from '#kit/kinds.ts'
import type { FlowDocument } from '../flow-document.ts'
import { cornerOf, placeFragment, snap } from '../fragment.ts'
import { withMembers } from '../members.ts'
import type { NodeShape } from '../node-shape.ts'

type ShapeOf = (node: string) => NodeShape | undefined

/** Pixels between what stands in a new subflow and its ports. */
const BESIDE = 240

/** Opens the subflow that a node stands for, in its place: what is live inside is what happens there. */
export function enterSubflow(document: FlowDocument, node: string): boolean {
  const subflow = subflowOf(document.node(node) ?? { type: '', config: {} })
  if (subflow === undefined || !document.flow.subflows?.some(({ id }) => id === subflow)) return false
  document.enter(subflow, [...document.through, node])
  return true
}

/** Goes back to where the open subflow stands, and selects the node that stands for it. */
export function leaveSubflow(document: FlowDocument): void {
  leaveTo(document, document.through.length - 1)
}

/** Goes back to so many levels below the flow itself. */
export function leaveTo(document: FlowDocument, depth: number): void {
  const { through } = document
  if (document.scope === undefined) return
  const kept = through.slice(0, Math.max(0, depth))
  document.enter(scopeAt(document, kept), kept)
  const left = through[kept.length]
  if (left !== undefined && document.node(left)) document.select({ nodes: [left] })
}

/** Opens where a node stands: in a subflow, through the first node that stands for it; or by the path it runs under. */
export function goTo(document: FlowDocument, node: string, subflow: string | undefined): void {
  const path = node.split('/').slice(0, -1)
  if (path.length > 0) document.enter(scopeAt(document, path), path)
  else if (subflow !== document.scope) document.enter(subflow, wayTo(document, subflow))
}

/** The shortest way of nodes to a subflow; none if it is not used. */
function wayTo({ flow }: FlowDocument, subflow: string | undefined): readonly string[] {
  const ways: (readonly [subflow: string | undefined, through: readonly string[]])[] = [[undefined, []]]
  const seen = new Set<string | undefined>()
  for (const [at, through] of ways) {
    if (at === subflow) return through
    if (seen.has(at)) continue
    seen.add(at)
    const drawing = at === undefined ? flow : flow.subflows?.find(({ id }) => id === at)
    for (const node of drawing?.nodes ?? []) {
      const inner = subflowOf(node)
      if (inner !== undefined && !seen.has(inner)) ways.push([inner, [...through, node.id]])
    }
  }
  return []
}

/** The subflow that one comes to through these nodes, each standing in the one before. */
export function scopeAt({ flow }: FlowDocument, through: readonly string[]): string | undefined {
  let drawing: Drawing | undefined = flow
  let scope: string | undefined
  for (const id of through) {
    const node: FlowNode | undefined = drawing?.nodes.find((candidate) => candidate.id === id)
    scope = node && subflowOf(node)
    drawing = flow.subflows?.find((subflow) => subflow.id === scope)
  }
  return scope
}

/** Whether what is selected can become a subflow: some nodes, none of them a port of the one that is open. */
export function canMakeSubflow(document: FlowDocument): boolean {
  const { nodes } = withMembers(document.drawing, document.selection)
  return nodes.length > 0 && !nodes.some((id) => isSubflowPort(document.node(id) ?? { type: '' }))
}

/**
 * Puts what is selected into a subflow of its own, with a port for each end at which wires cross the border, and a
 * node that stands for it in its place. One step. Answers the id of that node.
 */
export function makeSubflow(
  document: FlowDocument,
  { name, shapeOf }: { readonly name: string; readonly shapeOf: ShapeOf },
): string | undefined {
  if (!canMakeSubflow(document)) return undefined
  const { drawing, flow } = document
  const named = withMembers(drawing, document.selection)
  const inside = new Set(named.nodes)
  const parts = partsOf(drawing, named)
  const crossing = crossingWires(drawing.wires, inside)
  const ports = makePorts(parts.nodes, crossing, shapeOf)
  const subflowId = freeId('subflow', (id) => flow.subflows?.some((subflow) => subflow.id === id) ?? false)
  const subflow: Subflow = {
    id: subflowId,
    name,
    description: '',
    nodes: [...parts.nodes.map(parts.leaving), ...ports.nodes],
    wires: [
      ...drawing.wires.filter((wire) => wire.every((end) => inside.has(readEndpoint(end).node))),
      ...ports.wires,
    ],
    groups: parts.groups,
    ...(parts.notes.length > 0 && { notes: parts.notes }),
  }
  const id = document.freeId(SUBFLOW)
  const outer = outerGroup(parts.nodes, new Set(named.groups))
  const corner = cornerOf(parts.nodes)
  const instance: FlowNode = {
    ...{ id, type: SUBFLOW, at: [snap(corner[0]), snap(corner[1])], config: { subflow: subflowId } },
    ...(outer !== undefined && { group: outer }),
  }
  const wires = uniqueWires([
    ...crossing.arriving.map(([from, to]): Wire => [from, `${id}.${ports.portOf(to)}`]),
    ...crossing.leaving.map(([from, to]): Wire => [`${id}.${ports.portOf(from)}`, to]),
  ])
  document.change(
    [
      { kind: 'remove', ...named },
      { kind: 'insert', subflows: [{ index: flow.subflows?.length ?? 0, item: subflow }] },
      {
        kind: 'insert',
        nodes: [{ index: drawing.nodes.length, item: instance }],
        wires: listed(wires, drawing.wires),
      },
      ...moveTests(document, inside, id),
    ],
    { code: 'subflow', count: named.nodes.length },
  )
  document.select({ nodes: [id] })
  return id
}

/** Adds a subflow in which nothing stands but an input and an output, and a node that stands for it. Answers its id. */
export function addSubflow(document: FlowDocument, name: string, at: Place): string {
  const { flow } = document
  const subflowId = freeId('subflow', (id) => flow.subflows?.some((subflow) => subflow.id === id) ?? false)
  const subflow: Subflow = {
    ...{ id: subflowId, name, description: '', groups: [] },
    nodes: [portNode(SUBFLOW_INPUT, 'in', [80, 120]), portNode(SUBFLOW_OUTPUT, 'out', [560, 120])],
    wires: [],
  }
  const id = document.freeId(SUBFLOW)
  const item: FlowNode = { id, type: SUBFLOW, at: [snap(at[0]), snap(at[1])], config: { subflow: subflowId } }
  document.change(
    [
      { kind: 'insert', subflows: [{ index: flow.subflows?.length ?? 0, item: subflow }] },
      { kind: 'insert', nodes: [{ index: document.drawing.nodes.length, item }] },
    ],
    { code: 'subflow', count: 1 },
  )
  document.select({ nodes: [id] })
  return id
}

/** Puts what a node stands for in its place, with the values it has there, and takes the node away. One step. */
export function unpackSubflow(document: FlowDocument, node: string, catalogue: Catalogue): void {
  const { drawing, flow } = document
  const instance = document.node(node)
  const subflow = flow.subflows?.find(({ id }) => id === subflowOf(instance ?? { type: '', config: {} }))
  if (!instance || !subflow) return
  const inner = subflow.nodes.filter((each) => !isSubflowPort(each))
  const corner = cornerOf([...inner, ...(subflow.notes ?? [])])
  const filling = new Filling()
  const values = valuesOf(subflow, instance)
  const placed = placeFragment(
    {
      nodes: inner.map((each) => {
        const definition = catalogue.nodes.get(each.type)
        return definition ? { ...each, config: filling.fill(each.config, values, definition) } : each
      }),
      wires: [],
      groups: subflow.groups,
      notes: subflow.notes ?? [],
      connections: [],
      subflows: [],
    },
    {
      nodes: drawing.nodes,
      notes: drawing.notes ?? [],
      groups: drawing.groups,
      subflows: flow.subflows ?? [],
      corner: inner.length > 0 ? instance.at : corner,
    },
  )
  const ids = new Map(inner.map(({ id }, index) => [id, placed.nodes[index]?.id ?? id]))
  const own = instance.group
  const nodes = placed.nodes.map((each) =>
    each.group === undefined && own !== undefined ? { ...each, group: own } : each,
  )
  const wires = unpackedWires(drawing, instance.id, subflow, ids)
  document.change(
    [
      { kind: 'remove', nodes: [instance.id] },
      {
        kind: 'insert',
        nodes: listed(nodes, drawing.nodes),
        wires: listed(wires, drawing.wires),
        groups: listed(placed.groups, drawing.groups),
        notes: listed(placed.notes, drawing.notes),
      },
    ],
    { code: 'subflow', count: nodes.length },
  )
  document.select({ nodes: nodes.map(({ id }) => id), notes: placed.notes.map(({ id }) => id) })
}

/** The subflows that no node of the flow stands for, directly or inside another. */
export function unusedSubflows({ flow }: Pick<FlowDocument, 'flow'>): readonly Subflow[] {
  const used = new Set(subflowsIn(flow, flow.nodes))
  return (flow.subflows ?? []).filter((subflow) => !used.has(subflow))
}

/** Removes the subflows that are not used, but not the one that is open. One step. */
export function removeUnusedSubflows(document: FlowDocument): void {
  const unused = unusedSubflows(document).filter(({ id }) => id !== document.scope)
  if (unused.length === 0) return
  document.change([{ kind: 'remove', subflows: unused.map(({ id }) => id) }], {
    code: 'subflow',
    count: unused.length,
  })
}

/** Sets what a value is where a node stands for a subflow; `undefined` gives it back its standard. */
export function setValue(
  document: FlowDocument,
  node: string,
  name: string,
  value: string | number | boolean | undefined,
): void {
  const before = document.node(node)?.config['values']
  const { [name]: _, ...others } = (typeof before === 'object' && before !== null ? before : {}) as Record<
    string,
    unknown
  >
  const values = value === undefined ? others : { ...others, [name]: value }
  document.configure(node, { values: Object.keys(values).length > 0 ? values : undefined })
}

/** Behind all that stands in a list. */
const listed = <Item>(items: readonly Item[], standing: readonly unknown[] = []): readonly Listed<Item>[] =>
  items.map((item, offset) => ({ index: standing.length + offset, item }))

function partsOf(drawing: Drawing, named: ReturnType<typeof withMembers>) {
  const has = (ids: readonly string[]) => {
    const known = new Set(ids)
    return ({ id }: { readonly id: string }) => known.has(id)
  }
  const groups = drawing.groups.filter(has(named.groups))
  const leaving = <Item extends { readonly group?: string | undefined }>(item: Item): Item => {
    if (item.group === undefined || named.groups.includes(item.group)) return item
    const { group: _group, ...rest } = item
    return rest as Item
  }
  return {
    nodes: drawing.nodes.filter(has(named.nodes)),
    notes: (drawing.notes ?? []).filter(has(named.notes)).map(leaving),
    groups,
    leaving,
  }
}

/** The group in which all stood and which stays outside. */
function outerGroup(nodes: readonly FlowNode[], inside: ReadonlySet<string>): string | undefined {
  const [group, ...others] = [...new Set(nodes.map((node) => node.group))]
  return others.length === 0 && group !== undefined && !inside.has(group) ? group : undefined
}

interface Crossing {
  readonly arriving: readonly Wire[]
  readonly leaving: readonly Wire[]
}

function crossingWires(wires: readonly Wire[], inside: ReadonlySet<string>): Crossing {
  const isInside = (end: string) => inside.has(readEndpoint(end).node)
  return {
    arriving: wires.filter(([from, to]) => !isInside(from) && isInside(to)),
    leaving: wires.filter(([from, to]) => isInside(from) && !isInside(to)),
  }
}

/** A port for each end inside at which wires cross the border. */
function makePorts(nodes: readonly FlowNode[], { arriving, leaving }: Crossing, shapeOf: ShapeOf) {
  const taken = new Set(nodes.map(({ id }) => id).concat(ERROR_PORT))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const xs = nodes.map(({ at }) => at[0])
  const portIds = new Map<string, string>()
  const made: FlowNode[] = []
  const wires: Wire[] = []
  const add = (type: string, ends: ReadonlySet<string>) => {
    for (const end of ends) {
      const isInput = type === SUBFLOW_INPUT
      const { node, port } = readEndpoint(end)
      const id = freeId(isInput ? 'in' : 'out', (wanted) => taken.has(wanted))
      taken.add(id)
      portIds.set(end, id)
      const shape = shapeOf(node)
      const found = (isInput ? shape?.inputs : shape?.outputs)?.find((each) => each.id === port)?.port
      const y = byId.get(node)?.at[1] ?? 0
      const at: Place = [
        isInput ? Math.min(...xs) - BESIDE : Math.max(...xs) + BESIDE,
        freeRow(made, type, y),
      ]
      const title = ends.size > 1 ? titleOf(byId.get(node), port) : undefined
      made.push({
        ...portNode(type, id, at, port === ERROR_PORT ? undefined : found),
        ...(title && { name: title }),
      })
      wires.push(isInput ? [`${id}.out`, end] : [end, `${id}.in`])
    }
  }
  add(SUBFLOW_INPUT, new Set(arriving.map(([, to]) => to)))
  add(SUBFLOW_OUTPUT, new Set(leaving.map(([from]) => from)))
  return { nodes: made, wires, portOf: (end: string) => portIds.get(end) ?? end }
}

const titleOf = (node: FlowNode | undefined, port: string): string | undefined =>
  node && (port === 'in' || port === 'out' ? (node.name ?? node.id) : `${node.name ?? node.id} ${port}`)

/** Ports of one side stand below one another: that is their order outside. */
function freeRow(made: readonly FlowNode[], type: string, y: number): number {
  const rows = made.filter((node) => node.type === type).map(({ at }) => at[1])
  let row = y
  while (rows.some((other) => Math.abs(other - row) < 80)) row += 80
  return row
}

const portNode = (
  type: string,
  id: string,
  at: Place,
  { kind = 'any', unit }: Partial<Port> = {},
): FlowNode => ({
  ...{ id, type, at: [snap(at[0]), snap(at[1])] },
  config: { ...(kind !== 'any' && { kind }), ...(unit && { unit }) },
})

/** What came in by a port goes on to where that led inside, and so does what leaves. */
function unpackedWires(
  drawing: Drawing,
  instance: string,
  subflow: Subflow,
  ids: ReadonlyMap<string, string>,
): readonly Wire[] {
  const isPort = new Set(subflow.nodes.filter(isSubflowPort).map(({ id }) => id))
  const placed = (end: string): string => {
    const { node, port } = readEndpoint(end)
    return `${ids.get(node) ?? node}.${port}`
  }
  const outside = drawing.wires
  const sourcesOf = (end: string): readonly string[] => {
    const { node } = readEndpoint(end)
    if (!isPort.has(node)) return [placed(end)]
    return outside.filter(([, to]) => to === `${instance}.${node}`).map(([from]) => from)
  }
  const targetsOf = (end: string): readonly string[] => {
    const { node } = readEndpoint(end)
    if (!isPort.has(node)) return [placed(end)]
    return outside.filter(([from]) => from === `${instance}.${node}`).map(([, to]) => to)
  }
  const sending = new Set(
    subflow.wires.filter(([from]) => readEndpoint(from).port === ERROR_PORT).map(([from]) => from),
  )
  const errors = outside
    .filter(([from]) => from === `${instance}.${ERROR_PORT}`)
    .flatMap(([, to]) =>
      [...ids.keys()]
        .filter((id) => !sending.has(`${id}.${ERROR_PORT}`))
        .map((id): Wire => [placed(`${id}.${ERROR_PORT}`), to]),
    )
  const through = subflow.wires.flatMap(([from, to]) =>
    sourcesOf(from).flatMap((source) => targetsOf(to).map((target): Wire => [source, target])),
  )
  const isGone = (wire: Wire) => wire.some((end) => readEndpoint(end).node === instance)
  return uniqueWires([...through, ...errors]).filter((wire) => !isGone(wire))
}

const uniqueWires = (wires: readonly Wire[]): readonly Wire[] => [
  ...new Map(wires.map((wire) => [wireKey(wire), wire])).values(),
]

/** Tests of the flow name what has moved by its new place. */
function moveTests(
  { flow, scope }: FlowDocument,
  inside: ReadonlySet<string>,
  into: string,
): readonly Operation[] {
  if (scope !== undefined) return []
  const moved = (place: string): string =>
    inside.has(place.split('.', 1)[0] ?? '') ? `${into}/${place}` : place
  const tests = flow.tests.map(
    (test): FlowTest => ({
      ...test,
      send: test.send.map((sent) => ({ ...sent, to: moved(sent.to) })),
      expect: test.expect.map((expected) => ({ ...expected, at: moved(expected.at) })),
    }),
  )
  if (JSON.stringify(tests) === JSON.stringify(flow.tests)) return []
  return [{ kind: 'set', target: { kind: 'flow' }, fields: { tests } }]
}
