import { NodeError } from '#kit/runtime/node-error.ts'
import { type Sentence, spoken } from '#kit/sentence.ts'

/** What to send: bytes and text as they are, everything else as JSON. Throws a `NodeError` for what JSON has no words for. */
export function writePayload(payload: unknown): Uint8Array | string {
  if (payload instanceof Uint8Array) return payload
  if (payload instanceof ArrayBuffer) return new Uint8Array(payload)
  if (typeof payload === 'string') return payload
  if (payload === undefined)
    throw new NodeError(
      'MQTT_NO_PAYLOAD',
      'The message has no payload, so there is nothing to publish. Set one in a node before this one.',
    )
  if (typeof payload === 'number' && !Number.isFinite(payload)) throw unwritable(String(payload))
  try {
    const text = JSON.stringify(payload)
    if (text !== undefined) return text
  } catch (cause) {
    throw unwritable(within, { cause })
  }
  throw unwritable(ofType(typeof payload))
}

const within: Sentence = {
  code: 'MQTT_PAYLOAD_WITHIN',
  message: 'something in it contains itself, or is a BigInt',
}
const ofType = (type: string): Sentence => ({
  code: 'MQTT_PAYLOAD_TYPE',
  message: `of the type ${type}`,
  values: { type },
})

const unwritable = (reason: Sentence | string, options?: ErrorOptions): NodeError =>
  new NodeError(
    'MQTT_UNWRITABLE',
    `The payload cannot be written as JSON (${spoken(reason).text}). Make text, a number or a plain object of it before this node.`,
    { ...options, values: { reason } },
  )
