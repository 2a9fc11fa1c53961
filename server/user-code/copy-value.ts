import { Refusal } from './refusal.ts'

export interface CopyLimits {
  /** Roughly, in bytes. */
  readonly maxBytes: number
  /** What is copied, at the start of a sentence. */
  readonly name: string
}

const MAX_DEPTH = 100

/** Copies a value so that nobody else can change it, and counts what it holds. Refuses what is no data. */
export function copyValue(value: unknown, path: string, limits: CopyLimits): unknown {
  return new Copy(limits).of(value, path, 0)
}

/** What all values of a state together may hold, in bytes. */
export const MAX_STATE_BYTES = 4 * 1024 * 1024

/** A value on its way into the state or out of it: what is plain costs nothing. */
export function copyState(value: unknown, key: string): unknown {
  const isPlain = typeof value === 'number' || typeof value === 'boolean' || value === undefined
  if (isPlain || value === null) return value
  if (typeof value === 'string' && value.length <= MAX_STATE_BYTES) return value
  return copyValue(value, `state "${key}"`, { name: 'The state', maxBytes: MAX_STATE_BYTES })
}

class Copy {
  readonly #limits: CopyLimits
  #bytes = 0

  constructor(limits: CopyLimits) {
    this.#limits = limits
  }

  of(value: unknown, path: string, depth: number): unknown {
    this.#count(typeof value === 'string' ? value.length : 8)
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new Refusal(`${path} is a ${typeof value}, which cannot travel in a message.`)
    if (typeof value !== 'object' || value === null) return value
    if (depth > MAX_DEPTH)
      throw new Refusal(`${path.slice(0, 100)}… nests too deeply, or contains itself. Pass on plain values.`)
    return this.#object(value, path, depth)
  }

  #object(value: object, path: string, depth: number): unknown {
    if (ArrayBuffer.isView(value)) return this.#bytesOf(value)
    if (value instanceof ArrayBuffer) return this.#bytesOf(new Uint8Array(value)).buffer
    if (Array.isArray(value)) return this.#list(value, path, depth)
    if (value instanceof Date) return new Date(value.getTime())
    if (value instanceof Set)
      return new Set(Array.from(value, (item) => this.of(item, `${path}(item)`, depth + 1)))
    if (value instanceof Map)
      return new Map(
        Array.from(value, ([key, item]) => [
          this.of(key, `${path}(key)`, depth + 1),
          this.of(item, `${path}(value)`, depth + 1),
        ]),
      )
    if (value instanceof Error) return { name: String(value.name), message: String(value.message) }
    return this.#record(value, path, depth)
  }

  /** Index by index, so that a list of a billion holes meets the limit before it is made. */
  #list(value: readonly unknown[], path: string, depth: number): unknown[] {
    const list: unknown[] = []
    for (let index = 0; index < value.length; index++)
      list.push(this.of(value[index], `${path}[${index}]`, depth + 1))
    return list
  }

  #record(value: object, path: string, depth: number): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      if (key === '__proto__') continue
      this.#count(key.length)
      record[key] = this.of(Reflect.get(value, key), `${path}.${key}`, depth + 1)
    }
    return record
  }

  #bytesOf(view: ArrayBufferView): Uint8Array {
    this.#count(view.byteLength)
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()
  }

  #count(more: number): void {
    this.#bytes += more
    const { maxBytes, name } = this.#limits
    if (this.#bytes > maxBytes)
      throw new Refusal(`${name} holds more than ${maxBytes / 1024 / 1024} MB. Keep only what is needed.`)
  }
}
