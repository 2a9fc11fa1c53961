/** Called with the bytes between `start` and `end`: all that follows the fixed header. Valid during the call. */
export type OnFrame = (firstByte: number, bytes: Buffer, start: number, end: number) => void

const NOTHING = Buffer.alloc(0)

/** Cuts a byte stream into MQTT packets, however it was split on its way. */
export class FrameReader {
  /** May be changed at any time. */
  onFrame: OnFrame
  /** The beginning of a packet whose end has not come. */
  #rest: Buffer = NOTHING

  constructor(onFrame: OnFrame) {
    this.onFrame = onFrame
  }

  /** The chunk may be written over afterwards. */
  read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (let next = this.#readFrame(bytes, 0); next > at; next = this.#readFrame(bytes, at)) at = next
    this.#rest = at === bytes.length ? NOTHING : Buffer.from(bytes.subarray(at))
  }

  /** Answers where the next packet begins, or the same place if this one is not complete. */
  #readFrame(bytes: Buffer, at: number): number {
    let length = 0
    let factor = 1
    let start = at + 1
    let byte = 0x80
    for (; byte & 0x80; factor *= 128) {
      if (start >= bytes.length) return at
      byte = bytes[start++] ?? 0
      length += (byte & 0x7f) * factor
    }
    const end = start + length
    if (end > bytes.length) return at
    this.onFrame(bytes[at] ?? 0, bytes, start, end)
    return end
  }
}
