import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { digest } from '#nodes/connections/brickd/authenticate.ts'
import { encodePacket, type Packet, PacketReader } from '#nodes/connections/brickd/packet.ts'

/** How the network and the brickd misbehave; tests turn these. */
export interface Faults {
  /** Largest piece, in bytes, in which anything is sent; 0 leaves packets whole. */
  splitInto: number
  /** Collects packets for a turn and sends them as one piece. */
  isMerging: boolean
  /** Milliseconds until an answer is sent. */
  answerDelayMs: number
  /** Nothing is read and nothing answered, and nobody is told: a half-open connection. */
  isFrozen: boolean
  /** The next packet is cut in half, and the connection reset. */
  cutsNextPacket: boolean
}

/** One client's connection at the simulated brickd: its sign-in, and the way its packets leave. */
export class SimulatedClient {
  readonly #socket: Socket
  readonly #faults: Faults
  readonly #reader = new PacketReader()
  readonly #secret: string
  #nonce: Buffer | undefined
  #isTrusted: boolean
  #outgoing = Promise.resolve()
  #merged: Buffer[] = []

  constructor(socket: Socket, secret: string, faults: Faults, handle: (packet: Packet) => void) {
    this.#socket = socket
    this.#secret = secret
    this.#faults = faults
    this.#isTrusted = secret === ''
    socket.on('data', (bytes) => this.#received(bytes, handle))
    socket.on('error', () => this.end())
  }

  get isTrusted(): boolean {
    return this.#isTrusted
  }

  /** The first step of the sign-in: a nonce, if there is a secret and it is the client's first question. */
  nonce(): Buffer | undefined {
    if (this.#secret === '' || this.#nonce || this.#isTrusted) return undefined
    this.#nonce = randomBytes(4)
    return this.#nonce
  }

  /** The second step: 4 bytes nonce of the client, 20 bytes HMAC-SHA1. */
  signIn(payload: Buffer): boolean {
    const right = this.#nonce && digest(this.#secret, this.#nonce, payload.subarray(0, 4))
    this.#isTrusted = payload.length === 24 && right?.equals(payload.subarray(4)) === true
    return this.#isTrusted
  }

  send(packet: Packet): void {
    if (this.#faults.isFrozen || this.#socket.destroyed) return
    const bytes = encodePacket(packet)
    if (this.#faults.cutsNextPacket) {
      this.#faults.cutsNextPacket = false
      this.#socket.write(bytes.subarray(0, bytes.length >> 1), () => this.#socket.resetAndDestroy())
    } else if (this.#faults.isMerging) this.#merge(bytes)
    else this.#write(bytes)
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  end(): void {
    this.#socket.destroy()
  }

  #received(bytes: Buffer, handle: (packet: Packet) => void): void {
    if (this.#faults.isFrozen) return
    try {
      for (const packet of this.#reader.push(bytes)) if (!this.#socket.destroyed) handle(packet)
    } catch {
      this.end() // a header that makes no sense: the brickd drops such a client
    }
  }

  #merge(bytes: Buffer): void {
    if (this.#merged.push(bytes) > 1) return
    setImmediate(() => this.#socket.write(Buffer.concat(this.#merged.splice(0))))
  }

  #write(bytes: Buffer): void {
    const size = this.#faults.splitInto
    if (size === 0) {
      this.#socket.write(bytes)
      return
    }
    this.#outgoing = this.#outgoing.then(async () => {
      for (let at = 0; at < bytes.length; at += size) {
        this.#socket.write(bytes.subarray(at, at + size))
        await nextTurn()
      }
    })
  }
}
