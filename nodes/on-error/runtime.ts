import { type Failure, implementNode } from '#kit/runtime/implement-node.ts'
import { onError } from './definition.ts'

export const onErrorRuntime = implementNode(onError, ({ config, emit, message }) => ({
  takesError: ({ node }: Failure) =>
    config.nodes.length === 0 || config.nodes.some((id) => node === id || node.startsWith(`${id}/`)),
  flowError({ code, node, nodeName, message: text, cause }: Failure) {
    const error = { code, node, nodeName, message: text }
    return emit('out', message({ payload: text, error, ...(cause && { cause }) }))
  },
}))
