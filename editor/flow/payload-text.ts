/** How a payload reads on one line of the debug panel, and in full. Text stands in quotes there, so that "21" is not taken for 21. */
export interface PayloadText {
  readonly line: string
  readonly full: string
  /** For a label: text, number, JSON … */
  readonly type: 'text' | 'number' | 'boolean' | 'json' | 'bytes' | 'nothing'
}

const LINE = 400

export function payloadText(payload: unknown): PayloadText {
  if (payload === null || payload === undefined) return { line: '–', full: '–', type: 'nothing' }
  if (typeof payload === 'string')
    return { line: `"${firstOf(payload.replaceAll('\n', ' ⏎ '))}"`, full: payload, type: 'text' }
  if (typeof payload === 'number') return { line: String(payload), full: String(payload), type: 'number' }
  if (typeof payload === 'boolean') return { line: String(payload), full: String(payload), type: 'boolean' }
  if (payload instanceof ArrayBuffer || ArrayBuffer.isView(payload)) return bytesText(payload)
  if (isBytesPreview(payload)) return previewText(payload)
  return { line: firstOf(JSON.stringify(payload)), full: JSON.stringify(payload, undefined, 2), type: 'json' }
}

function bytesText(payload: ArrayBuffer | ArrayBufferView): PayloadText {
  const bytes =
    payload instanceof ArrayBuffer
      ? new Uint8Array(payload)
      : new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
  return { line: firstOf(hex.slice(0, LINE).join(' ')), full: hex.join(' '), type: 'bytes' }
}

interface BytesPreview {
  readonly $bytes: number
  readonly hex: string
}

/** How the server shows bytes: their number, and the first 256. */
const isBytesPreview = (payload: object): payload is BytesPreview =>
  '$bytes' in payload &&
  typeof payload.$bytes === 'number' &&
  'hex' in payload &&
  typeof payload.hex === 'string'

function previewText({ $bytes, hex }: BytesPreview): PayloadText {
  const text = hex.match(/../g)?.join(' ') ?? ''
  const full = hex.length / 2 < $bytes ? `${text} … (${$bytes} B)` : text
  return { line: firstOf(full), full, type: 'bytes' }
}

const firstOf = (text: string): string => (text.length > LINE ? `${text.slice(0, LINE)}…` : text)
