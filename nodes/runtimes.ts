import type { AnyConnectionRuntime } from '#kit/runtime/implement-connection.ts'
import type { AnyNodeRuntime } from '#kit/runtime/implement-node.ts'

/** The behaviour of every node type, one line each. */
export const nodeRuntimes: readonly AnyNodeRuntime[] = []

export const connectionRuntimes: readonly AnyConnectionRuntime[] = []
