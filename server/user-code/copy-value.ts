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
  return new Copy(path, limits).of(value, 0)
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

/** From a value to one that it holds: the key or index, or which part of a set or map. */
type Step = string | number | typeof ITEM | typeof KEY | typeof VALUE
const ITEM = Symbol('item')
const KEY = Symbol('key')
const VALUE = Symbol('value')

class Copy {
  readonly #root: string
  readonly #limits: CopyLimits
  /** The way to the value at work; it is put into words only where something is refused. */
  readonly #steps: Step[] = []
  #bytes = 0

  constructor(root: string, limits: CopyLimits) {
    this.#root = root
    this.#limits = limits
  }

  of(value: unknown, depth: number): unknown {
    this.#count(typeof value === 'string' ? value.length : 8)
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new Refusal(`${this.#path(depth)} is a ${typeof value}, which cannot travel in a message.`)
    if (typeof value !== 'object' || value === null) return value
    if (depth > MAX_DEPTH)
      throw new Refusal(
        `${this.#path(depth).slice(0, 100)}… nests too deeply, or contains itself. Pass on plain values.`,
      )
    return this.#object(value, depth)
  }

  #object(value: object, depth: number): unknown {
    if (ArrayBuffer.isView(value)) return this.#bytesOf(value)
    if (value instanceof ArrayBuffer) return this.#bytesOf(new Uint8Array(value)).buffer
    if (Array.isArray(value)) return this.#list(value, depth)
    if (value instanceof Date) return new Date(value.getTime())
    if (value instanceof Set) return new Set(Array.from(value, (item) => this.#held(item, ITEM, depth)))
    if (value instanceof Map)
      return new Map(
        Array.from(value, ([key, item]) => [this.#held(key, KEY, depth), this.#held(item, VALUE, depth)]),
      )
    if (value instanceof Error) return { name: String(value.name), message: String(value.message) }
    return this.#record(value, depth)
  }

  #held(value: unknown, step: Step, depth: number): unknown {
    this.#steps[depth] = step
    return this.of(value, depth + 1)
  }

  #path(depth: number): string {
    return this.#root + this.#steps.slice(0, depth).map(inWords).join('')
  }

  /** Index by index, so that a list of a billion holes meets the limit before it is made. */
  #list(value: readonly unknown[], depth: number): unknown[] {
    const list: unknown[] = []
    for (let index = 0; index < value.length; index++) list.push(this.#held(value[index], index, depth))
    return list
  }

  #record(value: object, depth: number): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      if (key === '__proto__') continue
      this.#count(key.length)
      record[key] = this.#held(Reflect.get(value, key), key, depth)
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

function inWords(step: Step): string {
  if (typeof step === 'number') return `[${step}]`
  return typeof step === 'string' ? `.${step}` : `(${step.description})`
}
