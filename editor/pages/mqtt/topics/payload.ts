import type { MqttPayload } from '../../../api/types.ts'

/** A payload as what it is. */
export type ReadPayload =
  | { readonly kind: 'json'; readonly value: unknown; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

export function readPayload(payload: MqttPayload): ReadPayload {
  if ('base64' in payload) {
    const bytes = Uint8Array.from(atob(payload.base64), (character) => character.charCodeAt(0))
    return { kind: 'bytes', bytes }
  }
  const { text } = payload
  const value = parseJson(text)
  return value === undefined ? { kind: 'text', text } : { kind: 'json', value, text }
}

/** How a payload can be shown. */
export type PayloadForm = 'pretty' | 'text' | 'hex'

// JSON in JavaScript knows numbers to 15 digits: with longer ones the text is shown as it came, rather than wrong.
const LONG_NUMBER = /\d{16}/

export function payloadAs(payload: ReadPayload, form: PayloadForm): string {
  if (payload.kind === 'bytes') return hexDump(payload.bytes)
  if (form === 'hex') return hexDump(new TextEncoder().encode(payload.text))
  if (form === 'pretty' && payload.kind === 'json' && !LONG_NUMBER.test(payload.text))
    return JSON.stringify(payload.value, undefined, 2)
  return payload.text
}

const BYTES_A_LINE = 16

/** Offset, bytes in hexadecimal, and the characters that can be printed. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const part = bytes.subarray(at, at + BYTES_A_LINE)
    const hex = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = Array.from(part, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
    ).join('')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(3 * BYTES_A_LINE - 1)}  ${text}`)
  }
  return lines.join('\n')
}

/** A number in a payload: where it stands, `''` for the payload itself. */
export interface NumberField {
  readonly path: string
  readonly value: number
}

const MOST_FIELDS = 50
const MOST_DEPTH = 6

/** The numbers in a payload, for a chart: `temperature`, `sensor.0.value`. */
export function numbersIn(payload: ReadPayload): readonly NumberField[] {
  const found: NumberField[] = []
  if (payload.kind === 'json') collectNumbers(payload.value, '', MOST_DEPTH, found)
  return found
}

function collectNumbers(value: unknown, path: string, depth: number, found: NumberField[]): void {
  if (found.length >= MOST_FIELDS) return
  if (typeof value === 'number') found.push({ path, value })
  else if (typeof value === 'object' && value !== null && depth > 0)
    for (const [key, inner] of Object.entries(value))
      collectNumbers(inner, path === '' ? key : `${path}.${key}`, depth - 1, found)
}

/** Nothing for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
