import type { Flow, FlowConnection, FlowGroup, FlowNode, FlowNote, Place, Subflow, Wire } from '../flow.ts'

/** An item with its index in its list, so that undo puts it back where it stood in the file. */
export interface Listed<Item> {
  readonly index: number
  readonly item: Item
}

/** The lists of a flow or subflow whose items come and go. */
export interface Items {
  readonly nodes: readonly Listed<FlowNode>[]
  readonly wires: readonly Listed<Wire>[]
  readonly groups: readonly Listed<FlowGroup>[]
  readonly notes: readonly Listed<FlowNote>[]
  readonly connections: readonly Listed<FlowConnection>[]
  readonly subflows: readonly Listed<Subflow>[]
}

/** The same by their ids; wires by their keys. */
export type ItemIds = { readonly [List in keyof Items]: readonly string[] }

/** What single fields can be set of. */
export type Target =
  | { readonly kind: 'flow' }
  | { readonly kind: 'node' | 'note' | 'group' | 'connection' | 'subflow'; readonly id: string }

/** A drawing inside the flow; missing means the flow itself. */
interface Scope {
  /** The id of a subflow. */
  readonly in?: string
}

/**
 * A change to a flow, as JSON data. Nothing else changes a flow, and each has an inverse. It can be applied to
 * any flow: what it names and is no longer there, or is there already, is left out. So the same operations in
 * the same order give the same flow everywhere. Values are not checked here: `flowSchema` says whether what
 * results is a flow.
 */
export type Operation =
  | ({ readonly kind: 'insert' } & Scope & Partial<Items>)
  /** Wires of nodes that go go along. */
  | ({ readonly kind: 'remove' } & Scope & Partial<ItemIds>)
  /** Nodes and notes. */
  | ({ readonly kind: 'move'; readonly places: Readonly<Record<string, Place>> } & Scope)
  /** Sets fields of the config of a node or connection. */
  | ({ readonly kind: 'configure'; readonly target: ConfigTarget } & FieldChange & Scope)
  /** Sets fields of an item, but not its id, its type, its config and its lists. */
  | ({ readonly kind: 'set'; readonly target: Target } & FieldChange & Scope)
  | { readonly kind: 'replace'; readonly flow: Flow }

export type ConfigTarget = Extract<Target, { id: string }> & { readonly kind: 'node' | 'connection' }

export interface FieldChange {
  readonly fields: Readonly<Record<string, unknown>>
  /** Fields that go: JSON knows no `undefined`. */
  readonly gone?: readonly string[]
}
