// The few MQTT 3.1.1 packets that a load is made of. By hand: a general encoder and parser would
// take more time than some of what is measured.

export type LoadQoS = 0 | 1

export const frameTypes = { connect: 1, connack: 2, publish: 3, puback: 4, subscribe: 8, suback: 9 } as const

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

/** One PUBLISH. `packetId` counts at QoS 1 only; topic and payload are ASCII. */
export function publishPacket(topic: string, payload: string, qos: LoadQoS, packetId: number): Buffer {
  return Buffer.from(publishText(topic, payload, qos, packetId), 'latin1')
}

/** The bytes of a PUBLISH as characters: the quickest way to write a million of them into one buffer. */
export function publishText(topic: string, payload: string, qos: LoadQoS, packetId: number): string {
  const id = qos === 0 ? '' : twoCharacters(packetId)
  const length = 2 + topic.length + id.length + payload.length
  requireShort(length)
  const header = String.fromCharCode(0x30 | (qos << 1), length)
  return `${header}${twoCharacters(topic.length)}${topic}${id}${payload}`
}

const twoCharacters = (value: number): string => String.fromCharCode(value >> 8, value & 0xff)

/** One PUBACK for each packet id. */
export function pubackPackets(packetIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(packetIds.length * 4)
  let at = 0
  for (const id of packetIds) {
    bytes[at++] = 0x40
    bytes[at++] = 2
    bytes[at++] = id >> 8
    bytes[at++] = id & 0xff
  }
  return bytes
}

const hasPacketId = (firstByte: number): boolean => (firstByte & 6) !== 0

const afterTopic = (bytes: Uint8Array, start: number): number =>
  start + 2 + (((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0))

/** Where the payload of a PUBLISH begins whose variable header begins at `start`. */
export const payloadStartOf = (firstByte: number, bytes: Uint8Array, start: number): number =>
  afterTopic(bytes, start) + (hasPacketId(firstByte) ? 2 : 0)

/** The packet id of a PUBLISH; 0, which is none, at QoS 0. */
export function packetIdOf(firstByte: number, bytes: Uint8Array, start: number): number {
  if (!hasPacketId(firstByte)) return 0
  const at = afterTopic(bytes, start)
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
