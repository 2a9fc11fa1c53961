import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Clock } from '#kit/runtime/clock.ts'
import { PacketScanner, type ScanLimits } from './packet-scanner.ts'

/** Where a client comes from, as far as the socket itself says: headers of a proxy never count. */
export interface Origin {
  readonly address: string
  /** On this machine, and not through a proxy or a foreign page: may connect without a login. */
  readonly isLocal: boolean
}

type StreamLimits = ScanLimits & { readonly unsentBytes: number; readonly stalledAfterMs: number }

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

  constructor(inner: Duplex, origin: Origin, limits: StreamLimits, clock: Clock) {
    super({ allowHalfOpen: false, writableHighWaterMark: limits.unsentBytes })
    this.origin = origin
    this.#inner = inner
    this.#limits = limits
    this.#clock = clock
    this.#scanner = new PacketScanner(limits)
    inner.on('data', (chunk: Buffer) => this.#receive(chunk))
    inner.on('end', () => this.push(null))
    inner.on('error', (error) => this.destroy(error))
    inner.on('close', () => this.destroy())
  }

  /** `full` while more than `unsentBytes` wait for the socket, `stalled` once it has then taken nothing for `stalledAfterMs`. */
  get backlog(): Backlog {
    const unsent = Math.max(this.writableLength, this.#inner.writableLength)
    const { unsentBytes, stalledAfterMs } = this.#limits
    if (unsent <= unsentBytes) {
      this.#fullSince = undefined
      return 'none'
    }
    this.#fullSince ??= this.#clock.now()
    const isOld = this.#clock.now() - this.#fullSince >= stalledAfterMs
    return isOld || unsent > HARD_FACTOR * unsentBytes ? 'stalled' : 'full'
  }

  #receive(chunk: Buffer): void {
    const violation = this.#scanner.scan(chunk)
    if (violation !== undefined) this.destroy(Object.assign(new Error(violation), { code: violation }))
    else if (!this.push(chunk) || this.#holds > 0) this.#inner.pause()
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
    }
    if (this.#inner.write(bytes)) setImmediate(taken)
    else this.#inner.once('drain', taken)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#inner.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (error === null && isSocket(this.#inner) && this.#inner.writableLength === 0) this.#inner.destroySoon()
    else this.#inner.destroy()
    done(error)
  }
}

const isSocket = (stream: Duplex): stream is Socket => 'destroySoon' in stream
