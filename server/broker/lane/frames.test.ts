import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Frames } from './frames.ts'

const packet = (bodyBytes: number): Buffer => {
  const head = bodyBytes < 128 ? [0x30, bodyBytes] : [0x30, (bodyBytes & 0x7f) | 0x80, bodyBytes >> 7]
  return Buffer.concat([Buffer.from(head), Buffer.alloc(bodyBytes, bodyBytes)])
}
const readAll = (frames: Frames): Buffer[] => {
  const found: Buffer[] = []
  while (frames.next()) found.push(Buffer.from(frames.bytes.subarray(frames.start, frames.end)))
  return found
}

test('finds the same packets however the stream is cut', () => {
  const sizes = fc.array(fc.oneof(fc.nat(5), fc.nat(400)), { maxLength: 12 })
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(3_000)), (bodies, places) => {
      const packets = bodies.map(packet)
      const stream = Buffer.concat(packets)
      const cuts = [0, ...places.filter((at) => at < stream.length).sort((a, b) => a - b), stream.length]
      const frames = new Frames()
      const found = cuts.slice(1).flatMap((end, index) => {
        frames.add(stream.subarray(cuts[index], end))
        return readAll(frames)
      })
      expect(found).toEqual(packets)
    }),
  )
})

test('comes again to a packet that was taken back, with what has arrived since', () => {
  const frames = new Frames()
  frames.add(Buffer.concat([packet(1), packet(2), packet(3).subarray(0, 2)]))
  frames.next()
  frames.next()
  frames.back()
  frames.add(packet(3).subarray(2))
  expect(readAll(frames)).toEqual([packet(2), packet(3)])
})

test('says where the body of a packet begins', () => {
  const frames = new Frames()
  frames.add(packet(300))
  frames.next()
  expect(frames).toMatchObject({ start: 0, body: 3, end: 303 })
})
