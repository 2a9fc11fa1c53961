import { type Drawing, type FlowNode, type Place, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import { freeId } from '#flows/free-id.ts'
import type { Operation } from '#flows/operations/operation.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { ERROR_PORT, fits, type Kind, type PortMap } from '#kit/kinds.ts'
import { kindAt, type OpenWire } from './fitting.ts'
import { snap } from './fragment.ts'
import { withMembers } from './members.ts'
import { freshPorts, type NodeShape } from './node-shape.ts'
import type { Shapes } from './shape-drawing.ts'
import { refuseWire } from './wiring.ts'

/** Where a new step goes. */
export type Spot =
  /** Between an output and all that follows there. */
  | { readonly kind: 'after'; readonly node: string; readonly port: string }
  /** Beside what follows there. */
  | { readonly kind: 'branch'; readonly node: string; readonly port: string }
  /** Between a node and all that leads to it. */
  | { readonly kind: 'before'; readonly node: string }
  /** The beginning of a rule of its own, in a group or in none. */
  | { readonly kind: 'rule'; readonly group?: string }

/** A drawing with its shapes: what edits are made on. */
export interface ListedDrawing {
  readonly drawing: Drawing
  readonly shapes: Shapes
}

/** A change to the drawing, and the node to look at then. */
export interface ListEdit {
  readonly operations: readonly Operation[]
  readonly node: string
}

/** Of the places where steps are put, in canvas pixels. */
const COLUMN = 256
const ROW = 96

/** Whether a node type makes sense at a spot: something can reach it there, and it can go on. */
export function fitsSpot(
  listed: ListedDrawing,
  definition: AnyNodeDefinition,
  spot: Spot,
  config?: FlowNode['config'],
): boolean {
  const { inputs, outputs } = freshPorts(definition, config)
  if (spot.kind === 'rule') return Object.keys(inputs).length === 0
  if (spot.kind !== 'before') {
    const sent = sentBy(listed, spot.node, spot.port)
    return sent !== undefined && firstPort(inputs, (kind) => fits(sent, kind)) !== undefined
  }
  const taken = firstInput(listed.shapes.get(spot.node))
  if (taken === undefined || firstPort(outputs, (kind) => fits(kind, taken)) === undefined) return false
  const arriving = wiresTo(listed.drawing, spot.node)
  if (arriving.length === 0) return true
  return between(listed, arriving, inputs, outputs).length > 0
}

/** The end that a new step is wired to at a spot; nothing where it begins a rule. */
export function openAt(listed: ListedDrawing, spot: Spot): OpenWire | undefined {
  if (spot.kind === 'rule') return undefined
  const side = spot.kind === 'before' ? 'input' : 'output'
  const port = spot.kind === 'before' ? firstInputId(listed, spot.node) : spot.port
  if (port === undefined) return undefined
  const end = { node: spot.node, port, side } as const
  const kind = kindAt(listed.shapes.get(spot.node), end)
  return kind && { end, kind }
}

/** Puts a new step at a spot, wired as one would expect; what does not fit behind it stays as it is wired. */
export function insertStep(
  listed: ListedDrawing,
  definition: AnyNodeDefinition,
  spot: Spot,
  config: FlowNode['config'] = {},
): ListEdit | undefined {
  if (!fitsSpot(listed, definition, spot, config)) return undefined
  const { drawing } = listed
  const id = freeId(definition.type, (taken) => drawing.nodes.some((node) => node.id === taken))
  const group = groupAt(drawing, spot)
  const node: FlowNode = {
    id,
    type: definition.type,
    at: [...placeFor(drawing, spot)],
    ...(group !== undefined && { group }),
    ...(definition.version > 1 && { version: definition.version }),
    config,
  }
  const { removed, added } = rewire(listed, freshPorts(definition, config), spot, id)
  return {
    node: id,
    operations: [
      ...(removed.length > 0 ? [{ kind: 'remove' as const, wires: removed.map(wireKey) }] : []),
      {
        kind: 'insert',
        nodes: [{ index: drawing.nodes.length, item: node }],
        wires: listedAtEnd(drawing.wires.length - removed.length, added),
      },
    ],
  }
}

interface Rewiring {
  readonly removed: readonly Wire[]
  readonly added: readonly Wire[]
}

interface Ports {
  readonly inputs: PortMap
  readonly outputs: PortMap
}

function rewire(listed: ListedDrawing, { inputs, outputs }: Ports, spot: Spot, id: string): Rewiring {
  if (spot.kind === 'rule') return { removed: [], added: [] }
  if (spot.kind === 'before') {
    const arriving = wiresTo(listed.drawing, spot.node)
    const taken = firstInput(listed.shapes.get(spot.node))
    const own = firstPort(outputs, (kind) => taken !== undefined && fits(kind, taken))
    if (arriving.length === 0)
      return { removed: [], added: [[`${id}.${own}`, `${spot.node}.${firstInputId(listed, spot.node)}`]] }
    const pairs = between(listed, arriving, inputs, outputs)
    return {
      removed: pairs.map(({ wire }) => wire),
      added: unique(
        pairs.flatMap(({ wire: [from, to], input, output }): Wire[] => [
          [from, `${id}.${input}`],
          [`${id}.${output}`, to],
        ]),
      ),
    }
  }
  const from = `${spot.node}.${spot.port}`
  const sent = sentBy(listed, spot.node, spot.port)
  const input = firstPort(inputs, (kind) => sent !== undefined && fits(sent, kind))
  const first: Wire = [from, `${id}.${input}`]
  if (spot.kind === 'branch') return { removed: [], added: [first] }
  const following = listed.drawing.wires.filter((wire) => wire[0] === from)
  const moved = following.flatMap((wire) => {
    const kind = takenAt(listed, wire[1])
    const output = kind && firstPort(outputs, (own) => fits(own, kind))
    return output === undefined ? [] : [{ wire, output }]
  })
  return {
    removed: moved.map(({ wire }) => wire),
    added: unique([first, ...moved.map(({ wire, output }): Wire => [`${id}.${output}`, wire[1]])]),
  }
}

/** Takes a step away and joins what led to it with what followed, where that is legal. */
export function removeStep(listed: ListedDrawing, id: string): readonly Operation[] {
  const { drawing } = listed
  const follows = wiresFrom(drawing, id).filter(([from]) => readEndpoint(from).port !== ERROR_PORT)
  const rest: Drawing = {
    ...drawing,
    wires: drawing.wires.filter((wire) => wire.every((end) => readEndpoint(end).node !== id)),
  }
  const joined = unique(
    wiresTo(drawing, id).flatMap(([from]) => follows.map(([, to]): Wire => [from, to])),
  ).filter((wire) => isLegal({ ...listed, drawing: rest }, wire))
  const { groups } = withMembers(drawing, { nodes: [id] })
  return [
    { kind: 'remove', nodes: [id], groups },
    ...(joined.length > 0
      ? [{ kind: 'insert' as const, wires: listedAtEnd(rest.wires.length, joined) }]
      : []),
  ]
}

/** Lets two steps of a chain change places; nothing where the wires between would not be legal, or across a group's border. */
export function moveStep(
  listed: ListedDrawing,
  id: string,
  direction: 'up' | 'down',
): readonly Operation[] | undefined {
  const { drawing } = listed
  const [upper, lower] = direction === 'down' ? [id, onlyNext(listed, id)] : [onlyBefore(listed, id), id]
  if (upper === undefined || lower === undefined) return undefined
  const [above, below] = [nodeOf(drawing, upper), nodeOf(drawing, lower)]
  const [inAbove, inBelow] = [firstInputId(listed, upper), firstInputId(listed, lower)]
  const [outAbove, outBelow] = [onlyOutput(listed, upper), onlyOutput(listed, lower)]
  if (!above || !below || !inAbove || !inBelow || !outAbove || !outBelow) return undefined
  const arriving = wiresTo(drawing, upper)
  const leaving = wiresFrom(drawing, lower).filter(([from]) => from === `${lower}.${outBelow}`)
  const middle = drawing.wires.filter(
    ([from, to]) => from === `${upper}.${outAbove}` && readEndpoint(to).node === lower,
  )
  if (arriving.length === 0 || above.group !== below.group) return undefined
  const removed = [...arriving, ...middle, ...leaving]
  const kept = drawing.wires.filter((wire) => !removed.includes(wire))
  const added = unique([
    ...arriving.map(([from]): Wire => [from, `${lower}.${inBelow}`]),
    [`${lower}.${outBelow}`, `${upper}.${inAbove}`],
    ...leaving.map(([, to]): Wire => [`${upper}.${outAbove}`, to]),
  ])
  const rest = { ...listed, drawing: { ...drawing, wires: kept } }
  if (!added.every((wire) => isLegal(rest, wire))) return undefined
  return [
    { kind: 'remove', wires: removed.map(wireKey) },
    { kind: 'insert', wires: listedAtEnd(kept.length, added) },
    { kind: 'move', places: { [upper]: below.at, [lower]: above.at } },
  ]
}

/** The one step that follows, if only it follows and only this one leads there. */
function onlyNext(listed: ListedDrawing, id: string): string | undefined {
  const output = onlyOutput(listed, id)
  const [wire, ...more] = wiresFrom(listed.drawing, id).filter(([from]) => from === `${id}.${output}`)
  if (!wire || more.length > 0) return undefined
  const next = readEndpoint(wire[1]).node
  return wiresTo(listed.drawing, next).length === 1 && next !== id ? next : undefined
}

function onlyBefore(listed: ListedDrawing, id: string): string | undefined {
  const [wire, ...more] = wiresTo(listed.drawing, id)
  if (!wire || more.length > 0) return undefined
  const before = readEndpoint(wire[0]).node
  return onlyNext(listed, before) === id ? before : undefined
}

/** Its only output besides the one for errors. */
function onlyOutput({ shapes }: ListedDrawing, id: string): string | undefined {
  const [output, ...more] = shapes.get(id)?.outputs.filter((port) => port.id !== ERROR_PORT) ?? []
  return more.length === 0 ? output?.id : undefined
}

/** Wires between which a new node fits, with the ports it takes. */
function between(
  listed: ListedDrawing,
  wires: readonly Wire[],
  inputs: PortMap,
  outputs: PortMap,
): readonly { readonly wire: Wire; readonly input: string; readonly output: string }[] {
  return wires.flatMap((wire) => {
    const { node, port } = readEndpoint(wire[0])
    const [sent, taken] = [sentBy(listed, node, port), takenAt(listed, wire[1])]
    const input = sent && firstPort(inputs, (kind) => fits(sent, kind))
    const output = taken && firstPort(outputs, (kind) => fits(kind, taken))
    return input === undefined || output === undefined ? [] : [{ wire, input, output }]
  })
}

/** What leaves a port; the output for errors leads anywhere. */
function sentBy({ shapes }: ListedDrawing, node: string, port: string): Kind | undefined {
  if (port === ERROR_PORT) return 'any'
  const found = shapes.get(node)?.outputs.find(({ id, isMissing }) => id === port && !isMissing)
  return found?.port.kind
}

function takenAt({ shapes }: ListedDrawing, end: string): Kind | undefined {
  const { node, port } = readEndpoint(end)
  return shapes.get(node)?.inputs.find(({ id, isMissing }) => id === port && !isMissing)?.port.kind
}

const firstInput = (shape: NodeShape | undefined): Kind | undefined =>
  shape?.inputs.find(({ isMissing }) => !isMissing)?.port.kind
const firstInputId = ({ shapes }: ListedDrawing, node: string): string | undefined =>
  shapes.get(node)?.inputs.find(({ isMissing }) => !isMissing)?.id

const firstPort = (ports: PortMap, isFitting: (kind: Kind) => boolean): string | undefined =>
  Object.entries(ports).find(([, { kind }]) => isFitting(kind))?.[0]

const isLegal = ({ drawing, shapes }: ListedDrawing, wire: Wire): boolean =>
  refuseWire(drawing, (node) => shapes.get(node), wire) === undefined

const wiresTo = ({ wires }: Drawing, node: string): readonly Wire[] =>
  wires.filter(([from, to]) => readEndpoint(to).node === node && readEndpoint(from).node !== node)
const wiresFrom = ({ wires }: Drawing, node: string): readonly Wire[] =>
  wires.filter(([from, to]) => readEndpoint(from).node === node && readEndpoint(to).node !== node)
const nodeOf = ({ nodes }: Drawing, id: string): FlowNode | undefined => nodes.find((node) => node.id === id)

const unique = (wires: readonly Wire[]): readonly Wire[] => [
  ...new Map(wires.map((wire) => [wireKey(wire), wire])).values(),
]
const listedAtEnd = (length: number, wires: readonly Wire[]) =>
  wires.map((item, offset) => ({ index: length + offset, item }))

/** What belongs to a step stands in its group. */
export function groupAt({ nodes }: Drawing, spot: Spot): string | undefined {
  return spot.kind === 'rule' ? spot.group : nodes.find(({ id }) => id === spot.node)?.group
}

/** Where nothing stands: beside the node it belongs to; a new rule under everything, or under all of its group. */
export function placeFor(drawing: Drawing, spot: Spot): Place {
  const { nodes } = drawing
  const anchor = spot.kind === 'rule' ? undefined : nodes.find(({ id }) => id === spot.node)
  const [left, top] = anchor?.at ?? placeUnder(drawing, spot.kind === 'rule' ? spot.group : undefined)
  const x = left + (spot.kind === 'before' ? -COLUMN : anchor ? COLUMN : 0)
  let y = top
  while (nodes.some(({ at }) => Math.abs(at[0] - x) < COLUMN - 40 && Math.abs(at[1] - y) < ROW - 16)) y += ROW
  return [x, y]
}

/** Under everything, or under all that stands in a group; in line with the leftmost. */
export function placeUnder(drawing: Drawing, group?: string): Place {
  const isIn = (item: { readonly group?: string | undefined }) => group === undefined || item.group === group
  const corners = [
    ...drawing.nodes.filter(isIn).map(({ at: [x, y] }) => ({ x, bottom: y + ROW / 2 })),
    ...(drawing.notes ?? []).filter(isIn).map(({ at: [x, y], size }) => ({ x, bottom: y + size[1] })),
  ]
  if (corners.length === 0) return group === undefined ? [0, 0] : placeUnder(drawing)
  const bottom = Math.max(...corners.map((corner) => corner.bottom))
  return [Math.min(...corners.map(({ x }) => x)), snap(bottom + ROW)]
}
