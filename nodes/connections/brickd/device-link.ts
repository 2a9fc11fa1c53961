import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'
import { type Ask, CallbackGroup } from './callback-group.ts'
import type {
  Deliver,
  DeviceFunction,
  DeviceLink,
  DeviceState,
  ObserveOptions,
  Source,
  Value,
} from './definition.ts'
import { deviceTitle } from './known-devices.ts'
import { type Layout, pack, unpack } from './layout.ts'
import { isSettled, type RemoteDevice, waitUntil } from './remote-device.ts'
import { NoAnswer, RESPONSE_TIMEOUT_MS, type TfpSession } from './tfp-session.ts'
import { ThrottledObserver } from './throttled-observer.ts'

/** What a device needs of the client that it belongs to. */
export interface Way {
  readonly clock: Clock
  /** `host:port`, for sentences. */
  readonly place: string
  state(): DeviceState
  session(): TfpSession | undefined
  log(level: 'info' | 'warn' | 'error', text: string | Sentence): void
}

/** One device as a node of a certain type sees it. */
export class OpenDevice implements DeviceLink {
  readonly #device: RemoteDevice
  readonly #id: number
  readonly #way: Way

  constructor(device: RemoteDevice, id: number, way: Way) {
    this.#device = device
    this.#id = id
    this.#way = way
  }

  get state(): DeviceState {
    return this.#way.state()
  }

  watch(changed: (state: DeviceState) => void): Disposable {
    let told = ''
    const tell = (): void => {
      const text = JSON.stringify(this.state)
      if (text === told) return
      told = text
      changed(this.state)
    }
    const watch = this.#device.watch(tell)
    tell()
    return watch
  }

  async call(fn: DeviceFunction, values: readonly Value[] = []): Promise<readonly Value[]> {
    if (!isSettled(this.state))
      await waitUntil(this.#device, this.#way.clock, RESPONSE_TIMEOUT_MS, () => isSettled(this.state))
    if (this.state.kind !== 'available') throw this.#absence(this.state)
    return this.#ask(fn.name, fn.fn, fn.takes ?? [], values, fn.gives ?? [])
  }

  observe(source: Source, options: ObserveOptions, deliver: Deliver): Disposable {
    const group = this.#device.group(this.#id, source, () => this.#createGroup(source))
    return group.add(new ThrottledObserver(this.#way.clock, options, deliver))
  }

  #createGroup(source: Source): CallbackGroup {
    return new CallbackGroup(source, {
      clock: this.#way.clock,
      ask: this.#ask,
      isPresent: () => this.state.kind === 'available',
      failed: (error) =>
        this.#way.log('warn', error instanceof NodeError ? error : `${this.#device.uid}: ${error}`),
    })
  }

  readonly #ask: Ask = async (name, fn, takes: Layout, values, gives: Layout) => {
    const payload = pack(takes, values)
    const session = this.#way.session()
    if (!session) throw this.#absence(this.state)
    try {
      const answer = await session.request(this.#device.number, fn, payload)
      if (answer.error !== 0) throw this.#refusal(answer.error, name)
      return unpack(gives, answer.payload)
    } catch (error) {
      throw this.#explain(error, name)
    }
  }

  #explain(error: unknown, name: string): Error {
    const { uid } = this.#device
    if (error instanceof NodeError) return error
    if (error instanceof NoAnswer)
      return new NodeError(
        'BRICKD_TIMEOUT',
        `"${uid}" did not answer "${name}" within 2.5 s. Check its cable, and whether it is still listed in Brick Viewer.`,
        { cause: error, values: { uid, name } },
      )
    if (error instanceof RangeError)
      return new NodeError(
        'BRICKD_ANSWER',
        `"${uid}" answered "${name}" with something else than expected. Update its firmware in Brick Viewer.`,
        { cause: error, values: { uid, name } },
      )
    return new NodeError(
      'BRICKD_BROKE_OFF',
      `The connection to the brickd at ${this.#way.place} ended before "${uid}" had answered "${name}". It is made again by itself; send the message again.`,
      { cause: error, values: { place: this.#way.place, uid, name } },
    )
  }

  #refusal(error: number, name: string): NodeError {
    const { uid } = this.#device
    if (error === 1)
      return new NodeError('BRICKD_PARAMETER', `"${uid}" refused a value of "${name}": it is out of range.`, {
        values: { uid, name },
      })
    if (error === 2)
      return new NodeError(
        'BRICKD_FUNCTION',
        `"${uid}" does not know "${name}". Update its firmware in Brick Viewer.`,
        { values: { uid, name } },
      )
    return new NodeError('BRICKD_DEVICE', `"${uid}" could not do "${name}" and does not say why.`, {
      values: { uid, name },
    })
  }

  #absence(state: DeviceState): NodeError {
    const { uid } = this.#device
    const { place } = this.#way
    switch (state.kind) {
      case 'offline':
        return NodeError.of(state.reason)
      case 'mistaken':
        return new NodeError(
          'BRICKD_WRONG_DEVICE',
          `"${uid}" is a ${deviceTitle(state.found)}, not a ${deviceTitle(this.#id)}. Choose the right UID or device.`,
          {
            field: 'device',
            values: { uid, found: deviceTitle(state.found), wanted: deviceTitle(this.#id) },
          },
        )
      case 'missing':
        return new NodeError(
          'BRICKD_DEVICE_MISSING',
          `No device "${uid}" is connected to the brickd at ${place}. Check its cable and the UID.`,
          { field: 'uid', values: { uid, place } },
        )
      default:
        return new NodeError(
          'BRICKD_NOT_YET',
          `The brickd at ${place} has not answered yet. Try again in a moment.`,
          {
            values: { place },
          },
        )
    }
  }
}
