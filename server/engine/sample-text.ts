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
  const text = typeof value === 'string' ? value.slice(0, most + 1) : new Sampler(most).sample(value)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

class Sampler {
  readonly #most: number
  #text = ''

  constructor(most: number) {
    this.#most = most
  }

  sample(value: unknown): string {
    this.#write(value, DEEPEST)
    return this.#text
  }

  #write(value: unknown, depth: number): void {
    if (typeof value === 'string') this.#text += JSON.stringify(value.slice(0, this.#most))
    else if (typeof value !== 'object' || value === null) this.#text += plainText(value)
    else if (types.isProxy(value)) this.#text += '…'
    else if (Array.isArray(value)) this.#list(value, depth)
    else if (ArrayBuffer.isView(value)) this.#text += bytesText(value)
    else if (types.isDate(value)) this.#text += dateText(value)
    else this.#object(value, depth)
  }

  #list(list: readonly unknown[], depth: number): void {
    this.#text += '['
    for (let index = 0; index < list.length && !this.#isFull; index++) {
      if (index > 0) this.#text += ','
      this.#property(list, String(index), depth)
    }
    this.#text += ']'
  }

  #object(object: object, depth: number): void {
    this.#text += '{'
    let separator = ''
    for (const key of Object.keys(object)) {
      if (this.#isFull) break
      this.#text += `${separator}${JSON.stringify(key.slice(0, this.#most))}:`
      separator = ','
      this.#property(object, key, depth)
    }
    this.#text += '}'
  }

  #property(object: object, key: string, depth: number): void {
    const property = Object.getOwnPropertyDescriptor(object, key)
    if (!property) this.#text += 'null'
    else if (depth === 0 || !('value' in property)) this.#text += '…'
    else this.#write(property.value, depth - 1)
  }

  get #isFull(): boolean {
    return this.#text.length > this.#most
  }
}

/** The text of functions and symbols, and the digits of a large integer, may be long without end. */
const plainText = (value: unknown): string =>
  typeof value === 'symbol' || typeof value === 'function' || typeof value === 'bigint' ? '…' : String(value)

const dateText = (date: Date): string => {
  const at = Date.prototype.getTime.call(date)
  return Number.isNaN(at) ? 'Invalid Date' : new Date(at).toISOString()
}

function bytesText(bytes: ArrayBufferView): string {
  const shown = Array.from(new Uint8Array(bytes.buffer, bytes.byteOffset, Math.min(BYTES, bytes.byteLength)))
  const hex = shown.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return bytes.byteLength > BYTES ? `${hex} … (${bytes.byteLength} bytes)` : hex
}
