import type { ConnectionDefinition } from '#kit/define-connection.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import type { Subflow } from './flow.ts'

/** The node and connection types that a flow is read against. */
export interface Catalogue {
  readonly nodes: ReadonlyMap<string, AnyNodeDefinition>
  readonly connections: ReadonlyMap<string, ConnectionDefinition>
  /** The subflows of the flow that is read against it. */
  readonly subflows?: readonly Pick<Subflow, 'id' | 'name' | 'description'>[]
  /** The subflow that is drawn, where one is. */
  readonly within?: string | undefined
}

export function makeCatalogue(
  nodes: readonly AnyNodeDefinition[],
  connections: readonly ConnectionDefinition[],
): Catalogue {
  return {
    nodes: new Map(nodes.map((definition) => [definition.type, definition])),
    connections: new Map(connections.map((definition) => [definition.type, definition])),
  }
}
