import type { Sentence, SentenceValues } from '#kit/sentence.ts'

/** What a walk through a value found: roughly its bytes, or why it cannot be handed to another thread. */
export type Measure =
  | { readonly ok: true; readonly bytes: number }
  | {
      readonly ok: false
      readonly code: 'FUNCTION_MESSAGE' | 'FUNCTION_MESSAGE_SIZE'
      readonly text: string
      readonly values: SentenceValues
    }

const MAX_DEPTH = 100

/** Walks a message before it is handed on; stops at the first thing too many, so that a huge one costs no more than a large one. */
export function measureMessage(message: unknown, maxBytes: number): Measure {
  let bytes = 0
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: message, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next
    const kind = typeof value
    if (kind === 'function' || kind === 'symbol') return unfit(holds(kind))
    if (depth > MAX_DEPTH) return unfit(nests)
    bytes += kind === 'string' ? (value as string).length : 8
    if (kind === 'object' && value !== null) {
      if (ArrayBuffer.isView(value)) bytes += value.byteLength
      else if (value instanceof ArrayBuffer) bytes += value.byteLength
      else for (const key in value) open.push({ value: Reflect.get(value, key), depth: depth + 1 })
    }
    if (bytes + open.length * 8 > maxBytes)
      return {
        ok: false,
        code: 'FUNCTION_MESSAGE_SIZE',
        text: `The message holds more than ${maxBytes / 1024 / 1024} MB, the most a function takes. Send it less at a time.`,
        values: { megabytes: maxBytes / 1024 / 1024 },
      }
  }
  return { ok: true, bytes }
}

const holds = (kind: string): Sentence => ({
  code: 'FUNCTION_MESSAGE_HOLDS',
  message: `it holds a ${kind}`,
  values: { kind },
})
const nests: Sentence = {
  code: 'FUNCTION_MESSAGE_NESTS',
  message: 'it nests too deeply, or contains itself',
}

const unfit = (reason: Sentence): Measure => ({
  ok: false,
  code: 'FUNCTION_MESSAGE',
  text: `The message cannot be handed to a function: ${reason.message}.`,
  values: { reason },
})
