/**
 * One packet of the Tinkerforge protocol over TCP: a header of 8 bytes and up to 72 bytes of payload.
 * Bytes 0-3 UID, 4 length, 5 function, 6 sequence number (bits 7-4) and response expected (bit 3), 7 error (bits 7-6).
 */
export interface Packet {
  /** 0 is everybody, 1 the brickd itself. */
  readonly uid: number
  /** 1 to 255: a function, or the id of a callback. */
  readonly fn: number
  /** 1 to 15; 0 marks a callback. */
  readonly seq: number
  readonly responseExpected: boolean
  /** 0 ok, 1 invalid parameter, 2 function not supported, 3 unknown. */
  readonly error: number
  readonly payload: Buffer
}

const HEADER_BYTES = 8
const MAX_PACKET_BYTES = 80

/** Requests that need no layout, and the callback that answers `enumerate`. */
export const functions = { disconnectProbe: 128, enumerated: 253, enumerate: 254, identity: 255 } as const
export const BROADCAST = 0
export const BRICKD = 1

export function encodePacket({ uid, fn, seq, responseExpected, error, payload }: Packet): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + payload.length)
  packet.writeUInt32LE(uid, 0)
  packet.writeUInt8(packet.length, 4)
  packet.writeUInt8(fn, 5)
  packet.writeUInt8((seq << 4) | (responseExpected ? 8 : 0), 6)
  packet.writeUInt8(error << 6, 7)
  packet.set(payload, HEADER_BYTES)
  return packet
}

/** The byte stream is not TFP; there is no way to find the next packet in it. */
export class MalformedStream extends Error {
  override readonly name = 'MalformedStream'
}

/** Cuts a byte stream into packets, however TCP split or merged them. */
export class PacketReader {
  #rest: Buffer = Buffer.alloc(0)

  /** Takes the next bytes and answers the packets that are whole now. Throws `MalformedStream` on an impossible header. */
  push(bytes: Buffer): Packet[] {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const packets: Packet[] = []
    while (rest.length >= HEADER_BYTES) {
      const length = rest.readUInt8(4)
      checkHeader(length, rest.readUInt8(5))
      if (rest.length < length) break
      packets.push(decodePacket(rest.subarray(0, length)))
      rest = rest.subarray(length)
    }
    this.#rest = rest
    return packets
  }
}

function checkHeader(length: number, fn: number): void {
  if (length < HEADER_BYTES || length > MAX_PACKET_BYTES)
    throw new MalformedStream(`a packet says it has ${length} bytes`)
  if (fn === 0) throw new MalformedStream('a packet has the function 0')
}

const decodePacket = (packet: Buffer): Packet => ({
  uid: packet.readUInt32LE(0),
  fn: packet.readUInt8(5),
  seq: packet.readUInt8(6) >> 4,
  responseExpected: (packet.readUInt8(6) & 8) !== 0,
  error: packet.readUInt8(7) >> 6,
  payload: packet.subarray(HEADER_BYTES),
})
