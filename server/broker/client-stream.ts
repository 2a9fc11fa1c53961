import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Clock } from '#kit/runtime/clock.ts'
import { readBorrowed } from './borrowed-reads.ts'
import { Carried } from './clients/carried.ts'
import { Pace } from './clients/pace.ts'
import { Draining } from './draining.ts'
import { Outbox, type TurnEnd } from './lane/outbox.ts'
import { PacketScanner, type ScanLimits, type Violation } from './packet-scanner.ts'
import type { Proof } from './tls-server.ts'
import type { Traffic } from './traffic.ts'

/** Where a client comes from, as far as the socket itself says: headers of a proxy never count. */
export interface Origin extends Proof {
  readonly address: string
  /** On this machine, and not through a proxy or a foreign page: may connect without a login. */
  readonly isLocal: boolean
  /** The door it came by. */
  readonly listener?: string
  /** The client id of a bridge of the house itself, which needs no login and no rule. */
  readonly bridge?: string
}

type StreamLimits = ScanLimits & {
  readonly unsentBytes: number
  readonly stalledAfterMs: number
  readonly drainWithinMs: number
  readonly messagesPerSecond: number
  readonly bytesPerSecond: number
}

/** What all clients share. */
export interface StreamSurroundings {
  readonly limits: StreamLimits
  readonly clock: Clock
  readonly turnEnd: TurnEnd
  readonly traffic: Traffic
  /** A client of the network sends faster than it may, and is not read for a moment. */
  readonly onTooFast: (stream: ClientStream) => void
}

/** What reads ahead of aedes, and gives it with `pass` what is aedes'. */
export interface LaneEntry {
  /** The bytes are borrowed. */
  receive(bytes: Buffer): void
  /** Calls back when all whole packets received are through. */
  whenThrough(call: () => void): void
}

/** How a client keeps up with what is sent to it. */
export type Backlog = 'none' | 'full' | 'stalled'

/** CONNACK with return code 1: we do not speak that level of the protocol (MQTT-3.1.2-2). */
const UNKNOWN_LEVEL = Buffer.of(0x20, 2, 0, 1)

/** Beyond this many times its limit, a backlog counts as stalled however young it is. */
const HARD_FACTOR = 8

/**
 * What stands between a client's socket and aedes: checks frames before the parser sees them, and says
 * how much is unsent. It is a stream for aedes only: the lane reads and writes past its buffers, as what
 * aedes writes goes to the outbox, too.
 */
export class ClientStream extends Duplex {
  readonly origin: Origin
  /** What this client is to get, from aedes and from the lane, in order. */
  readonly outbox: Outbox
  readonly carried = new Carried()
  /** Milliseconds since 1970. */
  readonly openedAt: number
  /** What the client is to be told when an error ends its connection. */
  farewell: (error: Error) => Uint8Array | undefined = () => undefined
  /** What takes the pieces of the first packet that aedes writes, until it answers the whole. */
  first: { add(piece: Uint8Array): Uint8Array | undefined } | undefined
  readonly #inner: Duplex
  readonly #scanner: PacketScanner
  readonly #limits: StreamLimits
  readonly #clock: Clock
  readonly #traffic: Traffic
  readonly #pace: Pace | undefined
  #fullSince: number | undefined
  #holds = 0
  #isCountedAsHeld = false
  #isFull = false
  #lane: LaneEntry | undefined
  #draining: Draining | undefined
  /** aedes waits for the event. */
  #needsDrain = false

  constructor(
    inner: Duplex,
    origin: Origin,
    { limits, clock, turnEnd, traffic, onTooFast }: StreamSurroundings,
  ) {
    super({ allowHalfOpen: false })
    this.origin = origin
    this.#limits = limits
    this.#clock = clock
    this.openedAt = clock.now()
    this.#traffic = traffic
    if (!origin.isLocal)
      this.#pace = new Pace({ limits, clock, hold: () => this.hold(), onHeld: () => onTooFast(this) })
    this.#scanner = new PacketScanner(limits)
    this.outbox = new Outbox((bytes, isShared) => this.#send(bytes, isShared), turnEnd)
    this.#inner = readBorrowed(inner, (bytes) => this.#receive(bytes))
    // in front of the socket's own listener, which lets nothing be written any more
    this.#inner.prependListener('end', () => this.outbox.flush())
    this.#inner.on('end', () => this.#whenThrough(() => this.push(null)))
    this.#inner.on('error', (error) => this.destroy(error))
    this.#inner.on('close', () => this.#endWhenThrough())
  }

  /** From now on, what comes in goes there first. */
  openLane(lane: LaneEntry): void {
    this.#lane = lane
  }

  /** Gives bytes, which are borrowed, to aedes. */
  pass(bytes: Buffer): void {
    if (this.push(Buffer.from(bytes))) return
    this.#isFull = true
    this.#inner.pause()
  }

  /** `full` while more than `unsentBytes` wait for the socket, `stalled` once it has then taken nothing for `stalledAfterMs`. */
  get backlog(): Backlog {
    const unsent = this.#unsent
    const { unsentBytes, stalledAfterMs } = this.#limits
    if (unsent <= unsentBytes) {
      this.#fullSince = undefined
      return 'none'
    }
    this.#fullSince ??= this.#clock.now()
    const isOld = this.#clock.now() - this.#fullSince >= stalledAfterMs
    return isOld || unsent > HARD_FACTOR * unsentBytes ? 'stalled' : 'full'
  }

  /** Resolves when the socket has taken its backlog, or is gone. A client that takes nothing for `drainWithinMs` is disconnected. */
  drained(): Promise<void> {
    this.#draining ??= new Draining(this.#clock, this.#limits.drainWithinMs, () =>
      this.destroy(new Error('drain timeout')),
    )
    return this.#draining.done
  }

  #endDraining(): void {
    const draining = this.#draining
    this.#draining = undefined
    draining?.end()
  }

  get #unsent(): number {
    return this.outbox.length + this.#inner.writableLength
  }

  #receive(bytes: Buffer): void {
    this.#traffic.bytesIn += bytes.length
    this.carried.bytesIn += bytes.length
    const violation = this.#scanner.scan(bytes)
    if (violation !== undefined) this.#refuse(violation)
    else if (this.#lane !== undefined) this.#lane.receive(bytes)
    else this.pass(bytes)
    this.#pace?.spend(this.carried)
  }

  #refuse(violation: Violation): void {
    const end = (): void => void this.destroy(Object.assign(new Error(violation), { code: violation }))
    if (violation === 'LEVEL_UNKNOWN') this.#inner.pause().end(UNKNOWN_LEVEL, end)
    else end()
  }

  #whenThrough(call: () => void): void {
    if (this.#lane === undefined) call()
    else this.#lane.whenThrough(call)
  }

  /** What a client sent before it went still counts, if it is through in time. */
  #endWhenThrough(): void {
    const timer = this.#clock.after(this.#limits.drainWithinMs, () => void this.destroy())
    this.#whenThrough(() => {
      timer.cancel()
      this.destroy()
    })
  }

  override _read(): void {
    if (!this.#isFull) return
    this.#isFull = false
    this.#goOnReading()
  }

  /** Reads nothing more from this client until it is let go: its sending is faster than what it sends to. */
  hold(): Disposable {
    if (this.#holds++ === 0) {
      this.#inner.pause()
      this.#countAsHeld(!this.destroyed)
    }
    return { [Symbol.dispose]: () => this.#letGo() }
  }

  /** Nothing is read from it at the moment. */
  get isHeld(): boolean {
    return this.#isCountedAsHeld
  }

  #letGo(): void {
    if (--this.#holds > 0) return
    this.#countAsHeld(false)
    this.#goOnReading()
  }

  #countAsHeld(isHeld: boolean): void {
    if (isHeld === this.#isCountedAsHeld) return
    this.#isCountedAsHeld = isHeld
    this.#traffic.heldPublishers += isHeld ? 1 : -1
  }

  #goOnReading(): void {
    if (this.#holds === 0 && !this.#isFull) this.#inner.resume()
  }

  /** For aedes. Past the stream's own buffer: it stays behind what the lane has for this client already, and before what it will have. */
  override write(
    chunk: unknown,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    done?: (error?: Error | null) => void,
  ): boolean {
    const call = typeof encoding === 'function' ? encoding : done
    if (!this.destroyed) this.#append(bytesOf(chunk, encoding))
    if (call !== undefined) process.nextTick(call)
    this.#needsDrain ||= this.#unsent > this.#limits.unsentBytes
    return !this.#needsDrain
  }

  #append(bytes: Uint8Array): void {
    const whole = this.first === undefined ? bytes : this.first.add(bytes)
    if (whole === undefined) return
    this.first = undefined
    this.outbox.append(whole)
  }

  /** What waits already is not waited for with a slab that holds little more than nothing. */
  #send(bytes: Uint8Array, isShared: boolean): boolean {
    if (this.#inner.destroyed) return true
    this.#traffic.bytesOut += bytes.length
    this.carried.bytesOut += bytes.length
    const isBehind = this.#inner.writableLength > 0
    this.#inner.write(isBehind && !isShared ? Buffer.from(bytes) : bytes, this.#taken)
    return isBehind || this.#inner.writableLength === 0
  }

  /** The socket has taken what was given to it. */
  readonly #taken = (): void => {
    this.#fullSince = undefined
    if (this.#draining === undefined && !this.#needsDrain) return
    if (this.#unsent > this.#limits.unsentBytes) {
      this.#draining?.goOn()
      return
    }
    this.#endDraining()
    if (!this.#needsDrain) return
    this.#needsDrain = false
    this.emit('drain')
  }

  override _final(done: (error?: Error | null) => void): void {
    this.outbox.flush()
    this.#inner.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const last = error === null ? undefined : this.farewell(error)
    if (last !== undefined) this.outbox.append(last)
    const isHeard = (error === null || last !== undefined) && this.#inner.writableLength === 0
    if (isHeard) this.outbox.flush()
    if (isHeard && isSocket(this.#inner)) this.#inner.destroySoon()
    else this.#inner.destroy()
    this.#endDraining()
    this.#countAsHeld(false)
    done(error)
  }
}

const isSocket = (stream: Duplex): stream is Socket => 'destroySoon' in stream

/** aedes takes an error for the end of the client: it is what a malformed packet comes to in the end. */
function bytesOf(chunk: unknown, encoding: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding === 'latin1' ? 'latin1' : 'utf8')
  throw new TypeError('only bytes and text can be written')
}
