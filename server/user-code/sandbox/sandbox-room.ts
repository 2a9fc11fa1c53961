import type { Lifetime, QuickJSHandle } from 'quickjs-emscripten-core'
import { FILE } from '../function-text.ts'
import { lent } from './lent.ts'
import { type Parcel, type PortableLimits, pack } from './portable.ts'
import { type BoxLimits, QuickJsBox } from './quickjs-box.ts'
import type { QuickJsInstance } from './quickjs-instance.ts'
import { guardSandbox } from './sandbox-guards.ts'
import { buildSandbox, type SandboxLimits, type SandboxRealm } from './sandbox-realm.ts'

/** What a room may ask the node for, at once. */
export interface RoomHost {
  state(key: string): unknown
  now(): number
}

export interface RoomLimits extends BoxLimits {
  readonly portable: PortableLimits
  readonly realm: SandboxLimits
}

/** The effects of one entrance, as they came out: nothing of them has been looked at. */
export type Outcome = readonly Parcel[]

type Entrance = Exclude<keyof SandboxRealm, 'take' | 'bytes'>

/** Entries of a list, and comparisons in a search, that one step of the engine may go through. */
const GUARDS = { maxLength: 1_000_000, maxSearch: 20_000_000 }
/** Characters of an address or a query. */
const MAX_LENT = 65_536
/** So often may the host be asked within one entrance, and so much may it lend, in characters and bytes: what it makes is not in the sandbox's memory. */
const MAX_LENDINGS = 40_000
const MAX_LENT_TOGETHER = 8 * 1024 * 1024
const TOO_MUCH = JSON.stringify([['failed', 0, 'FUNCTION_RESULT', 'What the function gave is too much.', '']])
/** Pieces of bytes in one outcome. */
const MAX_BYTES = 10_000
const LONG = ['encode', 'atob', 'btoa', 'decode']
/** What may come out at once, in characters: a few messages, with what escaping adds. */
const MAX_OUTCOME = 8 * 1024 * 1024

/** A furnished box: what one function is called through. */
export class SandboxRoom implements Disposable {
  readonly #box: QuickJsBox
  readonly #host: RoomHost
  readonly #limits: RoomLimits
  readonly #entrances: Readonly<Record<string, QuickJSHandle>>
  #parcel: Parcel = { text: '', bytes: [] }
  #lendings = 0
  #lentTogether = 0

  constructor(instance: QuickJsInstance, host: RoomHost, env: string, limits: RoomLimits) {
    this.#host = host
    this.#limits = limits
    this.#box = new QuickJsBox(instance, limits)
    this.#entrances = this.#box.enter(() => this.#furnish(env))
  }

  /** Runs the set-up of a composed source. Answers why it does not compile, if it does not. */
  open(run: number, script: string): Outcome | string {
    const { context } = this.#box
    return this.#box.enter(() => {
      const made = context.evalCode(script, FILE, { type: 'global' })
      if (!made.error) return this.#finish(this.#call('open', [this.#number(run), made.value]))
      return made.error.consume((error) =>
        context.getProp(error, 'message').consume((text) => context.getString(text)),
      )
    })
  }

  enter(entrance: Exclude<Entrance, 'open'>, ...args: readonly (number | boolean | Parcel)[]): Outcome {
    this.#lendings = 0
    this.#lentTogether = 0
    return this.#box.enter(() =>
      this.#finish(
        this.#call(
          entrance,
          args.map((arg) => this.#handle(arg)),
        ),
      ),
    )
  }

  #call(entrance: keyof SandboxRealm, args: QuickJSHandle[]): string {
    const fn = this.#entrances[entrance]
    if (!fn) throw new Error(`no entrance ${entrance}`)
    try {
      return this.#box.call(fn, ...args).consume((handle) => this.#textOf(handle))
    } finally {
      for (const arg of args) arg.dispose()
    }
  }

  #finish(first: string): Outcome {
    const outcome = first === '' ? [] : [this.#parcelOf(first)]
    if (!this.#box.hasJobs) return outcome
    this.#box.runJobs()
    const rest = this.#call('take', [])
    if (rest !== '') outcome.push(this.#parcelOf(rest))
    return outcome
  }

  #parcelOf(text: string): Parcel {
    return { text, bytes: text.includes('"Bytes"') ? this.#takenBytes() : [] }
  }

  #textOf(handle: QuickJSHandle): string {
    const text = this.#box.context.getString(handle)
    return text.length > MAX_OUTCOME ? TOO_MUCH : text
  }

  #takenBytes(): Uint8Array[] {
    const { context } = this.#box
    const fn = this.#entrances['bytes']
    if (!fn) return []
    return this.#box.call(fn).consume((list) => {
      const all: Uint8Array[] = []
      while (all.length < MAX_BYTES) {
        const next = context
          .getProp(list, all.length)
          .consume((item) =>
            context.typeof(item) === 'undefined' ? undefined : bytesOf(context.getArrayBuffer(item)),
          )
        if (!next) break
        all.push(next)
      }
      return all
    })
  }

  #furnish(env: string): Record<string, QuickJSHandle> {
    const box = this.#box
    const { context } = box
    box
      .evaluate(`(${guardSandbox})`, 'guards')
      .consume((guard) =>
        box.evaluate(`(${JSON.stringify(GUARDS)})`, 'limits').consume((limits) => box.call(guard, limits)),
      )
      .dispose()
    const given = [
      context.newFunction('lend', (what, text, bytes) => this.#lend(what, text, bytes)),
      context.newString(env),
      box.evaluate(`(${JSON.stringify(this.#limits.realm)})`, 'limits'),
    ]
    const realm = box.evaluate(`(${buildSandbox})`, 'realm').consume((build) => box.call(build, ...given))
    for (const handle of given) handle.dispose()
    const names: (keyof SandboxRealm)[] = ['open', 'call', 'teardown', 'fire', 'answer', 'take', 'bytes']
    return realm.consume(() => Object.fromEntries(names.map((name) => [name, context.getProp(realm, name)])))
  }

  #lend(whatHandle: QuickJSHandle, textHandle: QuickJSHandle, bytesHandle?: QuickJSHandle): QuickJSHandle {
    const { context } = this.#box
    const what = context.getString(whatHandle)
    const text = context.getString(textHandle)
    if (text.length > MAX_LENT && !LONG.includes(what)) throw new Error('The text is too long.')
    this.#countLending(text.length)
    const args: unknown = JSON.parse(text)
    const bytes = what === 'decode' && bytesHandle ? bytesOf(context.getArrayBuffer(bytesHandle)) : nothing
    this.#countLending(bytes.byteLength)
    const answer = this.#answer(what, Array.isArray(args) ? args : [], bytes)
    if (answer instanceof Uint8Array) this.#countLending(answer.byteLength)
    if (answer instanceof Uint8Array) return context.newArrayBuffer(bufferOf(answer))
    return context.newString(typeof answer === 'string' && what === 'state' ? answer : JSON.stringify(answer))
  }

  #countLending(size: number): void {
    this.#lendings += 1
    this.#lentTogether += size
    if (this.#lendings > MAX_LENDINGS || this.#lentTogether > MAX_LENT_TOGETHER)
      throw new Error('It asks for too much at once. Let it await in between, or ask for less.')
  }

  #answer(what: string, args: readonly unknown[], bytes: Uint8Array): unknown {
    if (what === 'now') return this.#host.now()
    if (what === 'state') {
      this.#parcel = pack(this.#host.state(String(args[0])), this.#limits.portable)
      return marked(this.#parcel)
    }
    if (what === 'bytes') return this.#parcel.bytes[Number(args[0])] ?? nothing
    const call = Object.hasOwn(lent, what) ? lent[what] : undefined
    return call?.(args, bytes)
  }

  #number(value: number): QuickJSHandle {
    return this.#box.context.newNumber(value)
  }

  #handle(arg: number | boolean | Parcel): QuickJSHandle {
    const { context } = this.#box
    if (typeof arg === 'number') return context.newNumber(arg)
    if (typeof arg === 'boolean') return arg ? context.true : context.false
    this.#parcel = arg
    return context.newString(marked(arg))
  }

  [Symbol.dispose](): void {
    for (const handle of Object.values(this.#entrances)) handle.dispose()
    this.#box[Symbol.dispose]()
  }
}

/** The realm looks for words under `$` only where there may be some. */
const marked = ({ text }: Parcel) => (text.includes('"$"') ? `~${text}` : text)

const nothing = new Uint8Array()

function bytesOf(lifetime: Lifetime<Uint8Array>): Uint8Array {
  const bytes = lifetime.value.slice()
  lifetime.dispose()
  return bytes
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => {
  const own = new Uint8Array(bytes.byteLength)
  own.set(bytes)
  return own.buffer
}
