import fc from 'fast-check'
import { generate, type Packet } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { PacketScanner } from './packet-scanner.ts'

const limits = { connectPacketBytes: 100, packetBytes: 300 }
const scan = (...chunks: Uint8Array[]) => {
  const scanner = new PacketScanner(limits)
  const scanBorrowed = (chunk: Uint8Array) => {
    const borrowed = Buffer.from(chunk)
    const violation = scanner.scan(borrowed)
    borrowed.fill(0xff) // the next read from the socket takes its place
    return violation
  }
  return chunks.map(scanBorrowed).find((violation) => violation !== undefined)
}
const connectAs = (protocolVersion: 4 | 5) =>
  generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion, clientId: 'a', clean: true, keepalive: 0 })
const connect = connectAs(4)
const connect5 = connectAs(5)
const versions = fc.constantFrom<(4 | 5)[]>(4, 5)
const payload = Buffer.alloc(200)
const bytes = (...values: number[]) => Uint8Array.from(values)

const conversation = (protocolVersion: 4 | 5) => {
  const packets: Packet[] = [
    { cmd: 'subscribe', messageId: 256, subscriptions: [{ topic: 'a/#', qos: 1 }] },
    { cmd: 'publish', topic: 'a', payload, qos: 1, messageId: 1, retain: false, dup: false },
    { cmd: 'puback', messageId: 1 },
    { cmd: 'pingreq' },
    { cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['a/#'] },
    { cmd: 'disconnect' },
  ]
  const bytes = packets.map((packet) => generate(packet, { protocolVersion }))
  return Buffer.concat([connectAs(protocolVersion), ...bytes])
}

test.each([4, 5] as const)('lets a proper conversation of version %s pass, however it is cut', (version) => {
  const stream = conversation(version)
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(stream.length)), (places) => {
      const cuts = [0, ...places.sort((a, b) => a - b), stream.length]
      const chunks = cuts.slice(1).map((end, index) => stream.subarray(cuts[index], end))
      expect(scan(...chunks)).toBeUndefined()
    }),
  )
})

test('finds the same in any bytes, however they are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), versions, (noise, place, version) => {
      const first = connectAs(version)
      expect(scan(first, noise.subarray(0, place), noise.subarray(place))).toBe(scan(first, noise))
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
  ['a CONNECT without a version', [bytes(0x10, 6, 0, 4, 77, 81, 84, 84)]],
  ['AUTH', [connect5, bytes(0xf0, 0)]],
  ['SUBSCRIBE of version 5 without properties', [connect5, bytes(0x82, 6, 0, 1, 0, 1, 97, 0)]],
  ['PUBACK of version 5 for packet id 0', [connect5, bytes(0x40, 3, 0, 0, 0)]],
])('refuses %s', (_, chunks) => {
  expect(scan(...chunks)).toBe('PACKET_MALFORMED')
})

test('lets acknowledgements and DISCONNECT of version 5 say more', () => {
  const puback = bytes(0x40, 4, 0, 1, 0x10, 0)
  const disconnect = bytes(0xe0, 7, 4, 5, 0x11, 0, 0, 0, 9)
  expect(scan(connect5, puback, disconnect)).toBeUndefined()
})
