// The few MQTT 3.1.1 packets that a load is made of. By hand: a general encoder and parser would
// take more time than some of what is measured.

export type LoadQoS = 0 | 1

export const frameTypes = { connack: 2, publish: 3, puback: 4, suback: 9 } as const

/** Section 2.2.3 of the specification: one byte of remaining length is enough for all that a load sends. */
const MAX_SHORT_LENGTH = 127

function packet(firstByte: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  requireShort(body.length)
  return Buffer.concat([Buffer.from([firstByte, body.length]), body])
}

function requireShort(length: number): void {
  if (length > MAX_SHORT_LENGTH) throw new Error(`A packet of ${length} bytes is too long here.`)
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([twoBytes(bytes.length), bytes])
}

const twoBytes = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

const CLEAN_SESSION = 2

/** With a clean session and no keep-alive. */
export const connectPacket = (clientId: string): Buffer =>
  packet(0x10, text('MQTT'), Buffer.from([4, CLEAN_SESSION, 0, 0]), text(clientId))

export const subscribePacket = (filter: string, qos: LoadQoS): Buffer =>
  packet(0x82, twoBytes(1), text(filter), Buffer.from([qos]))

export const disconnectPacket = (): Buffer => packet(0xe0)

/** `packetId` counts at QoS 1 only; topic and payload are ASCII. Quick: a load has a million of them. */
export function publishPacket(topic: string, payload: string, qos: LoadQoS, packetId: number): Buffer {
  const id = qos === 0 ? '' : twoCharacters(packetId)
  const length = 2 + topic.length + id.length + payload.length
  requireShort(length)
  const header = String.fromCharCode(0x30 | (qos << 1), length)
  return Buffer.from(`${header}${twoCharacters(topic.length)}${topic}${id}${payload}`, 'latin1')
}

const twoCharacters = (value: number): string => String.fromCharCode(value >> 8, value & 0xff)

export const pubackPackets = (packetIds: readonly number[]): Buffer =>
  Buffer.from(packetIds.flatMap((id) => [0x40, 2, id >> 8, id & 0xff]))

/** Where the parts of a PUBLISH lie in its bytes. */
export interface PublishFrame {
  /** Missing at QoS 0. */
  readonly packetId: number | undefined
  readonly payloadStart: number
}

export function readPublish(firstByte: number, bytes: Buffer, start: number): PublishFrame {
  const afterTopic = start + 2 + bytes.readUInt16BE(start)
  return (firstByte & 6) === 0
    ? { packetId: undefined, payloadStart: afterTopic }
    : { packetId: bytes.readUInt16BE(afterTopic), payloadStart: afterTopic + 2 }
}

/** Called with the bytes between `start` and `end`: all that follows the fixed header. */
type OnFrame = (firstByte: number, bytes: Buffer, start: number, end: number) => void

const NOTHING = Buffer.alloc(0)

/** Cuts a byte stream into packets, however it was split on its way. */
export class FrameReader {
  readonly #onFrame: OnFrame
  /** The beginning of a packet whose end has not come. */
  #rest: Buffer = NOTHING

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame
  }

  read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (let next = this.#readFrame(bytes, 0); next > at; next = this.#readFrame(bytes, at)) at = next
    this.#rest = bytes.subarray(at)
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
    this.#onFrame(bytes[at] ?? 0, bytes, start, end)
    return end
  }
}
