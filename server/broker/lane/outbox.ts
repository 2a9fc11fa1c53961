import { mostBytes, writePubAck, writePublishHead } from './publish-packet.ts'

/** Runs calls at the end of this turn of the event loop, after everything that was read in it. */
export class TurnEnd {
  #calls: (() => void)[] = []

  add(call: () => void): void {
    if (this.#calls.push(call) === 1) setImmediate(() => this.#run())
  }

  #run(): void {
    const calls = this.#calls
    this.#calls = []
    for (const call of calls) call()
  }
}

const NOTHING = Buffer.alloc(0)
const SMALLEST_SLAB = 512
const LARGEST_SLAB = 64 * 1024
/** A payload from this size on is not copied: all its receivers share it. */
export const LARGE_PAYLOAD = 8 * 1024

/**
 * What goes to one client within one turn: packets are written one behind the other into a slab, which
 * leaves in one write.
 */
export class Outbox {
  readonly #write: (bytes: Uint8Array) => void
  readonly #turnEnd: TurnEnd
  #slab: Buffer = NOTHING
  #length = 0
  #isPlanned = false
  #lastLength = SMALLEST_SLAB

  constructor(write: (bytes: Uint8Array) => void, turnEnd: TurnEnd) {
    this.#write = write
    this.#turnEnd = turnEnd
  }

  /** Bytes that have not been written yet. */
  get length(): number {
    return this.#length
  }

  /** A packet id of 0 makes it QoS 0. */
  publish(topic: Buffer, payload: Uint8Array, packetId: number): void {
    const isLarge = payload.length >= LARGE_PAYLOAD
    this.#makeRoom(mostBytes(topic, isLarge ? 0 : payload.length))
    this.#length = writePublishHead(this.#slab, this.#length, topic, payload.length, packetId)
    if (isLarge) {
      this.flush()
      this.#write(payload)
      return
    }
    this.#slab.set(payload, this.#length)
    this.#length += payload.length
    this.#plan()
  }

  acknowledge(packetId: number): void {
    this.#makeRoom(4)
    this.#length = writePubAck(this.#slab, this.#length, packetId)
    this.#plan()
  }

  flush(): void {
    if (this.#length > 0) this.#write(this.take())
  }

  /** What has not been written, for who ends the connection. */
  take(): Buffer {
    const bytes = this.#slab.subarray(0, this.#length)
    this.#lastLength = this.#length
    this.#slab = NOTHING
    this.#length = 0
    return bytes
  }

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    this.#turnEnd.add(() => {
      this.#isPlanned = false
      this.flush()
    })
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#slab.length) return
    if (needed > LARGEST_SLAB) this.flush()
    const usual = this.#length > 0 ? 2 * this.#slab.length : this.#lastLength + bytes
    const slab = Buffer.allocUnsafeSlow(
      Math.max(SMALLEST_SLAB, this.#length + bytes, Math.min(usual, LARGEST_SLAB)),
    )
    slab.set(this.#slab.subarray(0, this.#length))
    this.#slab = slab
  }
}
