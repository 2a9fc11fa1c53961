import type { TakenPacket } from '#kit/flow-broker.ts'
import { copyPart } from '#server/copy-part.ts'

/** A PUBLISH of QoS 0 or 1 that is not retained, without properties (MQTT 3.1.1 and 5, section 3.3). */
export interface PlainPublish extends TakenPacket {
  readonly payload: Buffer
  readonly qos: 0 | 1
  readonly client: string
  readonly packetId: number
}

/** The first bytes of such packets: QoS 0, QoS 1, and QoS 1 that is sent again. */
const plain = { qos0: 0x30, qos1: 0x32, qos1Again: 0x3a } as const
const PUBACK = 0x40

export const isPlainPublish = (first: number | undefined): boolean =>
  first === plain.qos0 || first === plain.qos1 || first === plain.qos1Again

export const isPubAck = (first: number | undefined): boolean => first === PUBACK

/** Whether the parts of a PUBLISH fit into it, and its packet id is one. If not, it is aedes' to refuse it. */
export function isWellFormed(bytes: Buffer, start: number, body: number, end: number): boolean {
  const topicEnd = body + 2 + bytes.readUInt16BE(body)
  if (qosOf(bytes[start]) === 0) return topicEnd <= end
  return topicEnd + 2 <= end && bytes.readUInt16BE(topicEnd) !== 0
}

export const qosOf = (first: number | undefined): 0 | 1 => (first === plain.qos0 ? 0 : 1)

/** Whether the client says that it has sent the packet before. */
export const isAgain = (first: number | undefined): boolean => first === plain.qos1Again

/** Whether a well-formed packet of MQTT 5 says more than one of 3.1.1 could; so does one whose length of properties is missing. */
export function hasProperties(bytes: Buffer, start: number, body: number, end: number): boolean {
  const at = endOfPacketId(bytes, start, body)
  return at >= end || bytes[at] !== 0
}

const endOfPacketId = (bytes: Buffer, start: number, body: number): number =>
  body + 2 + bytes.readUInt16BE(body) + 2 * qosOf(bytes[start])

/** Reads a packet that is well formed; one of MQTT 5 has no properties. The payload lies in the bytes given, unless it `copies`. */
export function readPublish(
  bytes: Buffer,
  start: number,
  body: number,
  end: number,
  topic: string,
  client: string,
  { isVersion5, copies }: { readonly isVersion5: boolean; readonly copies: boolean },
): PlainPublish {
  const qos = qosOf(bytes[start])
  const idEnd = endOfPacketId(bytes, start, body)
  const packetId = qos === 0 ? 0 : bytes.readUInt16BE(idEnd - 2)
  const from = isVersion5 ? idEnd + 1 : idEnd
  const payload = copies ? copyPart(bytes, from, end) : bytes.subarray(from, end)
  return { topic, payload, qos, retain: false, client, packetId }
}

/** The longest fixed header, the length of the topic, and a packet id. */
const MOST_AROUND = 5 + 2 + 2

/** What stands between packet id and payload: in MQTT 5 at least the length of the properties. */
export const propertyBytes = { version3: Buffer.alloc(0), version5: Buffer.alloc(1) } as const

const SUBSCRIPTION_IDENTIFIER = 0x0b

/** The properties of a message that says by which subscriptions it comes (MQTT 5, section 3.3.2.3.8). */
export function subscriptionIdentifiers(identifiers: readonly number[]): Buffer {
  if (identifiers.length === 0) return propertyBytes.version5
  const properties = identifiers.flatMap((one) => [SUBSCRIPTION_IDENTIFIER, ...variableBytes(one)])
  return Buffer.from([...variableBytes(properties.length), ...properties])
}

/** A number in bytes of seven bits each, the lowest first. */
const variableBytes = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...variableBytes(value >> 7)]

export const mostBytes = (topic: Buffer, properties: Buffer, payloadBytes: number): number =>
  MOST_AROUND + topic.length + properties.length + payloadBytes

/** The bytes of a whole PUBLISH. */
export function publishBytes(topic: Buffer, properties: Buffer, payloadBytes: number, qos: 0 | 1): number {
  const left = 2 + topic.length + 2 * qos + properties.length + payloadBytes
  const lengthBytes = left < 0x80 ? 1 : left < 0x4000 ? 2 : left < 0x20_0000 ? 3 : 4
  return 1 + lengthBytes + left
}

/** Writes a PUBLISH up to its payload; answers where the payload goes. A packet id of 0 makes it QoS 0. */
export function writePublishHead(
  target: Buffer,
  start: number,
  topic: Buffer,
  properties: Buffer,
  payloadBytes: number,
  packetId: number,
): number {
  let at = start
  target[at++] = packetId === 0 ? plain.qos0 : plain.qos1
  let left = 2 + topic.length + (packetId === 0 ? 0 : 2) + properties.length + payloadBytes
  do {
    target[at++] = (left & 0x7f) | (left > 0x7f ? 0x80 : 0)
    left >>= 7
  } while (left > 0)
  at = target.writeUInt16BE(topic.length, at)
  target.set(topic, at)
  at += topic.length
  if (packetId !== 0) at = target.writeUInt16BE(packetId, at)
  for (const byte of properties) target[at++] = byte
  return at
}

export function writePubAck(target: Buffer, start: number, packetId: number): number {
  target[start] = PUBACK
  target[start + 1] = 2
  return target.writeUInt16BE(packetId, start + 2)
}
