const NOTHING = Buffer.alloc(0)

/**
 * Whole packets out of a client's byte stream, however it is cut. A packet that comes in pieces is put
 * together once, when its last piece is there; the scanner has checked its announced length before.
 */
export class Frames {
  bytes: Buffer = NOTHING
  /** Where the packet begins, where its fixed header ends, and where the next one begins. */
  start = 0
  body = 0
  end = 0
  #isBorrowed = false
  #pieces: Buffer[] = []
  #gathered = 0
  /** Bytes that the packet in pieces has, as far as its header tells. */
  #needed = 0

  /** The chunk is borrowed until `release` or `own`. */
  add(chunk: Buffer): void {
    const rest = this.bytes.length - this.end
    if (this.#pieces.length === 0 && rest > 0) this.#keep(this.bytes.subarray(this.end), rest + 1)
    if (this.#pieces.length > 0) {
      this.#pieces.push(Buffer.from(chunk))
      this.#gathered += chunk.length
    } else this.#begin(chunk, true)
  }

  /** Goes to the next packet; answers `false` if it is not there as a whole. */
  next(): boolean {
    if (this.#pieces.length > 0) {
      if (this.#gathered < this.#needed) return false
      this.#begin(Buffer.concat(this.#pieces), false)
    }
    const { bytes, end: start } = this
    let at = start + 1
    let length = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]
      if (byte === undefined) return this.#isPartial(bytes.length - start + 1)
      length += (byte & 0x7f) * factor
      if (byte < 0x80) break
    }
    if (at + length > bytes.length) return this.#isPartial(at + length - start)
    this.start = start
    this.body = at
    this.end = at + length
    return true
  }

  /** Whether the packet is to be copied by who keeps it. */
  get isBorrowed(): boolean {
    return this.#isBorrowed
  }

  /** Whether nothing has come behind the packet. */
  get isLast(): boolean {
    return this.end === this.bytes.length
  }

  /** Takes the packet back: `next` comes to it again. */
  back(): void {
    this.end = this.start
  }

  /** Gives borrowed bytes back: from this packet on they are copied, and may be kept. */
  own(): void {
    if (!this.#isBorrowed) return
    const { start, body, end } = this
    this.#begin(Buffer.from(this.bytes.subarray(start)), false)
    this.body = body - start
    this.end = end - start
  }

  /** Lets go of bytes that have been read, and of borrowed ones. */
  release(): void {
    const [piece] = this.#pieces
    if (piece !== undefined && this.#isBorrowed) this.#pieces = [Buffer.from(piece)]
    else if (this.end < this.bytes.length && this.#isBorrowed) {
      this.#begin(Buffer.from(this.bytes.subarray(this.end)), false)
      return
    } else if (this.end < this.bytes.length) return
    this.bytes = NOTHING
    this.#isBorrowed = false
    this.start = 0
    this.end = 0
  }

  #begin(bytes: Buffer, isBorrowed: boolean): void {
    this.bytes = bytes
    this.#isBorrowed = isBorrowed
    this.start = 0
    this.end = 0
    if (this.#pieces.length === 0) return
    this.#pieces = []
    this.#gathered = 0
  }

  #isPartial(needed: number): false {
    const rest = this.bytes.length - this.end
    if (rest > 0) this.#keep(this.bytes.subarray(this.end), needed)
    return false
  }

  #keep(piece: Buffer, needed: number): void {
    this.#pieces = [piece]
    this.#gathered = piece.length
    this.#needed = needed
  }
}
