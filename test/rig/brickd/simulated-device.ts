import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { pack, sizeOf, unpack, type Value } from '#nodes/connections/brickd/layout.ts'
import { type Behaviour, behaviours } from './behaviours.ts'
import { camelCase, type DeviceSpec, type Element, type FunctionSpec, layoutOf } from './catalogue.ts'
import { PeriodicCallback, reaches } from './periodic-callback.ts'

/** Values by the names of their elements, as upstream writes them. */
export type Values = Readonly<Record<string, Value>>

/** A function call that the device took, decoded. */
export interface Call {
  readonly fn: number
  readonly name: string
  /** By camel-case names, raw. */
  readonly values: Readonly<Record<string, Value>>
}

export interface Answer {
  readonly error: number
  readonly payload: Buffer
}

const INVALID_PARAMETER = 1
const NOT_SUPPORTED = 2

/**
 * A bricklet: knows its functions from the catalogue, remembers what it was set to, sends callbacks when they are due.
 * What a kind does beyond remembering stands in `behaviours.ts`.
 */
export class SimulatedDevice {
  readonly uid: string
  readonly spec: DeviceSpec
  readonly clock: Clock
  readonly calls: Call[] = []
  readonly #behaviour: Behaviour
  readonly #send: (fn: number, payload: Buffer) => void
  /** `Subject.Element` → raw value. */
  #values = new Map<string, Value>()
  readonly #periodic = new Map<string, PeriodicCallback>()
  readonly #streams = new Map<string, { readonly data: readonly Value[]; offset: number }>()
  readonly #timers = new Set<Timer>()

  constructor(uid: string, spec: DeviceSpec, clock: Clock, send: (fn: number, payload: Buffer) => void) {
    this.uid = uid
    this.spec = spec
    this.clock = clock
    this.#send = send
    this.#behaviour = behaviours[spec.kind] ?? {}
    for (const callback of spec.functions) if (callback.kind === 'callback') this.#prepare(callback)
    this.#behaviour.start?.(this)
  }

  /** Handles a request; `undefined` for a function that gives nothing and succeeded. */
  handle(fn: number, payload: Buffer): Answer {
    const spec = this.spec.functions.find((each) => each.kind === 'function' && each.fn === fn)
    if (!spec) return failure(NOT_SUPPORTED)
    if (payload.length !== sizeOf(layoutOf(spec.inputs))) return failure(INVALID_PARAMETER)
    const inputs = named(spec.inputs, unpack(layoutOf(spec.inputs), payload))
    if (!spec.inputs.every((element) => isAllowed(element, inputs[element.name] as Value)))
      return failure(INVALID_PARAMETER)
    const outputs = this.#perform(spec, inputs)
    if (outputs === 'invalid') return failure(INVALID_PARAMETER)
    this.calls.push({ fn, name: spec.name, values: camelCased(inputs) })
    return { error: 0, payload: this.#packed(spec.outputs, outputs, subjectOf(spec.name)) }
  }

  /** The raw value that was set. */
  get(subject: string, element: string): Value | undefined {
    return this.#values.get(`${subject}.${element}`)
  }

  /** What has been stored of a subject, by element. */
  values(subject: string): Values {
    const prefix = `${subject}.`
    return Object.fromEntries(
      [...this.#values].flatMap(([key, value]) =>
        key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
      ),
    )
  }

  /** Stores raw values, and sends what has been waiting for a change. */
  store(subject: string, values: Values): void {
    for (const [element, value] of Object.entries(values)) this.#values.set(`${subject}.${element}`, value)
    for (const periodic of this.#periodic.values()) periodic.valueChanged()
  }

  /** Sends a callback, unless the device has a switch for it that is off. */
  fire(name: string, values: Values = {}): void {
    const callback = this.spec.functions.find((each) => each.kind === 'callback' && each.name === name)
    if (!callback) throw new Error(`"${this.spec.kind}" has no callback "${name}"`)
    const setting = `${name} Callback Configuration`
    if (this.#function(`Set ${setting}`) && this.get(setting, 'Enabled') !== true) return
    this.#send(callback.fn, this.#packed(callback.outputs, values, name))
  }

  /** Runs later, unless the device restarts or is taken away before. */
  later(ms: number, call: () => void): Timer {
    const timer = this.clock.after(ms, call)
    this.#timers.add(timer)
    return timer
  }

  /** Loses everything that it was told, as by a power cut; what it measures stays. */
  restart(): void {
    this.stop()
    const settings = this.spec.functions
      .filter(({ name }) => name.startsWith('Set '))
      .map(({ name }) => name.slice(4))
    for (const key of [...this.#values.keys()])
      if (settings.includes(key.slice(0, key.indexOf('.')))) this.#values.delete(key)
    this.#behaviour.start?.(this)
  }

  stop(): void {
    for (const periodic of this.#periodic.values()) periodic.stop()
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.#streams.clear()
  }

  /** A getter by the name of what it gets: `airPressure`. */
  getter(reading: string): FunctionSpec {
    const found = this.spec.functions.find(
      ({ kind, name }) =>
        kind === 'function' && /^(Get|Is) /.test(name) && camelCase(subjectOf(name)) === reading,
    )
    if (!found) throw new Error(`"${this.spec.kind}" has no reading "${reading}"`)
    return found
  }

  /** What a getter would give now, by camel-case names. */
  read(reading: string): Values {
    const { name, outputs } = this.getter(reading)
    return camelCased(named(outputs, unpack(layoutOf(outputs), this.#packed(outputs, {}, subjectOf(name)))))
  }

  #perform(spec: FunctionSpec, inputs: Values): Values | 'invalid' {
    const special = this.#behaviour.functions?.[spec.name]?.(this, inputs)
    if (special) return special
    if (spec.inputs.some(({ role }) => role)) return this.#writeChunk(spec, inputs)
    if (spec.outputs.some(({ role }) => role)) return this.#nextChunk(spec)
    if (!spec.name.startsWith('Set ')) return {}
    this.store(subjectOf(spec.name), inputs)
    this.#configure(spec.name, inputs)
    return {}
  }

  /** What is not given is as it was set; what several getters give, as Air Quality's do, stands with its own. */
  #packed(elements: readonly Element[], values: Values, subject: string): Buffer {
    const presentOf = ({ name }: Element): Value | undefined =>
      values[name] ?? this.get(subject, name) ?? this.get(name, name)
    return pack(
      layoutOf(elements),
      elements.map((element) => presentOf(element) ?? initial(element)),
    )
  }

  #function(name: string): FunctionSpec | undefined {
    return this.spec.functions.find((each) => each.kind === 'function' && each.name === name)
  }

  /** A callback with a getter of the same name, `Temperature`, is sent by time. */
  #prepare(callback: FunctionSpec): void {
    const getter = this.#function(`Get ${callback.name}`)
    if (!getter) return
    const subject = subjectOf(callback.name)
    const payload = () => this.#packed(getter.outputs, {}, subject)
    const measured = {
      clock: this.clock,
      number: () => Number(unpack(layoutOf(getter.outputs), payload())[0]),
      text: () => payload().toString('hex'),
      send: () => this.#sendReading(callback, getter),
    }
    const isV2 = this.#function(`Set ${subject} Callback Configuration`) !== undefined
    this.#periodic.set(subject, new PeriodicCallback(measured, isV2))
  }

  #sendReading(callback: FunctionSpec, getter: FunctionSpec): void {
    if (!callback.outputs.some(({ role }) => role)) {
      this.#send(callback.fn, this.#packed(callback.outputs, {}, subjectOf(getter.name)))
      return
    }
    const { data } = this.#streamOf(getter)
    for (let offset = 0; offset < data.length; offset += chunkSize(callback.outputs))
      this.#send(callback.fn, this.#packed(callback.outputs, chunk(callback.outputs, data, offset), ''))
  }

  #configure(setter: string, inputs: Values): void {
    const [, subject = '', what] =
      /^Set (?:(.+) Callback )?(Configuration|Period|Threshold)$/.exec(setter) ?? []
    if (what === 'Threshold') this.#watchThreshold(subject, inputs)
    else if (what && subject && inputs['Period'] !== undefined)
      this.#periodic.get(subject)?.configure({
        periodMs: Number(inputs['Period']),
        onlyChanges: inputs['Value Has To Change'] === true,
        option: String(inputs['Option'] ?? 'x'),
        min: Number(inputs['Min'] ?? 0),
        max: Number(inputs['Max'] ?? 0),
      })
  }

  /** 1.0 devices repeat "reached" at the debounce period for as long as it is. */
  #watchThreshold(subject: string, inputs: Values): void {
    const threshold = {
      option: String(inputs['Option']),
      min: Number(inputs['Min']),
      max: Number(inputs['Max']),
    }
    const check = (): void => {
      const current = this.get(`${subject} Callback Threshold`, 'Option')
      if (current !== threshold.option || threshold.option === 'x') return
      if (reaches(threshold, Number(this.get(subject, subject) ?? 0)))
        this.fire(`${subject} Reached`, { [subject]: this.get(subject, subject) ?? 0 })
      this.later(Number(this.get('Debounce Period', 'Debounce') ?? 100), check)
    }
    this.later(Number(this.get('Debounce Period', 'Debounce') ?? 100), check)
  }

  #streamOf(getter: FunctionSpec): { readonly data: readonly Value[]; offset: number } {
    const subject = subjectOf(getter.name)
    const data = this.#behaviour.streams?.[subject]?.(this) ?? []
    const stream = this.#streams.get(subject) ?? { data, offset: 0 }
    this.#streams.set(subject, stream)
    return stream
  }

  /** A getter in pieces: each call gives the next one, until the whole has been read. */
  #nextChunk(spec: FunctionSpec): Values {
    const stream = this.#streamOf(spec)
    const values = chunk(spec.outputs, stream.data, stream.offset)
    stream.offset += chunkSize(spec.outputs)
    if (stream.offset >= stream.data.length) this.#streams.delete(subjectOf(spec.name))
    return values
  }

  #writeChunk(spec: FunctionSpec, inputs: Values): Values | 'invalid' {
    const of = (role: string) =>
      inputs[spec.inputs.find((element) => element.role === role)?.name ?? ''] as Value
    const [length, offset] = [Number(of('stream_length')), Number(of('stream_chunk_offset'))]
    const before = offset === 0 ? [] : (this.#streams.get(spec.name)?.data ?? [])
    if (before.length !== offset) return 'invalid'
    const data = [...before, ...(of('stream_chunk_data') as readonly Value[])].slice(0, length)
    this.#streams.set(spec.name, { data, offset: 0 })
    if (data.length === length) this.#behaviour.written?.[subjectOf(spec.name)]?.(this, inputs, data)
    return {}
  }
}

const failure = (error: number): Answer => ({ error, payload: Buffer.alloc(0) })

/** `Get Spectrum Low Level` → `Spectrum`. */
const subjectOf = (name: string): string =>
  name.replace(/^(Get|Set|Is|Write|Read) /, '').replace(/ Low Level$/, '')

const named = (elements: readonly Element[], values: readonly Value[]): Values =>
  Object.fromEntries(elements.map(({ name }, index) => [name, values[index] as Value]))

const camelCased = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [camelCase(name), value]))

function isAllowed({ ranges, oneOf }: Element, value: Value): boolean {
  const items = (Array.isArray(value) ? value : [value]) as readonly Value[]
  return items.every((item) => {
    if (oneOf.length > 0) return oneOf.includes(String(item))
    return ranges.length === 0 || ranges.some(([low, high]) => Number(item) >= low && Number(item) <= high)
  })
}

function initial({ type, default: preset, ranges }: Element): Value {
  if (preset !== undefined) return preset
  if (type.startsWith('string')) return ''
  const [, base = '', count] = /^([a-z]+\d*)(?:\[(\d+)\])?$/.exec(type) ?? []
  const low = ranges.some(([from, to]) => from <= 0 && to >= 0) ? 0 : (ranges[0]?.[0] ?? 0)
  const one = base === 'bool' ? false : base === 'char' ? '\0' : low
  return count === undefined ? one : Array.from({ length: Number(count) }, () => one)
}

function chunkSize(elements: readonly Element[]): number {
  const type = elements.find(({ role }) => role === 'stream_chunk_data')?.type ?? ''
  return Number(/\[(\d+)\]/.exec(type)?.[1])
}

function chunk(elements: readonly Element[], data: readonly Value[], offset: number): Values {
  const size = chunkSize(elements)
  const part = data.slice(offset, offset + size)
  const blank = typeof data[0] === 'boolean' ? false : 0
  const byRole: Readonly<Record<string, Value>> = {
    stream_length: data.length,
    stream_chunk_offset: offset,
    stream_chunk_data: [...part, ...Array(size - part.length).fill(blank)] as Value,
  }
  return Object.fromEntries(elements.map(({ name, role = '' }) => [name, byRole[role] as Value]))
}
