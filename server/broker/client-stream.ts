import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { PacketScanner, type ScanLimits } from './packet-scanner.ts'

/** Where a client comes from, as far as the socket itself says: headers of a proxy never count. */
export interface Origin {
  readonly address: string
  /** On this machine, and not through a proxy or a foreign page: may connect without a login. */
  readonly isLocal: boolean
}

type StreamLimits = ScanLimits & {
  readonly unsentBytes: number
  readonly stalledAfterMs: number
  readonly drainWithinMs: number
}

/** What reads ahead of aedes, and gives it with `pass` what is aedes'. */
export interface LaneEntry {
  receive(chunk: Buffer): void
  /** Calls back when all whole packets received are through. */
  whenThrough(call: () => void): void
  readonly unwritten: number
  flush(): void
  takeUnwritten(): Buffer
}

/** How a client keeps up with what is sent to it. */
export type Backlog = 'none' | 'full' | 'stalled'

/** Beyond this many times its limit, a backlog counts as stalled however young it is. */
const HARD_FACTOR = 8

/**
 * What stands between a client's socket and aedes: checks frames before the parser sees them, gathers
 * the many small writes of one turn of the event loop into one, and says how much is unsent.
 */
export class ClientStream extends Duplex {
  readonly origin: Origin
  readonly #inner: Duplex
  readonly #scanner: PacketScanner
  readonly #limits: StreamLimits
  readonly #clock: Clock
  #fullSince: number | undefined
  #holds = 0
  #lane: LaneEntry | undefined
  #drain: Drain | undefined

  constructor(inner: Duplex, origin: Origin, limits: StreamLimits, clock: Clock) {
    super({ allowHalfOpen: false, writableHighWaterMark: limits.unsentBytes })
    this.origin = origin
    this.#inner = inner
    this.#limits = limits
    this.#clock = clock
    this.#scanner = new PacketScanner(limits)
    inner.on('data', (chunk: Buffer) => this.#receive(chunk))
    inner.on('end', () => this.#whenThrough(() => this.push(null)))
    inner.on('error', (error) => this.destroy(error))
    inner.on('close', () => this.#endWhenThrough())
  }

  /** From now on, what comes in goes there first. */
  openLane(lane: LaneEntry): void {
    this.#lane = lane
  }

  /** Gives bytes to aedes. */
  pass(bytes: Buffer): void {
    if (!this.push(bytes)) this.#inner.pause()
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
    this.#drain ??= this.#startDrain()
    return this.#drain.done
  }

  #startDrain(): Drain {
    const { promise: done, resolve } = Promise.withResolvers<void>()
    return { done, resolve, timer: this.#watchDrain() }
  }

  #watchDrain(): Timer {
    return this.#clock.after(this.#limits.drainWithinMs, () => void this.destroy(new Error('drain timeout')))
  }

  /** The socket has taken what was given to it. */
  #goOnDraining(drain: Drain): void {
    if (this.#unsent <= this.#limits.unsentBytes) {
      this.#endDrain()
      return
    }
    drain.timer.cancel()
    drain.timer = this.#watchDrain()
  }

  #endDrain(): void {
    const drain = this.#drain
    this.#drain = undefined
    drain?.timer.cancel()
    drain?.resolve()
  }

  get #unsent(): number {
    const here = this.writableLength + (this.#lane?.unwritten ?? 0)
    return Math.max(here, this.#inner.writableLength)
  }

  #receive(chunk: Buffer): void {
    const violation = this.#scanner.scan(chunk)
    if (violation !== undefined) this.destroy(Object.assign(new Error(violation), { code: violation }))
    else if (this.#lane !== undefined) this.#lane.receive(chunk)
    else this.pass(chunk)
    if (this.#holds > 0) this.#inner.pause()
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
    if (this.#holds === 0) this.#inner.resume()
  }

  /** Reads nothing more from this client until it is let go: its sending is faster than what it sends to. */
  hold(): Disposable {
    this.#holds++
    return {
      [Symbol.dispose]: () => {
        if (--this.#holds === 0) this.#inner.resume()
      },
    }
  }

  /** For aedes: what it writes stays behind what the lane has for this client already. */
  override write(
    chunk: unknown,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    done?: (error?: Error | null) => void,
  ): boolean {
    this.#lane?.flush()
    if (typeof encoding === 'function') return super.write(chunk, encoding)
    return super.write(chunk, encoding ?? 'utf8', done)
  }

  writeFromLane(bytes: Uint8Array): void {
    super.write(bytes)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done)
  }

  override _writev(writes: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(writes.map(({ chunk }) => chunk)), done)
  }

  /** Answers in the loop's next turn, so that what is written until then goes out together. */
  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    const taken = (): void => {
      this.#fullSince = undefined
      done()
      if (this.#drain !== undefined) this.#goOnDraining(this.#drain)
    }
    if (this.#inner.write(bytes)) setImmediate(taken)
    else this.#inner.once('drain', taken)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#inner.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (error === null && isSocket(this.#inner) && this.#inner.writableLength === 0)
      this.#endSoon(this.#inner)
    else this.#inner.destroy()
    this.#endDrain()
    done(error)
  }

  #endSoon(socket: Socket): void {
    const rest = this.#lane?.takeUnwritten()
    if (rest !== undefined && rest.length > 0) socket.write(rest)
    socket.destroySoon()
  }
}

interface Drain {
  readonly done: Promise<void>
  readonly resolve: () => void
  timer: Timer
}

const isSocket = (stream: Duplex): stream is Socket => 'destroySoon' in stream
