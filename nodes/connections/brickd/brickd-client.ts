import type { Discovery } from '#kit/define-connection.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { NodeStatusState } from '#kit/runtime/services.ts'
import type { Sentence } from '#kit/sentence.ts'
import { AUTHENTICATE, answerNonce, GET_NONCE } from './authenticate.ts'
import { backOff } from './back-off.ts'
import type { BrickdLink, DeviceState } from './definition.ts'
import { OpenDevice } from './device-link.ts'
import { explainFailure, noBrickd } from './explain-failure.ts'
import { kindOf, knownDevices } from './known-devices.ts'
import { sizeOf, unpack } from './layout.ts'
import { BRICKD, functions, type Packet } from './packet.ts'
import { type Identity, RemoteDevice } from './remote-device.ts'
import { NoAnswer, TfpSession } from './tfp-session.ts'
import { formatUid, parseUid } from './uid.ts'

const ENUMERATE_EVERY_MS = 15_000
/** A device that is there has reported long before. */
const ENUMERATE_TAKES_MS = 1_000
/** A connection that lasted this long was a good one: the next failure starts the back-off anew. */
const GOOD_AFTER_MS = 10_000
/** A device that keeps silent in this many rounds is gone, also if the brickd did not say so. */
const SILENT_ROUNDS = 2
/** More than any brickd carries; what reports beyond is not remembered. */
const MOST_DEVICES = 2_000

const enumeration = {
  layout: ['string[8]', 'string[8]', 'char', 'u8[3]', 'u8[3]', 'u16', 'u8'],
  restarted: 1,
  gone: 2,
} as const

export interface BrickdClientOptions {
  readonly host: string
  readonly port: number
  readonly secret: string
  readonly clock: Clock
  readonly status: (state: NodeStatusState, text?: string | Sentence) => void
  readonly log: (level: 'info' | 'warn' | 'error', text: string | Sentence) => void
  readonly random?: () => number
}

type Way =
  | { readonly kind: 'connecting' }
  /** Connected, and the brickd answers. Until `isCounted`, devices may still report. */
  | { readonly kind: 'ready'; readonly session: TfpSession; readonly isCounted: boolean }
  | { readonly kind: 'offline'; readonly reason: Sentence }

/** Why the greeting failed; a final one will not mend itself soon. */
interface Refusal {
  readonly reason: Sentence
  readonly isFinal: boolean
}

/** Keeps one connection to a brickd alive, and knows which devices are there. */
export class BrickdClient implements BrickdLink, Disposable {
  readonly #options: BrickdClientOptions
  readonly #devices = new Map<number, RemoteDevice>()
  #way: Way = { kind: 'connecting' }
  #session: TfpSession | undefined
  #phase: 'dialling' | 'greeting' | 'ready' = 'dialling'
  #failures = 0
  #readyAt: number | undefined
  #retry: Timer | undefined
  /** Asks again and again who is there. */
  #rounds: Timer | undefined
  /** Ends when all have reported. */
  #count: Timer | undefined
  #isClosed = false

  constructor(options: BrickdClientOptions) {
    this.#options = options
    options.status('busy', { code: 'CONNECTING', message: 'connecting' })
    this.#connect()
  }

  device(uid: string, id: number): OpenDevice {
    const number = parseUid(uid)
    if (number === undefined)
      throw new NodeError(
        'BRICKD_UID',
        `"${uid}" is not the UID of a device. It stands on the device and in Brick Viewer, for instance "tM1".`,
        { field: 'uid', values: { uid } },
      )
    const device = this.#deviceOf(number)
    return new OpenDevice(device, id, {
      clock: this.#options.clock,
      place: this.#place,
      state: () => this.#stateOf(device, id),
      session: () => (this.#way.kind === 'ready' ? this.#way.session : undefined),
      log: this.#options.log,
    })
  }

  /** The devices there are now that a node exists for. Waits a moment if the connection is young. */
  async discover(): Promise<readonly Discovery[]> {
    const { clock } = this.#options
    for (let waited = 0; waited < 3_000 && !this.#isSettled(); waited += 100)
      await clock.after(100, () => {}).done
    if (this.#way.kind === 'offline') throw NodeError.of(this.#way.reason)
    return [...this.#devices.values()].flatMap(({ uid, identity }) => {
      const kind = identity && kindOf(identity.id)
      return kind ? [{ label: `${knownDevices[kind].title} · ${uid}`, fields: { uid, device: kind } }] : []
    })
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#way = { kind: 'offline', reason: closed(this.#place) }
    this.#retry?.cancel()
    this.#rounds?.cancel()
    this.#count?.cancel()
    this.#session?.[Symbol.dispose]()
  }

  get #place(): string {
    return `${this.#options.host}:${this.#options.port}`
  }

  #isSettled(): boolean {
    return this.#way.kind === 'offline' || (this.#way.kind === 'ready' && this.#way.isCounted)
  }

  #stateOf(device: RemoteDevice, id: number): DeviceState {
    const way = this.#way
    if (way.kind === 'connecting') return way
    if (way.kind === 'offline') return { kind: 'offline', reason: way.reason }
    if (!device.identity) return { kind: way.isCounted || device.hasLeft ? 'missing' : 'connecting' }
    return device.identity.id === id ? { kind: 'available' } : { kind: 'mistaken', found: device.identity.id }
  }

  #deviceOf(number: number): RemoteDevice {
    const device = this.#devices.get(number) ?? new RemoteDevice(formatUid(number), number)
    this.#devices.set(number, device)
    return device
  }

  #connect(): void {
    const { host, port, clock } = this.#options
    this.#phase = 'dialling'
    const session = new TfpSession({
      host,
      port,
      clock,
      connected: () => void this.#greet(session),
      callback: (packet) => this.#heard(packet),
      closed: (reason) => this.#lost(reason),
    })
    this.#session = session
  }

  /** Signs in if there is a secret, makes sure that the brickd answers us, and asks who is there. */
  async #greet(session: TfpSession): Promise<void> {
    this.#phase = 'greeting'
    const refusal = await this.#signIn(session)
    if (this.#session !== session || this.#isClosed) return
    if (refusal !== undefined) return this.#refused(session, refusal)
    this.#phase = 'ready'
    this.#readyAt = this.#options.clock.now()
    this.#setWay({ kind: 'ready', session, isCounted: false })
    this.#options.status('ok', { code: 'CONNECTED', message: 'connected' })
    this.#enumerate(session)
    this.#rounds = this.#options.clock.every(ENUMERATE_EVERY_MS, () => this.#enumerate(session))
    this.#count = this.#options.clock.after(ENUMERATE_TAKES_MS, () =>
      this.#setWay({ kind: 'ready', session, isCounted: true }),
    )
  }

  async #signIn(session: TfpSession): Promise<Refusal | undefined> {
    const { secret } = this.#options
    try {
      if (secret !== '') {
        const nonce = await session.request(BRICKD, GET_NONCE)
        await session.request(BRICKD, AUTHENTICATE, answerNonce(secret, nonce.payload))
      }
      await session.request(BRICKD, functions.identity)
      return undefined
    } catch (error) {
      return this.#describeRefusal(error)
    }
  }

  /** The brickd's only way to say no is to close (a wrong secret) or to be silent (no secret where one is needed). */
  #describeRefusal(error: unknown): Refusal {
    const place = this.#place
    const failure = explainFailure(error as Error, place)
    if (failure.code === 'BRICKD_NOT_BRICKD') return { reason: failure, isFinal: true }
    if (this.#options.secret !== '') return { reason: secretRefused(place), isFinal: true }
    if (error instanceof NoAnswer) return { reason: secretWanted(place), isFinal: true }
    // A brickd that wants no secret does not hang up on a greeting; it may have been restarted just then.
    return { reason: noBrickd(place), isFinal: false }
  }

  #refused(session: TfpSession, { reason, isFinal }: Refusal): void {
    this.#session = undefined
    session[Symbol.dispose]()
    this.#wait(reason, isFinal)
  }

  /** A close while we are greeting is a refusal, and told by `#greet`. */
  #lost(error: Error): void {
    if (this.#isClosed || this.#phase === 'greeting' || !this.#session) return
    this.#session = undefined
    this.#wait(explainFailure(error, this.#place), false)
  }

  #wait(reason: Sentence, wasRefused: boolean): void {
    const { clock, status, log, random } = this.#options
    if (this.#readyAt !== undefined && clock.now() - this.#readyAt >= GOOD_AFTER_MS) this.#failures = 0
    this.#readyAt = undefined
    this.#rounds?.cancel()
    this.#count?.cancel()
    this.#failures++
    if (this.#way.kind !== 'offline' || this.#way.reason.message !== reason.message) log('warn', reason)
    for (const device of this.#devices.values()) device.forget()
    this.#setWay({ kind: 'offline', reason })
    status('error', reason)
    this.#retry = clock.after(backOff(this.#failures, wasRefused, random), () => this.#connect())
  }

  #setWay(way: Way): void {
    this.#way = way
    for (const device of this.#devices.values()) device.notify()
  }

  #enumerate(session: TfpSession): void {
    for (const device of this.#devices.values()) {
      if (device.identity && device.silentRounds++ >= SILENT_ROUNDS) this.#left(device)
    }
    session.enumerate()
  }

  #heard(packet: Packet): void {
    if (packet.fn === functions.enumerated) this.#reported(packet)
    else this.#devices.get(packet.uid)?.received(packet)
  }

  #reported(packet: Packet): void {
    if (packet.payload.length !== sizeOf(enumeration.layout)) return
    const [, , position, , , id, type] = unpack(enumeration.layout, packet.payload)
    if (this.#devices.size >= MOST_DEVICES && !this.#devices.has(packet.uid)) return
    const device = this.#deviceOf(packet.uid)
    if (type === enumeration.gone) this.#left(device)
    else this.#present(device, { id: Number(id), position: String(position) }, type === enumeration.restarted)
  }

  #present(device: RemoteDevice, identity: Identity, hasRestarted: boolean): void {
    device.silentRounds = 0
    const isNew = device.identity?.id !== identity.id
    device.identity = identity
    device.hasLeft = false
    if (isNew) device.notify()
    if (isNew || hasRestarted) device.renew()
  }

  #left(device: RemoteDevice): void {
    device.identity = undefined
    device.hasLeft = true
    device.notify()
  }
}

const closed = (place: string): Sentence => ({
  code: 'BRICKD_CLOSED',
  message: `The connection to the brickd at ${place} was closed.`,
  values: { place },
})
const secretRefused = (place: string): Sentence => ({
  code: 'BRICKD_SECRET_REFUSED',
  message: `The brickd at ${place} refused the secret. Enter the one from its configuration, or none if none is set there.`,
  values: { place },
})
const secretWanted = (place: string): Sentence => ({
  code: 'BRICKD_SILENT',
  message: `The brickd at ${place} does not answer. If a secret is set there, enter it in this connection.`,
  values: { place },
})
