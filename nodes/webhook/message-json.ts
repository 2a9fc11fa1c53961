import type { Message } from '#kit/message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'

/** The message as JSON: its id, topic, payload and other properties. Bytes are written as base64. */
export function messageJson({ id, topic, payload, ...rest }: Message): string {
  try {
    return JSON.stringify(
      { id, topic, payload, ...rest },
      function (this: Record<string, unknown>, key, value: unknown) {
        const raw = this[key]
        if (raw instanceof Uint8Array) return Buffer.from(raw).toString('base64')
        return typeof value === 'bigint' ? String(value) : value
      },
    )
  } catch (cause) {
    throw new NodeError(
      'WEBHOOK_MESSAGE',
      'The message cannot be written as JSON, for it contains itself. Choose JSON of your own as body.',
      { field: 'content', cause },
    )
  }
}
