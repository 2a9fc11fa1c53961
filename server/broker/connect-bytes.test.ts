import fc from 'fast-check'
import { generate, type IConnectPacket } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { readConnectBytes } from './connect-bytes.ts'

const text = fc.string({ maxLength: 40 })
const packets = fc.record({
  clientId: text,
  protocolVersion: fc.constantFrom(3, 4, 5) as fc.Arbitrary<3 | 4 | 5>,
  login: fc.option(fc.record({ username: text, password: text }), { nil: undefined }),
  will: fc.option(
    fc.record({
      topic: fc.string({ minLength: 1, maxLength: 20 }),
      payload: text,
      qos: fc.constantFrom(0, 1, 2) as fc.Arbitrary<0 | 1 | 2>,
      retain: fc.boolean(),
    }),
    { nil: undefined },
  ),
})

interface Sample {
  readonly clientId: string
  readonly protocolVersion: 3 | 4 | 5
  readonly login: { readonly username: string; readonly password: string } | undefined
  readonly will:
    | { readonly topic: string; readonly payload: string; readonly qos: 0 | 1 | 2; readonly retain: boolean }
    | undefined
}

/** The body of a CONNECT as another library writes it. */
function bodyOf({ login, will, ...rest }: Sample): Buffer {
  const isFive = rest.protocolVersion === 5
  const packet = {
    ...{ cmd: 'connect', clean: true, keepalive: 30, ...rest, ...login },
    protocolId: rest.protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
    ...(will && {
      will: {
        ...will,
        payload: Buffer.from(will.payload),
        ...(isFive && { properties: { willDelayInterval: 5 } }),
      },
    }),
    ...(isFive && { properties: { sessionExpiryInterval: 60, userProperties: { a: 'b' } } }),
    ...(login && { password: Buffer.from(login.password) }),
  } as IConnectPacket
  const bytes = generate(packet)
  let at = 1
  while ((bytes[at] ?? 0) & 0x80) at++
  return bytes.subarray(at + 1)
}

const isUsable = ({ clientId, protocolVersion }: Sample): boolean => protocolVersion !== 3 || clientId !== ''

test('reads what another library writes', () => {
  fc.assert(
    fc.property(packets.filter(isUsable), (packet) => {
      expect(readConnectBytes(bodyOf(packet))).toEqual({ level: packet.protocolVersion })
    }),
  )
})

test('takes neither less nor more than that', () => {
  fc.assert(
    fc.property(packets.filter(isUsable), fc.nat(), (packet, at) => {
      const body = bodyOf(packet)
      expect(readConnectBytes(body.subarray(0, at % body.length))).toBe('PACKET_MALFORMED')
      expect(readConnectBytes(Buffer.concat([body, Buffer.of(at & 0xff)]))).toBe('PACKET_MALFORMED')
    }),
  )
})

test('lives through any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void readConnectBytes(Buffer.from(bytes))),
  )
})

const head = [0, 4, ...Buffer.from('MQTT')]
test.each([
  ['a level from the future', [...head, 9, 2, 0, 0, 0, 0], 'LEVEL_UNKNOWN'],
  ['a level of another name', [...head, 3, 2, 0, 0, 0, 0], 'LEVEL_UNKNOWN'],
  ['the level of a bridge', [...head, 0x84, 2, 0, 0, 0, 0], { level: 4 }],
  ['another name', [0, 4, ...Buffer.from('HTTP'), 4, 2, 0, 0, 0, 0], 'PACKET_MALFORMED'],
  ['the reserved flag', [...head, 4, 3, 0, 0, 0, 0], 'PACKET_MALFORMED'],
  ['a password alone', [...head, 4, 0x42, 0, 0, 0, 0, 0, 0], 'PACKET_MALFORMED'],
  ['a password alone in MQTT 5', [...head, 5, 0x42, 0, 0, 0, 0, 0, 0, 0], { level: 5 }],
  ['a QoS of no will', [...head, 4, 0x0a, 0, 0, 0, 0], 'PACKET_MALFORMED'],
  [
    'no end of the length of properties',
    [...head, 5, 2, 0, 0, 0xff, 0xff, 0xff, 0xff, 1],
    'PACKET_MALFORMED',
  ],
])('%s', (_, bytes, expected) => expect(readConnectBytes(Buffer.from(bytes))).toEqual(expected))
