import type { MqttPacket } from '#kit/mqtt.ts'
import { NodeError } from '#kit/runtime/node-error.ts'

export type PayloadFormat = 'auto' | 'json' | 'number' | 'text' | 'bytes'
type Sent = Pick<MqttPacket, 'topic' | 'payload' | 'text'>
type Read = (sent: Sent) => unknown

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
/** A decimal number as devices print it; not `0x10`, not `Infinity`, and no code with leading zeros such as `007`. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Reads what a device has sent. Throws a `NodeError` that names the topic if it is not of this format. */
export const readPayload: Readonly<Record<PayloadFormat, Read>> = {
  bytes: ownBytes,
  text: readText,
  json: (sent) => {
    const text = readText(sent)
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw notJson(sent.topic, shorten(text), { cause })
    }
  },
  number: (sent) => {
    const text = readText(sent).trim()
    if (!decimal.test(text)) throw notANumber(sent.topic, shorten(text))
    return Number(text)
  },
  auto: (sent) => {
    const text = tryText(sent)
    return text === undefined ? ownBytes(sent) : guess(text)
  },
}

/** The broker's own may go to others as well. */
function ownBytes({ payload }: Sent): Uint8Array {
  return Uint8Array.prototype.slice.call(payload)
}

/** JSON where it is JSON, and text else: `21.5`, `true`, `{"a":1}`, `on`. */
function guess(text: string): unknown {
  if (!/^\s*(?:[-\d[{"]|true|false|null)/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text // not JSON after all, which is what this tried out
  }
}

function readText(sent: Sent): string {
  const text = tryText(sent)
  if (text !== undefined) return text
  const { topic } = sent
  throw new NodeError(
    'MQTT_PAYLOAD_TEXT',
    `The message on "${topic}" is not text in UTF-8. Set "Payload" to bytes, or mend what sends it.`,
    { field: 'payload', values: { topic } },
  )
}

function tryText(sent: Sent): string | undefined {
  const { text } = sent
  if (text !== undefined) return text
  try {
    return strict.decode(sent.payload)
  } catch {
    return undefined // not UTF-8, which is what this asks
  }
}

const notJson = (topic: string, text: string, options: ErrorOptions): NodeError =>
  new NodeError(
    'MQTT_PAYLOAD_JSON',
    `The message on "${topic}" is not JSON: ${text}. Choose another "Payload", or mend what sends it.`,
    { ...options, field: 'payload', values: { topic, text } },
  )

const notANumber = (topic: string, text: string): NodeError =>
  new NodeError(
    'MQTT_PAYLOAD_NUMBER',
    `The message on "${topic}" is not a number: ${text}. Choose another "Payload", or mend what sends it.`,
    { field: 'payload', values: { topic, text } },
  )

const shorten = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
