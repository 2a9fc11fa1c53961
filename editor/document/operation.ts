import type { Flow, FlowConnection, FlowNode, Wire } from '#flows/flow.ts'

/** Where the top left corner of a node stands, in canvas pixels. */
export type Place = readonly [x: number, y: number]

/** An item with its index in the flow's list, so that undo puts it back where it stood in the file. */
export interface Listed<Item> {
  readonly index: number
  readonly item: Item
}

/** A change to a flow, as data. Each has an inverse; nothing else changes a flow. */
export type Operation =
  | {
      readonly kind: 'insert'
      readonly nodes: readonly Listed<FlowNode>[]
      readonly wires: readonly Listed<Wire>[]
      readonly connections: readonly Listed<FlowConnection>[]
    }
  | {
      readonly kind: 'remove'
      readonly nodes: readonly string[]
      /** By their keys. Wires of a node that goes must be named, too. */
      readonly wires: readonly string[]
      readonly connections: readonly string[]
    }
  | { readonly kind: 'move'; readonly places: Readonly<Record<string, Place>> }
  /** Sets fields of a node's config; `undefined` removes one. */
  | {
      readonly kind: 'configure'
      readonly node: string
      readonly fields: Readonly<Record<string, unknown>>
    }
  /** Without a name, the node shows the title of its type. */
  | { readonly kind: 'rename'; readonly node: string; readonly name: string | undefined }
  | { readonly kind: 'describe'; readonly name: string; readonly description: string }
  /** Sets all values for the flow's functions; without any, the flow has no such field. */
  | { readonly kind: 'env'; readonly env: Flow['env'] }
  | { readonly kind: 'replace'; readonly flow: Flow }

export interface Applied {
  /** The same object as before if the operation changed nothing. */
  readonly flow: Flow
  readonly inverse: Operation
}

/** What a wire is called: `bell.out quiet.in`. The live channel uses the same text. */
export const wireKey = (wire: Wire): string => `${wire[0]} ${wire[1]}`

type Apply = { [Kind in Operation['kind']]: (flow: Flow, operation: OperationOf<Kind>) => Applied }
type OperationOf<Kind> = Extract<Operation, { kind: Kind }>

/** Applies an operation to a flow, which stays as it is, and answers the new one with the way back. */
export function applyOperation(flow: Flow, operation: Operation): Applied {
  const apply = applications[operation.kind] as (flow: Flow, operation: Operation) => Applied
  return apply(flow, operation)
}

const applications: Apply = {
  insert(flow, { nodes, wires, connections }) {
    return {
      flow: {
        ...flow,
        nodes: insertAll(flow.nodes, nodes),
        wires: insertAll(flow.wires, wires),
        connections: insertAll(flow.connections, connections),
      },
      inverse: {
        kind: 'remove',
        nodes: nodes.map(({ item }) => item.id),
        wires: wires.map(({ item }) => wireKey(item)),
        connections: connections.map(({ item }) => item.id),
      },
    }
  },

  remove(flow, operation) {
    const nodes = take(flow.nodes, (node) => node.id, operation.nodes)
    const wires = take(flow.wires, wireKey, operation.wires)
    const connections = take(flow.connections, (connection) => connection.id, operation.connections)
    const inverse: Operation = {
      kind: 'insert',
      nodes: nodes.taken,
      wires: wires.taken,
      connections: connections.taken,
    }
    if (nodes.taken.length + wires.taken.length + connections.taken.length === 0) return { flow, inverse }
    return {
      flow: { ...flow, nodes: nodes.left, wires: wires.left, connections: connections.left },
      inverse,
    }
  },

  move(flow, { places }) {
    const before: Record<string, Place> = {}
    const nodes = flow.nodes.map((node) => {
      const place = Object.hasOwn(places, node.id) ? places[node.id] : undefined
      if (!place || isSameJson(place, node.at)) return node
      before[node.id] = node.at
      return { ...node, at: [place[0], place[1]] satisfies FlowNode['at'] }
    })
    const isMoved = Object.keys(before).length > 0
    return { flow: isMoved ? { ...flow, nodes } : flow, inverse: { kind: 'move', places: before } }
  },

  configure(flow, operation) {
    const before: Record<string, unknown> = {}
    const changed = changeNode(flow, operation.node, (node) => {
      const fields = Object.entries(operation.fields).filter(
        ([key, value]) => !isSameJson(node.config[key], value),
      )
      if (fields.length === 0) return node
      const config = { ...node.config }
      for (const [key, value] of fields) {
        before[key] = node.config[key]
        if (value === undefined) delete config[key]
        else config[key] = value
      }
      return { ...node, config }
    })
    return { flow: changed, inverse: { kind: 'configure', node: operation.node, fields: before } }
  },

  rename(flow, operation) {
    let before: string | undefined
    const changed = changeNode(flow, operation.node, (node) => {
      before = node.name
      if (before === operation.name) return node
      const { name: _, ...unnamed } = node
      return { ...unnamed, ...(operation.name !== undefined && { name: operation.name }) } as FlowNode
    })
    return { flow: changed, inverse: { kind: 'rename', node: operation.node, name: before } }
  },

  describe(flow, { name, description }) {
    const isSame = flow.name === name && flow.description === description
    return {
      flow: isSame ? flow : { ...flow, name, description },
      inverse: { kind: 'describe', name: flow.name, description: flow.description },
    }
  },

  env(flow, { env }) {
    const inverse: Operation = { kind: 'env', env: flow.env }
    // The order of names is part of the file.
    if (JSON.stringify(flow.env) === JSON.stringify(env)) return { flow, inverse }
    const { env: _, ...rest } = flow
    return { flow: env === undefined ? (rest as Flow) : { ...flow, env }, inverse }
  },

  replace(flow, operation) {
    return {
      flow: isSameJson(flow, operation.flow) ? flow : operation.flow,
      inverse: { kind: 'replace', flow },
    }
  },
}

function changeNode(flow: Flow, id: string, change: (node: FlowNode) => FlowNode): Flow {
  const index = flow.nodes.findIndex((node) => node.id === id)
  const node = flow.nodes[index]
  const changed = node && change(node)
  return !changed || changed === node ? flow : { ...flow, nodes: flow.nodes.with(index, changed) }
}

/** `listed` is in rising order of its indices, which count in the list that results. */
function insertAll<Item>(items: readonly Item[], listed: readonly Listed<Item>[]): Item[] {
  const result = [...items]
  for (const { index, item } of listed) result.splice(index, 0, item)
  return result
}

function take<Item>(items: Item[], keyOf: (item: Item) => string, keys: readonly string[]) {
  const wanted = new Set(keys)
  const taken: Listed<Item>[] = []
  const left = items.filter((item, index) => {
    if (!wanted.has(keyOf(item))) return true
    taken.push({ index, item })
    return false
  })
  return { taken, left: taken.length > 0 ? left : items }
}

/** Whether two JSON values say the same; the order of keys does not count. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      isSameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
}
