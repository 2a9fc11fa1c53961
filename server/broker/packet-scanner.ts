import { readConnectBytes } from './connect-bytes.ts'

/** Why a connection is closed before its bytes reach the parser. */
export type Violation = 'PACKET_TOO_LARGE' | 'PACKET_MALFORMED' | 'LEVEL_UNKNOWN'

export interface ScanLimits {
  readonly connectPacketBytes: number
  readonly packetBytes: number
}

const CONNECT = 1

type Shapes = Readonly<
  Record<number, { readonly least: number; readonly most: number; readonly hasId: boolean }>
>

/** What a client may send after CONNECT (MQTT 3.1.1, table 2.1), and how long the rest of the packet must at least and at most be. */
const shapesOf3: Shapes = {
  3: { least: 2, most: Number.POSITIVE_INFINITY, hasId: false }, // PUBLISH: its id stands behind the topic
  4: { least: 2, most: 2, hasId: true }, // PUBACK
  5: { least: 2, most: 2, hasId: true }, // PUBREC
  6: { least: 2, most: 2, hasId: true }, // PUBREL
  7: { least: 2, most: 2, hasId: true }, // PUBCOMP
  8: { least: 6, most: Number.POSITIVE_INFINITY, hasId: true }, // SUBSCRIBE: id, and at least one filter with its QoS
  10: { least: 5, most: Number.POSITIVE_INFINITY, hasId: true }, // UNSUBSCRIBE: id, and at least one filter
  12: { least: 0, most: 0, hasId: false }, // PINGREQ
  14: { least: 0, most: 0, hasId: false }, // DISCONNECT
}
/** The same for MQTT 5, where a reason and properties may follow. AUTH is missing: nobody is let in who wants that. */
const acknowledgement = { least: 2, most: Number.POSITIVE_INFINITY, hasId: true }
const shapesOf5: Shapes = {
  3: { least: 4, most: Number.POSITIVE_INFINITY, hasId: false },
  4: acknowledgement,
  5: acknowledgement,
  6: acknowledgement,
  7: acknowledgement,
  8: { least: 7, most: Number.POSITIVE_INFINITY, hasId: true },
  10: { least: 6, most: Number.POSITIVE_INFINITY, hasId: true },
  12: { least: 0, most: 0, hasId: false },
  14: { least: 0, most: Number.POSITIVE_INFINITY, hasId: false },
}

/**
 * Reads the frames of a client's byte stream ahead of the parser, which would buffer a packet of any
 * announced size and lets wrong lengths and packet id 0 pass. CONNECT is read whole; later bodies are
 * skipped, not copied.
 */
export class PacketScanner {
  readonly #limits: ScanLimits
  #shapes: Shapes | undefined
  /** What has come of the body of CONNECT. */
  readonly #connect: Uint8Array[] = []
  /** Bytes of the fixed header read so far. */
  #headerBytes = 0
  #type = 0
  #length = 0
  /** Bytes of the body still to come. */
  #left = 0
  /** Bytes of the packet id still to come, and its bits so far. */
  #idLeft = 0
  #id = 0

  constructor(limits: ScanLimits) {
    this.#limits = limits
  }

  /** Reads on, over any split of the stream into chunks. After a violation the stream makes no more sense. */
  scan(chunk: Uint8Array): Violation | undefined {
    let at = 0
    while (at < chunk.length) {
      if (this.#shapes === undefined && this.#left > 0) {
        const end = Math.min(at + this.#left, chunk.length)
        const violation = this.#readConnect(Buffer.from(chunk.subarray(at, end))) // a copy: the chunk is borrowed
        if (violation !== undefined) return violation
        at = end
      } else if (this.#idLeft > 0) {
        if (!this.#readId(chunk[at++] ?? 0)) return 'PACKET_MALFORMED'
      } else if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at)
        this.#left -= skipped
        at += skipped
      } else {
        const violation = this.#readHeader(chunk[at++] ?? 0)
        if (violation !== undefined) return violation
      }
    }
    return undefined
  }

  #readHeader(byte: number): Violation | undefined {
    if (this.#headerBytes++ === 0) {
      this.#type = byte >> 4
      this.#length = 0
      const isExpected = this.#type === CONNECT || (this.#shapes !== undefined && this.#type in this.#shapes)
      return isExpected ? undefined : 'PACKET_MALFORMED'
    }
    this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 2)
    if ((byte & 0x80) === 0) return this.#startBody()
    return this.#headerBytes > 4 ? 'PACKET_MALFORMED' : undefined
  }

  #startBody(): Violation | undefined {
    const isFirst = this.#shapes === undefined
    const most = isFirst ? this.#limits.connectPacketBytes : this.#limits.packetBytes
    if (this.#length > most) return 'PACKET_TOO_LARGE'
    if (isFirst && this.#length === 0) return 'PACKET_MALFORMED'
    const shape = this.#shapes?.[this.#type]
    if (shape !== undefined && (this.#length < shape.least || this.#length > shape.most))
      return 'PACKET_MALFORMED'
    this.#headerBytes = 0
    this.#left = this.#length
    this.#idLeft = shape?.hasId ? 2 : 0
    this.#id = 0
    return undefined
  }

  #readConnect(bytes: Uint8Array): Violation | undefined {
    this.#connect.push(bytes)
    this.#left -= bytes.length
    if (this.#left > 0) return undefined
    const read = readConnectBytes(Buffer.concat(this.#connect.splice(0)))
    if (typeof read === 'string') return read
    this.#shapes = read.level === 5 ? shapesOf5 : shapesOf3
    return undefined
  }

  #readId(byte: number): boolean {
    this.#left--
    this.#id |= byte
    return --this.#idLeft > 0 || this.#id !== 0
  }
}
