import fc from 'fast-check'
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { Frames } from './frames.ts'
import { LatestTopic } from './latest-topic.ts'
import {
  hasProperties,
  isWellFormed,
  mostBytes,
  propertyBytes,
  publishBytes,
  readPublish,
  writePubAck,
  writePublishHead,
} from './publish-packet.ts'

type Version = 4 | 5
const parse = (bytes: Buffer, protocolVersion: Version): Packet[] => {
  const packets: Packet[] = []
  const reader = parser({ protocolVersion })
  reader.on('packet', (packet) => packets.push(packet))
  reader.parse(bytes)
  return packets
}
const read = (bytes: Buffer, version: Version = 4, copies = false) => {
  const frames = new Frames()
  frames.add(bytes)
  if (!frames.next()) return undefined
  const { start, body, end } = frames
  if (!isWellFormed(bytes, start, body, end)) return undefined
  if (version === 5 && hasProperties(bytes, start, body, end)) return undefined
  const topic = new LatestTopic().read(bytes, body)
  return readPublish(bytes, start, body, end, topic, 'me', { isVersion5: version === 5, copies })
}
const topics = fc.string({ minLength: 1, unit: 'grapheme' })
const payloads = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))

const packetIds = fc.integer({ min: 0, max: 65_535 })
const versions = fc.constantFrom<Version[]>(4, 5)

test('reads what another library writes', () => {
  fc.assert(
    fc.property(topics, payloads, packetIds, versions, (topic, payload, packetId, protocolVersion) => {
      const qos = packetId === 0 ? 0 : 1
      const packet: IPublishPacket = { cmd: 'publish', topic, payload, qos, dup: false, retain: false }
      const numbered = { ...packet, ...(qos === 1 && { messageId: packetId }) }
      const bytes = generate(numbered, { protocolVersion })
      expect(read(bytes, protocolVersion)).toEqual({
        client: 'me',
        topic,
        payload,
        qos,
        retain: false,
        packetId,
      })
    }),
  )
})

test('a payload that is copied stays when the bytes become others, and lies in them else', () => {
  const bytes = generate({ cmd: 'publish', topic: 'a', payload: 'open', qos: 0, dup: false, retain: false })
  const packets = [true, false].map((copies) => read(bytes, 4, copies))
  bytes.fill('x')
  expect(packets.map((packet) => String(packet?.payload))).toEqual(['open', 'xxxx'])
})

test('writes what another library reads', () => {
  fc.assert(
    fc.property(topics, payloads, packetIds, versions, (topic, payload, packetId, version) => {
      const name = Buffer.from(topic)
      const properties = version === 5 ? propertyBytes.version5 : propertyBytes.version3
      const target = Buffer.alloc(mostBytes(name, properties, payload.length))
      const at = writePublishHead(target, 0, name, properties, payload.length, packetId)
      payload.copy(target, at)
      expect(publishBytes(name, properties, payload.length, packetId === 0 ? 0 : 1)).toBe(at + payload.length)
      const qos = packetId === 0 ? 0 : 1
      const expected = { cmd: 'publish', topic, payload, qos, dup: false, retain: false }
      expect(parse(target.subarray(0, at + payload.length), version)).toMatchObject([expected])
    }),
  )
})

test('writes an acknowledgement', () => {
  const target = Buffer.alloc(5)
  expect(writePubAck(target, 1, 0xabcd)).toBe(5)
  expect(parse(target.subarray(1), 4)).toMatchObject([{ cmd: 'puback', messageId: 0xabcd }])
})

test.each([
  ['a topic longer than the packet', [0x30, 4, 0, 9, 97, 98]],
  ['no place for the packet id', [0x32, 4, 0, 1, 97, 0]],
  ['packet id 0', [0x32, 5, 0, 1, 97, 0, 0]],
])('leaves %s to aedes', (_, bytes) => {
  expect(read(Buffer.from(bytes))).toBeUndefined()
})

test.each([
  ['a content type', [0x30, 8, 0, 1, 97, 4, 3, 0, 1, 98]],
  ['no length of its properties', [0x32, 5, 0, 1, 97, 0, 1]],
])('leaves a packet of MQTT 5 with %s to aedes', (_, bytes) => {
  expect(read(Buffer.from(bytes), 5)).toBeUndefined()
})
