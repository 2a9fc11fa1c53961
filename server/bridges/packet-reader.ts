import { type Packet, type Parser, parser } from 'mqtt-packet'

/** A PUBLISH that was too large to be kept: enough of it to answer. */
export interface Oversized {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly packetId: number
  readonly bytes: number
}

interface Receiver {
  packet(packet: Packet): void
  oversized(publish: Oversized): void
}

const PUBLISH = 3
const LONGEST_HEADER = 5

/**
 * Cuts a byte stream into packets. Of a PUBLISH that is larger than allowed only the beginning is kept, and
 * the rest skipped: closing the connection instead would bring it again, for ever. What makes no sense
 * throws.
 */
export class PacketReader {
  readonly #parser: Parser
  readonly #packetBytes: number
  readonly #receiver: Receiver
  #chunks: Buffer[] = []
  #held = 0
  #wanted = 2
  #skip = 0

  constructor(protocolVersion: 4 | 5, packetBytes: number, receiver: Receiver) {
    this.#packetBytes = packetBytes
    this.#receiver = receiver
    this.#parser = parser({ protocolVersion })
    this.#parser.on('packet', (packet: Packet) => receiver.packet(packet))
    this.#parser.on('error', (error: Error) => {
      throw error
    })
  }

  read(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length)
        this.#skip -= skipped
        rest = rest.subarray(skipped)
        continue
      }
      const taken = rest.subarray(0, this.#wanted - this.#held)
      this.#chunks.push(taken)
      this.#held += taken.length
      rest = rest.subarray(taken.length)
      if (this.#held === this.#wanted) this.#goOn(Buffer.concat(this.#chunks))
    }
  }

  /** With as many bytes as were wanted: either a packet is complete, or it says how many it takes. */
  #goOn(bytes: Buffer): void {
    const header = readHeader(bytes)
    if (header === undefined) this.#wait(bytes, bytes.length + 1)
    else if (header.length > this.#packetBytes) this.#goOnOversized(bytes, header)
    else if (bytes.length < header.start + header.length) this.#wait(bytes, header.start + header.length)
    else {
      this.#begin()
      this.#parser.parse(bytes)
    }
  }

  #goOnOversized(bytes: Buffer, { start, length }: Header): void {
    const first = bytes[0] ?? 0
    if (first >> 4 !== PUBLISH) throw new Error('a packet larger than its kind can be')
    const qos = ((first >> 1) & 3) as 0 | 1 | 2
    const topicEnd = bytes.length < start + 2 ? start + 2 : start + 2 + bytes.readUInt16BE(start)
    const end = topicEnd + (qos > 0 ? 2 : 0)
    if (bytes.length < end) {
      this.#wait(bytes, end)
      return
    }
    const topic = bytes.toString('utf8', start + 2, topicEnd)
    const packetId = qos > 0 ? bytes.readUInt16BE(topicEnd) : 0
    this.#begin()
    this.#skip = start + length - bytes.length
    this.#receiver.oversized({ topic, qos, packetId, bytes: length })
  }

  #wait(bytes: Buffer, wanted: number): void {
    this.#chunks = [bytes]
    this.#wanted = wanted
  }

  #begin(): void {
    this.#chunks = []
    this.#held = 0
    this.#wanted = 2
  }
}

interface Header {
  /** Where the body begins, and how long it is. */
  readonly start: number
  readonly length: number
}

/** Answers nothing while it is not complete (MQTT 3.1.1, section 2.2.3). */
function readHeader(bytes: Buffer): Header | undefined {
  let length = 0
  for (let at = 1; at < LONGEST_HEADER; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte < 0x80) return { start: at + 1, length }
  }
  throw new Error('a packet whose length makes no sense')
}
