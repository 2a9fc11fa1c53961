import fc from 'fast-check'
import { generate } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { PacketScanner } from './packet-scanner.ts'

const limits = { connectPacketBytes: 100, packetBytes: 300 }
const scan = (...chunks: Uint8Array[]) => {
  const scanner = new PacketScanner(limits)
  return chunks.map((chunk) => scanner.scan(chunk)).find((violation) => violation !== undefined)
}
const connect = generate({ cmd: 'connect', protocolId: 'MQTT', clientId: 'a', clean: true, keepalive: 0 })
const bytes = (...values: number[]) => Uint8Array.from(values)

const conversation = Buffer.concat([
  connect,
  generate({ cmd: 'subscribe', messageId: 256, subscriptions: [{ topic: 'a/#', qos: 1 }] }),
  generate({
    cmd: 'publish',
    topic: 'a',
    payload: Buffer.alloc(200),
    qos: 1,
    messageId: 1,
    retain: false,
    dup: false,
  }),
  generate({ cmd: 'puback', messageId: 1 }),
  generate({ cmd: 'pingreq' }),
  generate({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['a/#'] }),
  generate({ cmd: 'disconnect' }),
])

test('lets a proper conversation pass, however it is cut', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(conversation.length)), (places) => {
      const cuts = [0, ...places.sort((a, b) => a - b), conversation.length]
      const chunks = cuts.slice(1).map((end, index) => conversation.subarray(cuts[index], end))
      expect(scan(...chunks)).toBeUndefined()
    }),
  )
})

test('finds the same in any bytes, however they are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (noise, place) => {
      expect(scan(connect, noise.subarray(0, place), noise.subarray(place))).toBe(scan(connect, noise))
    }),
  )
})

test('refuses a packet by its announced size, before its bytes arrive', () => {
  expect(scan(bytes(0x10, 0xff, 0xff, 0xff, 0x7f))).toBe('PACKET_TOO_LARGE')
  expect(scan(connect, bytes(0x30, 0xad, 0x02))).toBe('PACKET_TOO_LARGE')
  expect(scan(connect, bytes(0x30, 0xac, 0x02))).toBeUndefined()
})

test.each([
  ['something else than CONNECT first', [bytes(0x30, 3, 0, 1, 97)]],
  ['a length of five bytes', [bytes(0x10, 0x80, 0x80, 0x80, 0x80, 0x01)]],
  ['a packet that only a server sends', [connect, bytes(0x20, 2, 0, 0)]],
  ['packet type 0', [connect, bytes(0x00, 0)]],
  ['packet type 15', [connect, bytes(0xf0, 0)]],
  ['SUBSCRIBE with packet id 0', [connect, bytes(0x82, 6, 0, 0, 0, 1, 97, 0)]],
  ['SUBSCRIBE without a filter', [connect, bytes(0x82, 2, 0, 1)]],
  ['UNSUBSCRIBE without a filter', [connect, bytes(0xa2, 2, 0, 1)]],
  ['PUBACK of three bytes', [connect, bytes(0x40, 3, 0, 1, 0)]],
  ['PUBACK for packet id 0', [connect, bytes(0x40, 2, 0, 0)]],
  ['PINGREQ with a body', [connect, bytes(0xc0, 1, 0)]],
])('refuses %s', (_, chunks) => {
  expect(scan(...chunks)).toBe('PACKET_MALFORMED')
})
