import { connect, type Socket } from 'node:net'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { BRICKD, BROADCAST, encodePacket, functions, type Packet, PacketReader } from './packet.ts'

export const RESPONSE_TIMEOUT_MS = 2_500
const CONNECT_TIMEOUT_MS = 5_000
const PROBE_AFTER_MS = 5_000
const HIGHEST_SEQ = 15

/** The other side did not answer within 2.5 s. A brickd is silent about a UID that it does not know. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** The connection ended while, or before, a request was open. */
export class SessionClosed extends Error {
  override readonly name = 'SessionClosed'
}

export interface SessionOptions {
  readonly host: string
  readonly port: number
  readonly clock: Clock
  readonly connected: () => void
  /** A packet that answers no request. */
  readonly callback: (packet: Packet) => void
  /** Called once, whoever ended it. */
  readonly closed: (reason: Error) => void
}

/** Requests to one function of one device: sequence numbers that are out, and who waits for one. */
interface Lane {
  last: number
  readonly open: Map<number, Pending>
  readonly waiting: Pending[]
}

interface Pending {
  readonly uid: number
  readonly fn: number
  readonly payload: Buffer
  readonly resolve: (answer: Packet) => void
  readonly reject: (reason: Error) => void
  timer?: Timer
}

/** One TCP connection to a brickd, from connecting until it ends: requests, callbacks, and the watch over silence. */
export class TfpSession implements Disposable {
  readonly #options: SessionOptions
  readonly #socket: Socket
  readonly #reader = new PacketReader()
  readonly #lanes = new Map<string, Lane>()
  #isClosed = false
  #heardAt: number
  #watch: Timer

  constructor(options: SessionOptions) {
    this.#options = options
    this.#heardAt = options.clock.now()
    this.#socket = connect({ host: options.host, port: options.port, noDelay: true })
    this.#socket.on('connect', () => this.#connected())
    this.#socket.on('data', (bytes) => this.#received(bytes))
    this.#socket.on('error', (error) => this.close(error))
    this.#socket.on('close', () => this.close(new SessionClosed('the brickd closed the connection')))
    this.#watch = options.clock.after(CONNECT_TIMEOUT_MS, () =>
      this.close(new NoAnswer('nobody answers at this address')),
    )
  }

  /**
   * Sends a request and resolves with its answer, whatever error that carries. At most 15 requests to one
   * function of one device are open; more wait for their turn. Rejects with `NoAnswer` or `SessionClosed`.
   */
  request(uid: number, fn: number, payload: Buffer = Buffer.alloc(0)): Promise<Packet> {
    const { promise, resolve, reject } = Promise.withResolvers<Packet>()
    if (this.#isClosed) reject(new SessionClosed('the connection to the brickd has ended'))
    else this.#submit({ uid, fn, payload, resolve, reject })
    return promise
  }

  /** Asks every device to report; the answers come as callbacks. */
  enumerate(): void {
    this.#send(BROADCAST, functions.enumerate, 1, false)
  }

  close(reason: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#watch.cancel()
    this.#socket.destroySoon()
    const open = [...this.#lanes.values()].flatMap((lane) => [...lane.open.values(), ...lane.waiting])
    this.#lanes.clear()
    for (const pending of open) {
      pending.timer?.cancel()
      pending.reject(new SessionClosed(reason.message, { cause: reason }))
    }
    this.#options.closed(reason)
  }

  [Symbol.dispose](): void {
    this.close(new SessionClosed('we closed the connection'))
  }

  #connected(): void {
    if (this.#isClosed) return
    this.#watch.cancel()
    this.#heardAt = this.#options.clock.now()
    this.#watchSilence(PROBE_AFTER_MS)
    this.#options.connected()
  }

  #submit(pending: Pending): void {
    const lane = this.#laneOf(pending.uid, pending.fn)
    const seq = freeSeq(lane)
    if (seq === undefined) lane.waiting.push(pending)
    else this.#open(lane, seq, pending)
  }

  #open(lane: Lane, seq: number, pending: Pending): void {
    lane.last = seq
    lane.open.set(seq, pending)
    pending.timer = this.#options.clock.after(RESPONSE_TIMEOUT_MS, () => {
      this.#release(lane, seq)
      pending.reject(new NoAnswer('no answer within 2.5 s'))
    })
    this.#send(pending.uid, pending.fn, seq, true, pending.payload)
  }

  #release(lane: Lane, seq: number): void {
    lane.open.delete(seq)
    const next = lane.waiting.shift()
    if (next) this.#submit(next)
  }

  #send(
    uid: number,
    fn: number,
    seq: number,
    responseExpected: boolean,
    payload: Buffer = Buffer.alloc(0),
  ): void {
    if (this.#isClosed) return
    this.#socket.write(encodePacket({ uid, fn, seq, responseExpected, error: 0, payload }))
  }

  #received(bytes: Buffer): void {
    this.#heardAt = this.#options.clock.now()
    let packets: Packet[]
    try {
      packets = this.#reader.push(bytes)
    } catch (error) {
      this.close(error as Error)
      return
    }
    for (const packet of packets) if (!this.#isClosed) this.#dispatch(packet)
  }

  #dispatch(packet: Packet): void {
    if (packet.seq === 0) {
      this.#options.callback(packet)
      return
    }
    const lane = this.#lanes.get(laneKey(packet.uid, packet.fn))
    const pending = lane?.open.get(packet.seq)
    if (!lane || !pending) return // an answer that came after its time-out
    pending.timer?.cancel()
    this.#release(lane, packet.seq)
    pending.resolve(packet)
  }

  /** TCP does not notice a peer that has vanished: after 5 s of silence we send a probe and a question that any brickd answers. */
  #watchSilence(ms: number): void {
    this.#watch = this.#options.clock.after(ms, () => {
      const silent = this.#options.clock.now() - this.#heardAt
      if (silent < PROBE_AFTER_MS) return this.#watchSilence(PROBE_AFTER_MS - silent)
      this.#send(BROADCAST, functions.disconnectProbe, 1, false)
      this.checkAlive()
      this.#watchSilence(PROBE_AFTER_MS)
    })
  }

  /** Asks the brickd for its identity, which it answers with an error: it lives. Closes the connection if it does not. */
  checkAlive(): void {
    this.request(BRICKD, functions.identity).catch((error: unknown) => {
      if (error instanceof NoAnswer) this.close(new NoAnswer('the brickd has fallen silent'))
    })
  }

  #laneOf(uid: number, fn: number): Lane {
    const key = laneKey(uid, fn)
    const lane = this.#lanes.get(key) ?? { last: 0, open: new Map(), waiting: [] }
    this.#lanes.set(key, lane)
    return lane
  }
}

const laneKey = (uid: number, fn: number): string => `${uid}.${fn}`

/** The next number in the round that is not out: a late answer then meets no new request for as long as possible. */
function freeSeq({ last, open }: Lane): number | undefined {
  for (let step = 0; step < HIGHEST_SEQ; step++) {
    const seq = ((last + step) % HIGHEST_SEQ) + 1
    if (!open.has(seq)) return seq
  }
  return undefined
}
