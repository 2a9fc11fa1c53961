import { types } from 'node:util'

const MAX_ITEMS = 200
const MAX_DEPTH = 12
const MAX_BYTES_SHOWN = 256

/** How large a preview may be. */
export interface PreviewLimits {
  /** Letters of one text; ten times as many in all. */
  readonly text: number
  /** Values in all, so that no message becomes a flood. */
  readonly values: number
}

const usual: PreviewLimits = { text: 10_000, values: 2_000 }
/** From here on, writing its digits takes long. */
const LARGE = 2n ** 128n

/** Bytes as a preview shows them: how many, and the first 256 in hexadecimal. */
export interface BytesPreview {
  readonly $bytes: number
  readonly hex: string
}

/**
 * A copy of a value that is safe to send and bounded in size (about 100 kB at most, mostly far less): long texts and
 * lists are cut and say by how much, bytes become a `BytesPreview`, and what JSON does not know becomes text. The value
 * may come from anywhere: no getter and no proxy is called.
 */
export const preview = (value: unknown, limits = usual): unknown => previewOf(value, limits).value

/** The same, and whether something was left out. */
export function previewOf(
  value: unknown,
  limits = usual,
): { readonly value: unknown; readonly isCut: boolean } {
  const previewer = new Previewer(limits)
  return { value: previewer.show(value, MAX_DEPTH), isCut: previewer.isCut }
}

class Previewer {
  isCut = false
  readonly #above = new Set<unknown>()
  readonly #longest: number
  #values: number
  #text: number

  constructor({ text, values }: PreviewLimits) {
    this.#longest = text
    this.#values = values
    this.#text = 10 * text
  }

  show(value: unknown, depth: number): unknown {
    if (this.#values-- <= 0) return this.#leftOut()
    if (typeof value === 'string') return this.#cut(value)
    if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value
    if (typeof value !== 'object') return value === undefined ? null : this.#plain(value)
    if (types.isProxy(value)) return this.#leftOut()
    if (types.isUint8Array(value)) return this.#bytes(value)
    if (types.isDate(value)) return dateText(value)
    if (types.isNativeError(value)) return this.#error(value)
    if (this.#above.has(value)) return '(circular)'
    if (depth === 0) return this.#leftOut()
    this.#above.add(value)
    const shown = Array.isArray(value) ? this.#list(value, depth) : this.#members(value, depth)
    this.#above.delete(value)
    return shown
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const shown: unknown[] = []
    const length = Math.min(list.length, MAX_ITEMS)
    for (let index = 0; index < length; index++) shown.push(this.#held(list, String(index), depth - 1))
    if (list.length > MAX_ITEMS) shown.push(this.#leftOut(`… ${list.length - MAX_ITEMS} more`))
    return shown
  }

  #members(value: object, depth: number): unknown {
    const entries = types.isMap(value) ? [...value] : undefined
    const keys = entries ? [] : Object.keys(value)
    const count = entries?.length ?? keys.length
    const shown = entries
      ? entries
          .slice(0, MAX_ITEMS)
          .map(([key, inner]) => [this.#key(key), this.show(inner, depth - 1)] as const)
      : keys.slice(0, MAX_ITEMS).map((key) => [this.#cut(key), this.#held(value, key, depth - 1)] as const)
    const more = count > MAX_ITEMS ? [['…', this.#leftOut(`${count - MAX_ITEMS} more`)] as const] : []
    return Object.fromEntries([...shown, ...more])
  }

  #held(value: object, key: string, depth: number): unknown {
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (!property) return this.show(undefined, depth)
    return 'value' in property ? this.show(property.value, depth) : this.#leftOut()
  }

  #key(key: unknown): string {
    return typeof key === 'object' && key !== null ? this.#leftOut() : this.#cut(this.#plain(key))
  }

  #error(error: Error): string {
    const message = Object.getOwnPropertyDescriptor(error, 'message')?.value
    return `Error: ${this.#cut(typeof message === 'string' ? message : '')}`
  }

  #bytes(bytes: Uint8Array): BytesPreview {
    if (bytes.length > MAX_BYTES_SHOWN) this.isCut = true
    return {
      $bytes: bytes.length,
      hex: Buffer.from(bytes.subarray(0, MAX_BYTES_SHOWN)).toString('hex'),
    }
  }

  /** What JSON does not know. */
  #plain(value: unknown): string {
    if (typeof value === 'function') return this.#leftOut()
    if (typeof value === 'bigint' && (value > LARGE || value < -LARGE)) return this.#leftOut()
    return this.#cut(String(value))
  }

  #cut(text: string): string {
    const length = Math.min(this.#longest, Math.max(0, this.#text))
    this.#text -= Math.min(text.length, length)
    if (text.length <= length) return text
    return this.#leftOut(`${text.slice(0, length)}… (${text.length - length} more)`)
  }

  #leftOut(said = '…'): string {
    this.isCut = true
    return said
  }
}

const dateText = (date: Date): string => {
  const at = Date.prototype.getTime.call(date)
  return Number.isNaN(at) ? 'Invalid Date' : new Date(at).toISOString()
}
