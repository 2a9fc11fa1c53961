import { ByteReader } from './byte-reader.ts'
import { propertyFault } from './property-rules.ts'

/** What the bytes of a CONNECT come to: the level of the protocol, or why they are no such packet. */
export type ConnectBytes = { readonly level: 3 | 4 | 5 } | 'LEVEL_UNKNOWN' | 'PACKET_MALFORMED'

const WILL = 0x04
const WILL_RETAIN = 0x20
const PASSWORD = 0x40
const USER = 0x80
/** Bridges of Mosquitto set this bit in the level. */
const BRIDGE = 0x80

/**
 * Reads the body of a CONNECT from its first byte to its last (section 3.1): the parser, and aedes behind it,
 * close without an answer where the level is unknown, and let flags pass that contradict each other, and
 * bytes that belong to nothing.
 */
export function readConnectBytes(body: Buffer): ConnectBytes {
  const reader = new ByteReader(body)
  const name = reader.block()?.toString('latin1')
  const level = reader.byte()
  if (name === undefined || level === undefined || !isName(name)) return 'PACKET_MALFORMED'
  const known = levelOf(name, level & ~BRIDGE)
  if (known === undefined) return 'LEVEL_UNKNOWN'
  const flags = reader.byte()
  if (flags === undefined || !areSound(flags, known)) return 'PACKET_MALFORMED'
  const hasWill = (flags & WILL) !== 0
  const isWhole =
    reader.skip(2) && // keep-alive
    (known < 5 || areAllowed('connect', reader)) &&
    reader.block() !== undefined && // client id
    (!hasWill || known < 5 || areAllowed('will', reader)) &&
    (!hasWill || (reader.block() !== undefined && reader.block() !== undefined)) &&
    ((flags & USER) === 0 || reader.block() !== undefined) &&
    ((flags & PASSWORD) === 0 || reader.block() !== undefined)
  return isWhole && reader.isAtEnd ? { level: known } : 'PACKET_MALFORMED'
}

const areAllowed = (place: 'connect' | 'will', reader: ByteReader): boolean =>
  propertyFault(place, reader.properties()) === undefined

const isName = (name: string): boolean => name === 'MQTT' || name === 'MQIsdp'

function levelOf(name: string, level: number): 3 | 4 | 5 | undefined {
  if (name === 'MQIsdp') return level === 3 ? 3 : undefined
  return level === 4 || level === 5 ? level : undefined
}

/** Only MQTT 5 knows a password without a user name. */
function areSound(flags: number, level: number): boolean {
  const willQoS = (flags >> 3) & 3
  const isReservedFree = (flags & 1) === 0
  const isWillSound = flags & WILL ? willQoS < 3 : willQoS === 0 && (flags & WILL_RETAIN) === 0
  const isLoginSound = level === 5 || (flags & PASSWORD) === 0 || (flags & USER) !== 0
  return isReservedFree && isWillSound && isLoginSound
}
