import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodePacket, MalformedStream, type Packet, PacketReader } from './packet.ts'

const packets = fc.record({
  uid: fc.integer({ min: 0, max: 0xffff_ffff }),
  fn: fc.integer({ min: 1, max: 255 }),
  seq: fc.integer({ min: 0, max: 15 }),
  responseExpected: fc.boolean(),
  error: fc.integer({ min: 0, max: 3 }),
  payload: fc.uint8Array({ maxLength: 72 }).map((bytes) => Buffer.from(bytes)),
})

/** Cuts bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length))
}

describe('a packet', () => {
  it('has the bytes of the protocol', () => {
    const packet = {
      uid: 0x01020304,
      fn: 6,
      seq: 15,
      responseExpected: true,
      error: 2,
      payload: Buffer.of(9),
    }
    expect([...encodePacket(packet)]).toEqual([4, 3, 2, 1, 9, 6, 0xf8, 0x80, 9])
  })
})

describe('a packet reader', () => {
  it('finds the same packets, however the stream was split or merged', () => {
    fc.assert(
      fc.property(fc.array(packets, { maxLength: 8 }), fc.array(fc.nat()), (sent: Packet[], places) => {
        const reader = new PacketReader()
        const pieces = cut(Buffer.concat(sent.map(encodePacket)), places)
        expect(pieces.flatMap((piece) => reader.push(piece))).toEqual(sent)
      }),
    )
  })

  it.each([
    ['shorter than a header', [0, 0, 0, 0, 7, 1, 0x10, 0]],
    ['longer than a packet may be', [0, 0, 0, 0, 81, 1, 0x10, 0]],
    ['without a function', [0, 0, 0, 0, 8, 0, 0x10, 0]],
  ])('gives up on a packet %s', (_, bytes) => {
    expect(() => new PacketReader().push(Buffer.from(bytes))).toThrow(MalformedStream)
  })
})
