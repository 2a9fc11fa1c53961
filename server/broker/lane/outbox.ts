import { mostBytes, writePubAck, writePublishHead } from './publish-packet.ts'

/** What has something to do at the end of a turn. */
interface Flushable {
  flush(): void
}

/** Flushes at the end of this turn of the event loop, after everything that was read in it. */
export class TurnEnd {
  readonly #slabs = new Slabs()
  #planned: Flushable[] = []
  #before: Flushable[] = []
  readonly #run = (): void => {
    const planned = this.#planned
    this.#planned = this.#before
    this.#before = planned
    for (const one of planned) one.flush()
    planned.length = 0
  }

  get slabs(): Slabs {
    return this.#slabs
  }

  plan(one: Flushable): void {
    if (this.#planned.push(one) === 1) setImmediate(this.#run)
  }
}

const NOTHING = Buffer.alloc(0)
const SMALL_SLAB = 1024
const LARGE_SLAB = 64 * 1024
/** Bytes of slabs of each size that lie ready. */
const MOST_READY = 1024 * 1024
/** A payload from this size on is not copied: all its receivers share it. */
export const LARGE_PAYLOAD = 8 * 1024

/** Buffers to be used again and again, of two sizes. */
class Slabs {
  readonly #small: Buffer[] = []
  readonly #large: Buffer[] = []

  /** The smallest that holds this many bytes. */
  take(bytes: number): Buffer {
    if (bytes <= SMALL_SLAB) return this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL_SLAB)
    if (bytes <= LARGE_SLAB) return this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE_SLAB)
    return Buffer.allocUnsafeSlow(bytes)
  }

  giveBack(slab: Buffer): void {
    const ready = slab.length === SMALL_SLAB ? this.#small : this.#large
    const fits = slab.length === SMALL_SLAB || slab.length === LARGE_SLAB
    if (fits && ready.length * slab.length < MOST_READY) ready.push(slab)
  }
}

/** Writes bytes; answers whether they may be used for something else now. `isShared`: they must stay as they are. */
type Write = (bytes: Uint8Array, isShared: boolean) => boolean

/**
 * What goes to one client within one turn: packets are written one behind the other into a slab, which
 * leaves in one write.
 */
export class Outbox {
  readonly #write: Write
  readonly #turnEnd: TurnEnd
  #slab: Buffer = NOTHING
  #length = 0
  #isPlanned = false

  constructor(write: Write, turnEnd: TurnEnd) {
    this.#write = write
    this.#turnEnd = turnEnd
  }

  /** Bytes that have not been written yet. */
  get length(): number {
    return this.#length
  }

  /** A packet id of 0 makes it QoS 0. A large payload must stay as it is. */
  publish(topic: Buffer, properties: Buffer, payload: Uint8Array, packetId: number): void {
    const isLarge = payload.length >= LARGE_PAYLOAD
    this.#makeRoom(mostBytes(topic, properties, isLarge ? 0 : payload.length))
    this.#length = writePublishHead(this.#slab, this.#length, topic, properties, payload.length, packetId)
    if (isLarge) this.#writeShared(payload)
    else this.#put(payload)
  }

  acknowledge(packetId: number): void {
    this.#makeRoom(4)
    this.#length = writePubAck(this.#slab, this.#length, packetId)
    this.#plan()
  }

  /** Bytes that must stay as they are. */
  append(bytes: Uint8Array): void {
    if (bytes.length >= LARGE_PAYLOAD) {
      this.#writeShared(bytes)
      return
    }
    this.#makeRoom(bytes.length)
    this.#put(bytes)
  }

  flush(): void {
    this.#isPlanned = false
    if (this.#length > 0) this.#writeSlab()
  }

  #put(bytes: Uint8Array): void {
    this.#slab.set(bytes, this.#length)
    this.#length += bytes.length
    this.#plan()
  }

  #writeShared(bytes: Uint8Array): void {
    if (this.#length > 0) this.#writeSlab()
    this.#write(bytes, true)
  }

  #writeSlab(): void {
    const [slab, length] = [this.#slab, this.#length]
    this.#slab = NOTHING
    this.#length = 0
    if (this.#write(slab.subarray(0, length), false)) this.#turnEnd.slabs.giveBack(slab)
  }

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    this.#turnEnd.plan(this)
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#slab.length) return
    if (this.#length + bytes > LARGE_SLAB && this.#length > 0) this.#writeSlab()
    const before = this.#slab
    this.#slab = this.#turnEnd.slabs.take(this.#length + bytes)
    this.#slab.set(before.subarray(0, this.#length))
    this.#turnEnd.slabs.giveBack(before)
  }
}
