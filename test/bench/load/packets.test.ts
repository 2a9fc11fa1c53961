import { type Packet, parser } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { FrameReader } from './frame-reader.ts'
import {
  connectPacket,
  disconnectPacket,
  packetIdOf,
  payloadStartOf,
  pubackPackets,
  publishPacket,
  subscribePacket,
} from './packets.ts'

/** What an independent parser makes of the bytes. */
function parse(bytes: Buffer): Packet[] {
  const packets: Packet[] = []
  const reader = parser()
  reader.on('packet', (packet) => packets.push(packet))
  reader.parse(bytes)
  return packets
}

test('an independent parser reads the packets as they were meant', () => {
  const bytes = Buffer.concat([
    connectPacket('load-1'),
    subscribePacket('q1/alarms/#', 1),
    publishPacket('a/b', '{"n":7}', 1, 513),
    publishPacket('a/b', 'x', 0, 9),
    pubackPackets([1, 513]),
    disconnectPacket(),
  ])
  expect(parse(bytes)).toMatchObject([
    { cmd: 'connect', protocolVersion: 4, clean: true, keepalive: 0, clientId: 'load-1' },
    { cmd: 'subscribe', subscriptions: [{ topic: 'q1/alarms/#', qos: 1 }] },
    { cmd: 'publish', topic: 'a/b', payload: Buffer.from('{"n":7}'), qos: 1, messageId: 513, dup: false },
    { cmd: 'publish', topic: 'a/b', payload: Buffer.from('x'), qos: 0, retain: false },
    { cmd: 'puback', messageId: 1 },
    { cmd: 'puback', messageId: 513 },
    { cmd: 'disconnect' },
  ])
})

test('a packet that needs a longer header is refused', () => {
  expect(() => publishPacket('a', 'x'.repeat(200), 0, 1)).toThrow('203 bytes')
})

test('frames are the same however the stream was split', () => {
  const long = Buffer.concat([Buffer.from([0x30, 0x86, 0x01, 0, 1, 0x61]), Buffer.alloc(131, 'p')])
  const stream = Buffer.concat([publishPacket('a/b', 'one', 1, 2), long, pubackPackets([3])])
  const cut = (size: number): string[] => {
    const frames: string[] = []
    const reader = new FrameReader((firstByte, bytes, start, end) =>
      frames.push(`${firstByte} ${bytes.toString('latin1', start, end)}`),
    )
    for (let at = 0; at < stream.length; at += size) reader.read(stream.subarray(at, at + size))
    return frames
  }
  expect(cut(stream.length)).toHaveLength(3)
  for (const size of [1, 2, 3, 7, 50]) expect(cut(size)).toEqual(cut(stream.length))
})

test('a PUBLISH says where its payload begins', () => {
  const one = publishPacket('a/b', 'one', 1, 258)
  expect([packetIdOf(one[0] ?? 0, one, 2), payloadStartOf(one[0] ?? 0, one, 2)]).toEqual([258, 9])
  const zero = publishPacket('a/b', 'one', 0, 258)
  expect([packetIdOf(zero[0] ?? 0, zero, 2), payloadStartOf(zero[0] ?? 0, zero, 2)]).toEqual([0, 7])
})

test('a chunk may be written over once it was read', () => {
  const packet = publishPacket('a/b', 'one', 1, 2)
  const frames: string[] = []
  const reader = new FrameReader((_, bytes, start, end) => frames.push(bytes.toString('latin1', start, end)))
  const buffer = Buffer.alloc(packet.length)
  for (const half of [packet.subarray(0, 6), packet.subarray(6)]) {
    half.copy(buffer)
    reader.read(buffer.subarray(0, half.length))
  }
  expect(frames).toEqual([packet.toString('latin1', 2)])
})
