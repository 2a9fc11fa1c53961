import type { TakenPacket } from '#kit/flow-broker.ts'
import type { QoS } from '#kit/mqtt.ts'

/** A message as it is kept for a subscription of a flow. */
export interface KeptMessage {
  /** Up to 2^53. */
  readonly number: number
  readonly flow: string
  readonly node: string
  readonly packet: TakenPacket
}

/**
 * Layout, all numbers little-endian: for each message a byte (bits 0 and 1: QoS, bit 2: retain, bit 3:
 * the packet is that of the message before, bit 4: its sender is known), its number as a double, flow and
 * node as texts; then, unless the packet is that of the message before, the topic as a text, the payload behind
 * its length (32 bits), and the sender if known: the client as a text, and the packet id (16 bits). A text is
 * UTF-8 behind its length (16 bits).
 */
const RETAIN = 4
const SAME_PACKET = 8
const SENDER = 16
const HEAD = 1 + 8

/** Messages as bytes, in a buffer of their own. A packet that several messages in a row share is written once. */
export function packChunk(messages: readonly KeptMessage[]): Uint8Array {
  const buffer = Buffer.allocUnsafeSlow(messages.reduce((sum, _, at) => sum + sizeAt(messages, at), 0))
  let end = 0
  messages.forEach((message, at) => {
    const { number, flow, node, packet } = message
    const isSame = sharesPacket(messages, at)
    const about = (packet.retain ? RETAIN : 0) | (packet.client === undefined ? 0 : SENDER)
    end = buffer.writeUInt8(packet.qos | about | (isSame ? SAME_PACKET : 0), end)
    end = buffer.writeDoubleLE(number, end)
    end = writeText(buffer, flow, end)
    end = writeText(buffer, node, end)
    if (isSame) return
    end = writeText(buffer, packet.topic, end)
    end = buffer.writeUInt32LE(packet.payload.length, end)
    buffer.set(packet.payload, end)
    end += packet.payload.length
    if (packet.client === undefined) return
    end = writeText(buffer, packet.client, end)
    end = buffer.writeUInt16LE(packet.packetId ?? 0, end)
  })
  return buffer
}

const sharesPacket = (messages: readonly KeptMessage[], at: number): boolean =>
  at > 0 && messages[at - 1]?.packet === messages[at]?.packet

function sizeAt(messages: readonly KeptMessage[], at: number): number {
  const message = messages[at]
  if (!message) return 0
  const { flow, node, packet } = message
  const own = HEAD + textSize(flow) + textSize(node)
  if (sharesPacket(messages, at)) return own
  const sender = packet.client === undefined ? 0 : textSize(packet.client) + 2
  return own + textSize(packet.topic) + 4 + packet.payload.length + sender
}

const textSize = (text: string): number => 2 + Buffer.byteLength(text)

function writeText(buffer: Buffer, text: string, start: number): number {
  const length = buffer.write(text, start + 2)
  buffer.writeUInt16LE(length, start)
  return start + 2 + length
}

/** What was packed. Throws a `RangeError` for bytes that are no chunk. */
export function unpackChunk(bytes: Buffer): KeptMessage[] {
  const messages: KeptMessage[] = []
  let end = 0
  const take = (length: number): Buffer => {
    if (end + length > bytes.length) throw new RangeError('a chunk of the inbox ends too early')
    end += length
    return bytes.subarray(end - length, end)
  }
  const takeText = (): string => take(take(2).readUInt16LE()).toString()
  while (end < bytes.length) {
    const flags = take(1).readUInt8()
    const number = take(8).readDoubleLE()
    const flow = takeText()
    const node = takeText()
    const before = messages.at(-1)?.packet
    const packet =
      flags & SAME_PACKET && before
        ? before
        : {
            topic: takeText(),
            payload: take(take(4).readUInt32LE()),
            qos: qosOf(flags),
            retain: (flags & RETAIN) !== 0,
            ...(flags & SENDER && { client: takeText(), packetId: take(2).readUInt16LE() }),
          }
    messages.push({ number, flow, node, packet })
  }
  return messages
}

function qosOf(flags: number): QoS {
  const qos = flags & 3
  if (qos === 0 || qos === 1 || qos === 2) return qos
  throw new RangeError('a chunk of the inbox has a message with QoS 3')
}
