import { webcrypto } from 'node:crypto'
import type { Environment } from '#kit/runtime/implement-node.ts'
import type { NodeStatusState } from '#kit/runtime/services.ts'
import { Refusal } from './refusal.ts'

/** The function, as its API sees it. */
export interface ApiOwner {
  readonly env: Environment
  get(key: string): unknown
  set(key: string, value: unknown): void
  now(): number
  /** Calls user code later, as a run of its own. */
  plan(kind: 'after' | 'every', ms: number, call: () => unknown): { cancel(): void }
  sleep(ms: number): PromiseLike<unknown>
  /** A promise of user code for one of the host. */
  adopt(promise: Promise<unknown>): PromiseLike<unknown>
  emit(port: unknown, message: unknown): void
  log(level: 'info' | 'warn' | 'error', text: string): void
  status(state: NodeStatusState, text: string | undefined): void
  library(name: string): unknown
}

/** What the set-up, the code and the tear-down have at hand, in this order. */
export const API_NAMES = 'state, env, clock, emit, log, status, now, library, console, crypto'

export function makeApi(owner: ApiOwner): readonly unknown[] {
  const log = makeLog(owner)
  return [
    new StateApi(owner),
    owner.env,
    new ClockApi(owner),
    (port: unknown, message: unknown) => owner.emit(port, message),
    log,
    (state: unknown, text?: unknown) => owner.status(statusState(state), shortText(text)),
    () => owner.now(),
    (name: unknown) => owner.library(String(name)),
    log,
    new CryptoApi(owner),
  ]
}

class StateApi {
  readonly #owner: ApiOwner
  constructor(owner: ApiOwner) {
    this.#owner = owner
  }
  get(key: unknown): unknown {
    return this.#owner.get(typeof key === 'string' ? key : String(key))
  }
  set(key: unknown, value: unknown): void {
    this.#owner.set(typeof key === 'string' ? key : String(key), value)
  }
}

class ClockApi {
  readonly #owner: ApiOwner
  constructor(owner: ApiOwner) {
    this.#owner = owner
  }
  now(): number {
    return this.#owner.now()
  }
  after(ms: unknown, call: unknown): TimerApi {
    return new TimerApi(this.#owner.plan('after', milliseconds(ms, 'after'), callable(call, 'after')))
  }
  every(ms: unknown, call: unknown): TimerApi {
    return new TimerApi(this.#owner.plan('every', milliseconds(ms, 'every'), callable(call, 'every')))
  }
  sleep(ms: unknown): PromiseLike<unknown> {
    return this.#owner.sleep(milliseconds(ms, 'sleep'))
  }
}

class TimerApi {
  readonly #timer: { cancel(): void }
  constructor(timer: { cancel(): void }) {
    this.#timer = timer
  }
  cancel(): void {
    this.#timer.cancel()
  }
}

class CryptoApi {
  readonly subtle: SubtleApi
  constructor(owner: ApiOwner) {
    this.subtle = new SubtleApi(owner)
  }
  randomUUID(): string {
    return webcrypto.randomUUID()
  }
  getRandomValues<View extends Uint8Array<ArrayBuffer>>(view: View): View {
    return webcrypto.getRandomValues(view)
  }
}

class SubtleApi {
  readonly #owner: ApiOwner
  constructor(owner: ApiOwner) {
    this.#owner = owner
  }
  static {
    const methods = [
      ...(['digest', 'encrypt', 'decrypt', 'sign', 'verify', 'importKey', 'exportKey'] as const),
      ...(['generateKey', 'deriveBits', 'deriveKey', 'wrapKey', 'unwrapKey'] as const),
    ]
    for (const method of methods) {
      const call: (...args: never[]) => Promise<unknown> = webcrypto.subtle[method]
      const value = function (this: SubtleApi, ...args: unknown[]) {
        return this.#owner.adopt(Reflect.apply(call, webcrypto.subtle, args))
      }
      Object.defineProperty(SubtleApi.prototype, method, { value: Object.freeze(value) })
    }
  }
}

for (const api of [StateApi, ClockApi, TimerApi, CryptoApi, SubtleApi]) {
  Object.freeze(api)
  Object.freeze(api.prototype)
}

function makeLog(owner: ApiOwner): object {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]): void =>
      owner.log(level, parts.map(textOf).join(' ').slice(0, 2_000))
  const info = write('info')
  return { info, log: info, debug: info, warn: write('warn'), error: write('error') }
}

const isPlainError = (value: object): value is Error => value instanceof Error

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return isPlainError(value) ? String(value) : (JSON.stringify(value) ?? String(value))
}

const states: readonly string[] = ['ok', 'busy', 'warn', 'error', 'idle'] satisfies NodeStatusState[]
const isState = (state: unknown): state is NodeStatusState =>
  typeof state === 'string' && states.includes(state)

function statusState(state: unknown): NodeStatusState {
  if (isState(state)) return state
  throw new Refusal(`status() takes one of ${states.join(', ')} first.`)
}

const shortText = (text: unknown): string | undefined =>
  text === undefined ? undefined : String(text).slice(0, 100)

function milliseconds(ms: unknown, name: string): number {
  const number = Number(ms)
  if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) return number
  throw new Refusal(`clock.${name}() takes milliseconds first: 1000 is a second.`)
}

function callable(call: unknown, name: string): () => unknown {
  if (typeof call === 'function') return () => call()
  throw new Refusal(`clock.${name}() takes a function second.`)
}
