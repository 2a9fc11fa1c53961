/** Bytes of a topic that is remembered. */
const LONGEST = 128

/**
 * Reads the topics of one client. Most sensors have one: it is then read once, and as the same text each time it is
 * found faster in every table.
 */
export class LatestTopic {
  #bytes: Uint8Array | undefined
  #length = -1
  #text = ''

  /** `body`: where a PUBLISH that is well formed has the length of its topic. */
  read(bytes: Buffer, body: number): string {
    const start = body + 2
    const length = bytes.readUInt16BE(body)
    if (length === this.#length && this.#isAt(bytes, start)) return this.#text
    const text = bytes.toString('utf8', start, start + length)
    if (length <= LONGEST) this.#remember(bytes, start, length, text)
    return text
  }

  #isAt(bytes: Buffer, start: number): boolean {
    const latest = this.#bytes
    for (let at = 0; at < this.#length; at++) if (latest?.[at] !== bytes[start + at]) return false
    return true
  }

  #remember(bytes: Buffer, start: number, length: number, text: string): void {
    this.#bytes ??= new Uint8Array(LONGEST)
    for (let at = 0; at < length; at++) this.#bytes[at] = bytes[start + at] ?? 0
    this.#length = length
    this.#text = text
  }
}
