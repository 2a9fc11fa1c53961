import { compileProperty } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { debug } from './definition.ts'

const MAX_STATUS_LENGTH = 40

export const debugRuntime = implementNode(debug, ({ config, show, status }) => {
  const { property, active, showStatus } = config
  if (!active) return { in() {} }
  const read = compileProperty(property)
  const readShown = compileProperty(property || 'payload')
  return {
    in(message) {
      const { id, topic } = message
      if (property === '') show(message)
      else
        show({
          id,
          ...(topic !== undefined && { topic }),
          payload: read(message),
          property,
        })
      if (showStatus) status('ok', summarize(readShown(message)))
    },
  }
})

/** A value in a few words. */
function summarize(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
  return text.length > MAX_STATUS_LENGTH ? `${text.slice(0, MAX_STATUS_LENGTH - 1)}…` : text
}
