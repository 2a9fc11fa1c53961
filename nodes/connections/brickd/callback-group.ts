import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { CallbackSetting, ObserveOptions, Source, Value } from './definition.ts'
import { type Layout, unpack } from './layout.ts'
import type { ThrottledObserver } from './throttled-observer.ts'

/** Calls a function of the device that the group belongs to. */
export type Ask = (
  name: string,
  fn: number,
  takes: Layout,
  values: readonly Value[],
  gives: Layout,
) => Promise<readonly Value[]>

const RETRY_MS = 5_000

/**
 * Everybody who observes one callback of one device. The device has a single configuration for it, so the group
 * asks for what its fastest observer wants; each observer throttles for itself.
 */
export class CallbackGroup {
  readonly #observers = new Set<ThrottledObserver>()
  readonly #source: Source
  readonly #clock: Clock
  readonly #ask: Ask
  readonly #isPresent: () => boolean
  readonly #failed: (error: unknown) => void
  /** Told last; one trouble is told once, however often it is tried again. */
  #trouble: string | undefined
  /** What the device has been told, as text; `undefined` after it came, restarted or was away. */
  #applied: string | undefined
  #isWorking = false
  #retry: Timer | undefined

  constructor(
    source: Source,
    device: {
      readonly clock: Clock
      readonly ask: Ask
      readonly isPresent: () => boolean
      readonly failed: (error: unknown) => void
    },
  ) {
    this.#source = source
    this.#clock = device.clock
    this.#ask = device.ask
    this.#isPresent = device.isPresent
    this.#failed = device.failed
  }

  add(observer: ThrottledObserver): Disposable {
    this.#observers.add(observer)
    this.#work()
    return {
      [Symbol.dispose]: () => {
        observer[Symbol.dispose]()
        if (this.#observers.delete(observer)) this.#work()
      },
    }
  }

  /** The device came, or lost its configuration: tell it again, and read what may have changed meanwhile. */
  renew(): void {
    this.#applied = undefined
    for (const observer of this.#observers) observer.isServed = false
    this.#work()
  }

  received(payload: Buffer): void {
    try {
      const values = unpack(this.#source.layout, payload)
      for (const observer of [...this.#observers]) {
        observer.isServed = true
        observer.offer(values, true)
      }
    } catch (error) {
      this.#tellTrouble(error) // one bad packet or observer must not end the connection of all
    }
  }

  #work(): void {
    if (this.#isWorking || !this.#isPresent()) return
    this.#retry?.cancel()
    this.#isWorking = true
    this.#bringUp().then(
      () => {
        this.#isWorking = false
        this.#trouble = undefined
      },
      (error: unknown) => {
        this.#isWorking = false
        if (!this.#isPresent()) return
        this.#tellTrouble(error)
        this.#retry = this.#clock.after(RETRY_MS, () => this.#work())
      },
    )
  }

  #tellTrouble(error: unknown): void {
    const text = String(error)
    if (text !== this.#trouble) this.#failed(error)
    this.#trouble = text
  }

  /** Until the device is set as wanted and everybody knows its present values. Wants may change while it runs. */
  async #bringUp(): Promise<void> {
    for (;;) {
      if (!this.#isPresent()) return
      const { setting, read } = this.#source
      const wanted = setting && settingFor(setting, this.#wants())
      const text = JSON.stringify(wanted)
      if (setting && wanted && this.#isOpen(text)) {
        this.#applied = text
        await this.#tell(setting, wanted)
      } else if (read && this.#unserved().length > 0) {
        await this.#readFor(read, this.#unserved())
      } else return
    }
  }

  /** Whether the device still has to be told. One that nobody ever observed since it came is left alone. */
  #isOpen(text: string): boolean {
    return this.#applied !== text && (this.#observers.size > 0 || this.#applied !== undefined)
  }

  async #tell(setting: CallbackSetting, values: readonly Value[]): Promise<void> {
    try {
      await this.#ask('set callback', setting.fn, layoutOf(setting), values, [])
    } catch (error) {
      this.#applied = undefined
      throw error
    }
  }

  async #readFor(read: NonNullable<Source['read']>, observers: readonly ThrottledObserver[]): Promise<void> {
    const values = await this.#ask('read', read.fn, [], [], read.gives)
    for (const observer of observers) {
      if (observer.isServed || !this.#observers.has(observer)) continue
      observer.isServed = true
      observer.offer(values, false)
    }
  }

  #unserved(): readonly ThrottledObserver[] {
    return [...this.#observers].filter((observer) => !observer.isServed)
  }

  #wants(): ObserveOptions | undefined {
    const options = [...this.#observers].map((observer) => observer.options)
    if (options.length === 0) return undefined
    return {
      periodMs: Math.max(1, Math.min(...options.map(({ periodMs }) => periodMs))),
      onlyChanges: options.every(({ onlyChanges }) => onlyChanges),
    }
  }
}

function layoutOf(setting: CallbackSetting): Layout {
  if (setting.style === 'configuration') return ['u32', 'bool', 'char', setting.type, setting.type]
  return { period: ['u32'], periodAndChange: ['u32', 'bool'], enable: ['bool'] }[setting.style] as Layout
}

function settingFor(setting: CallbackSetting, wants: ObserveOptions | undefined): readonly Value[] {
  const periodMs = wants?.periodMs ?? 0 // 0 turns it off
  const onlyChanges = wants?.onlyChanges ?? false
  switch (setting.style) {
    case 'configuration':
      return [periodMs, onlyChanges, 'x', 0, 0]
    case 'periodAndChange':
      return [periodMs, onlyChanges]
    case 'period':
      return [periodMs]
    case 'enable':
      return [wants !== undefined]
  }
}
