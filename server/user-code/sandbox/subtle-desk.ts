import { webcrypto } from 'node:crypto'
import { subtleMethods } from './lent.ts'
import { NotPortable, type PortableLimits, unpack } from './portable.ts'

const MAX_KEYS = 1_000
const MAX_UNDER_WAY = 16
/** Beyond these, one call would keep a thread of the process busy for long. */
const MAX_ITERATIONS = 1_000_000
const MAX_MODULUS = 4_096
const MAX_BITS = 65_536

/** Calls `crypto.subtle` for a function. Keys stay here; the function has a number for each. */
export class SubtleDesk {
  readonly #keys = new Map<number, CryptoKey>()
  readonly #limits: PortableLimits
  #lastKey = 0
  #underWay = 0

  constructor(limits: PortableLimits) {
    this.#limits = limits
  }

  async call(method: unknown, args: unknown, bytes: readonly Uint8Array[]): Promise<unknown> {
    if (typeof method !== 'string' || !subtleMethods.includes(method) || !Array.isArray(args))
      throw new NotPortable('no such method')
    if (this.#underWay >= MAX_UNDER_WAY)
      throw new Error(`${MAX_UNDER_WAY} calls of crypto.subtle are under way. Await them first.`)
    const own = args.map((arg) => this.#argument(arg, bytes))
    for (const arg of own) refuseTooMuch(arg)
    const call: (...args: unknown[]) => Promise<unknown> = Reflect.get(webcrypto.subtle, method)
    this.#underWay += 1
    try {
      return this.#keep(await Reflect.apply(call, webcrypto.subtle, own))
    } finally {
      this.#underWay -= 1
    }
  }

  #argument(arg: unknown, bytes: readonly Uint8Array[]): unknown {
    const [kind, first, second]: readonly unknown[] = Array.isArray(arg) ? arg : []
    if (kind === 'key') return this.#key(first)
    if (kind === 'public') return { ...Object(unpack(second, bytes, this.#limits)), public: this.#key(first) }
    return unpack(first, bytes, this.#limits)
  }

  #key(id: unknown): CryptoKey {
    const key = this.#keys.get(Number(id))
    if (!key) throw new Error('There is no such key.')
    return key
  }

  #keep(result: unknown): unknown {
    if (typeof result !== 'object' || result === null) return { value: result }
    if (isKey(result)) return { key: this.#number(result) }
    const { publicKey, privateKey } = result as Partial<CryptoKeyPair>
    if (publicKey && privateKey)
      return { publicKey: this.#number(publicKey), privateKey: this.#number(privateKey) }
    return { value: result }
  }

  #number(key: CryptoKey): readonly [number, string, boolean] {
    if (this.#keys.size >= MAX_KEYS) throw new Error(`A function may keep ${MAX_KEYS} keys at most.`)
    this.#lastKey += 1
    this.#keys.set(this.#lastKey, key)
    return [this.#lastKey, key.type, key.extractable]
  }
}

const isKey = (value: object): value is CryptoKey =>
  Object.prototype.toString.call(value) === '[object CryptoKey]'

function refuseTooMuch(arg: unknown): void {
  if (typeof arg === 'number' && arg > MAX_BITS)
    throw new Error(`${MAX_BITS} bits are the most that a function may ask for.`)
  if (typeof arg !== 'object' || arg === null) return
  if (Number(Reflect.get(arg, 'iterations')) > MAX_ITERATIONS)
    throw new Error(`${MAX_ITERATIONS} iterations are the most that a function may ask for.`)
  if (Number(Reflect.get(arg, 'modulusLength')) > MAX_MODULUS)
    throw new Error(`${MAX_MODULUS} bits are the most that a function may ask for.`)
}
