/** Goes through bytes; answers nothing, or false, where they end too early. */
export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  byte(): number | undefined {
    return this.#bytes[this.#at++]
  }

  skip(count: number): boolean {
    this.#at += count
    return this.#at <= this.#bytes.length
  }

  take(count: number): Buffer | undefined {
    const start = this.#at
    return this.skip(count) ? this.#bytes.subarray(start, this.#at) : undefined
  }

  /** Two bytes of length, and as many as they say. */
  block(): Buffer | undefined {
    const [high, low] = [this.byte(), this.byte()]
    return high === undefined || low === undefined ? undefined : this.take(high * 256 + low)
  }

  /** A number in up to four bytes of seven bits each. */
  variable(): number | undefined {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte()
      if (byte === undefined) return undefined
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    return undefined
  }

  /** Their length as such a number, and as many bytes as it says. */
  properties(): Buffer | undefined {
    const length = this.variable()
    return length === undefined ? undefined : this.take(length)
  }
}
