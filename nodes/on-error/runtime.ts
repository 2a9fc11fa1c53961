import { type Failure, implementNode } from '#kit/runtime/implement-node.ts'
import { onError } from './definition.ts'

export const onErrorRuntime = implementNode(onError, ({ config, emit, message }) => ({
  flowError({ code, node, nodeName, message: text, cause }: Failure) {
    if (config.nodes.length > 0 && !config.nodes.includes(node)) return
    const error = { code, node, nodeName, message: text }
    return emit('out', message({ payload: text, error, ...(cause && { cause }) }))
  },
}))
