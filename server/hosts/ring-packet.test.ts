import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flagsOf } from './protocol.ts'
import { RingPacket } from './ring-packet.ts'

const strict = new TextDecoder('utf-8', { fatal: true })
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined // not UTF-8
  }
}

/** A packet whose payload lies between other bytes. */
const between = (payload: Uint8Array) => {
  const bytes = Buffer.concat([Buffer.from('before'), payload, Buffer.from('behind')])
  return { bytes, packet: new RingPacket(flagsOf(1, true), 'a', undefined, bytes, 6, 6 + payload.length) }
}
const texts = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text))
const anything = fc.uint8Array().map((bytes) => Buffer.from(bytes))

test('text is what a strict reader of UTF-8 reads, or left to it', () => {
  fc.assert(
    fc.property(fc.oneof(texts, anything), (payload) => {
      const { packet } = between(payload)
      expect([packet.text ?? decoded(payload), packet.payload]).toEqual([decoded(payload), payload])
    }),
  )
})

test.each([
  ['no UTF-8', Buffer.from([0x61, 0xff])],
  ['a byte order mark', Buffer.from('\ufeffa')],
  ['the sign for what cannot be read', Buffer.from('\ufffd')],
])('%s is left to a strict reader', (_, payload) => {
  expect(between(payload).packet.text).toBeUndefined()
})

test('a payload that was read stays, whatever becomes of the ring', () => {
  const { bytes, packet } = between(Buffer.from('on'))
  const { payload } = packet
  bytes.fill('x')
  packet.release()
  expect([String(payload), packet.payload === payload]).toEqual(['on', true])
})

test('says what its flags say', () => {
  const packet = new RingPacket(flagsOf(2, false, true), 'a', 'k1', Buffer.alloc(0), 0, 0)
  expect(packet).toMatchObject({ topic: 'a', qos: 2, retain: false, isRepeated: true, id: 'k1' })
})
