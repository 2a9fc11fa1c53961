/** How a person writes a payload. */
export const payloadKinds = ['text', 'number', 'boolean', 'json'] as const
export type PayloadKind = (typeof payloadKinds)[number]

/** A payload as it is typed, right or wrong. */
export interface TypedPayload {
  readonly kind: PayloadKind
  readonly text: string
}

/** What a fault is called; a key of the texts. */
export type PayloadFault = 'faultNumber' | 'faultJson'

export type ReadPayload =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: PayloadFault }

/** The payload that is meant. Nothing typed is the empty text, and in JSON nothing at all (`null`). */
export function readTyped({ kind, text }: TypedPayload): ReadPayload {
  switch (kind) {
    case 'text':
      return { ok: true, value: text }
    case 'boolean':
      return { ok: true, value: text === 'true' }
    case 'number':
      return readNumber(text)
    case 'json':
      return readJson(text)
  }
}

/** A decimal comma is understood, too. */
function readNumber(text: string): ReadPayload {
  const value = Number(text.trim().replace(',', '.'))
  const isNumber = text.trim() !== '' && Number.isFinite(value)
  return isNumber ? { ok: true, value } : { ok: false, fault: 'faultNumber' }
}

function readJson(text: string): ReadPayload {
  if (text.trim() === '') return { ok: true, value: null }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, fault: 'faultJson' } // that it throws is the answer
  }
}

/** How a payload is typed. */
export function writeTyped(value: unknown): TypedPayload {
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (typeof value === 'number') return { kind: 'number', text: String(value) }
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value) }
  return { kind: 'json', text: JSON.stringify(value ?? null) }
}

/** The same in another kind, as far as it makes sense there. */
export function asKind({ text }: TypedPayload, kind: PayloadKind): TypedPayload {
  if (kind === 'boolean') return { kind, text: text === 'true' || text === '1' ? 'true' : 'false' }
  return { kind, text }
}
