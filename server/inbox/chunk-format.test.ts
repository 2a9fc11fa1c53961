import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { QoS } from '#kit/mqtt.ts'
import { packChunk, unpackChunk } from './chunk-format.ts'

const packet = fc.record({
  topic: fc.string({ unit: 'binary' }),
  payload: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  qos: fc.constantFrom<QoS[]>(0, 1, 2),
  retain: fc.boolean(),
})
const sender = fc.record({ client: fc.string({ unit: 'binary' }), packetId: fc.nat(65_535) })
const sent = fc.oneof(
  packet,
  fc.tuple(packet, sender).map(([what, who]) => ({ ...what, ...who })),
)
const head = fc.record({ number: fc.maxSafeNat(), flow: fc.string({ unit: 'binary' }), node: fc.string() })
/** Neighbours often share a packet, as when several flows take it. */
const messages = fc
  .array(fc.tuple(sent, fc.array(head, { minLength: 1, maxLength: 3 })), { maxLength: 6 })
  .map((groups) => groups.flatMap(([shared, heads]) => heads.map((one) => ({ ...one, packet: shared }))))

test('whatever is packed comes out again', async () => {
  await fc.assert(
    fc.property(messages, (given) => {
      expect(unpackChunk(Buffer.from(packChunk(given)))).toEqual(given)
    }),
  )
})

test('a packet that several flows get is written once', () => {
  const shared = { topic: 'door', payload: Buffer.alloc(10_000), qos: 1, retain: false } as const
  const given = [1, 2, 3].map((number) => ({ number, flow: 'f', node: 'n', packet: shared }))
  expect(packChunk(given).length).toBeLessThan(10_200)
})

test('a chunk that was cut off is refused, wherever', () => {
  const payload = Buffer.from('open')
  const bytes = Buffer.from(
    packChunk([
      { number: 7, flow: 'f', node: 'n', packet: { topic: 'door', payload, qos: 1, retain: false } },
    ]),
  )
  for (let length = 1; length < bytes.length; length++)
    expect(() => unpackChunk(bytes.subarray(0, length))).toThrow(RangeError)
})
