import { types } from 'node:util'

/** Objects within objects that are shown. */
const DEEPEST = 4
/** Bytes that are shown. */
const BYTES = 16

/**
 * A value in at most so many characters, for people: `21.5`, `{"on":true}`. It may come from anywhere:
 * no getter and no proxy is called, and no more is looked at than is shown.
 */
export function sampleText(value: unknown, most = 200): string {
  const text = typeof value === 'string' ? value.slice(0, most + 1) : new Sampler(most).write(value)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

class Sampler {
  #left: number

  constructor(most: number) {
    this.#left = most
  }

  write(value: unknown, depth = DEEPEST): string {
    const text = this.#text(value, depth)
    this.#left -= text.length
    return text
  }

  #text(value: unknown, depth: number): string {
    if (typeof value === 'string') return JSON.stringify(value.slice(0, Math.max(0, this.#left)))
    if (typeof value === 'bigint') return '…n'
    if (typeof value !== 'object' || value === null) return plainText(value)
    if (types.isProxy(value)) return '…'
    if (Array.isArray(value)) return this.#list(value, depth)
    if (types.isUint8Array(value)) return bytesText(value)
    if (types.isDate(value)) return dateText(value)
    return this.#object(value, depth)
  }

  #list(list: readonly unknown[], depth: number): string {
    if (depth === 0) return '[…]'
    const parts: string[] = []
    for (let index = 0; index < list.length && this.#isRoom(parts); index++)
      parts.push(this.#property(list, String(index), depth))
    return `[${parts.join(',')}]`
  }

  #object(object: object, depth: number): string {
    if (depth === 0) return '{…}'
    const parts: string[] = []
    for (const key of Object.keys(object)) {
      if (!this.#isRoom(parts)) break
      parts.push(`${JSON.stringify(key.slice(0, this.#left))}:${this.#property(object, key, depth)}`)
    }
    return `{${parts.join(',')}}`
  }

  #property(object: object, key: string, depth: number): string {
    const property = Object.getOwnPropertyDescriptor(object, key)
    if (!property) return 'null'
    return 'value' in property ? this.write(property.value, depth - 1) : '…'
  }

  /** What is written before the present part may be as long as all that there is room for. */
  #isRoom(parts: readonly string[]): boolean {
    return this.#left - parts.length > 0
  }
}

/** Not a symbol's text, which may be long and is no value that travels. */
const plainText = (value: unknown): string =>
  typeof value === 'symbol' || typeof value === 'function' ? '…' : String(value)

const dateText = (date: Date): string => {
  const at = Date.prototype.getTime.call(date)
  return Number.isNaN(at) ? 'Invalid Date' : new Date(at).toISOString()
}

function bytesText(bytes: Uint8Array): string {
  const shown = Array.from(new Uint8Array(bytes.buffer, bytes.byteOffset, Math.min(BYTES, bytes.byteLength)))
  const hex = shown.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return bytes.byteLength > BYTES ? `${hex} … (${bytes.byteLength} bytes)` : hex
}
