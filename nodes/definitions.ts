import type { ConnectionDefinition } from '#kit/define-connection.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'

/** Every node type, one line each, in the order of the palette. */
export const nodeDefinitions: readonly AnyNodeDefinition[] = []

// biome-ignore lint/suspicious/noExplicitAny: a list of connection types has no common config
export const connectionDefinitions: readonly ConnectionDefinition<any, any>[] = []
