import { isUtf8 } from 'node:buffer'
import { checkTopicName } from '#kit/topic.ts'
import { ByteReader } from './byte-reader.ts'
import { endCodes, endingError } from './farewell.ts'

/** Where properties stand: in a packet of this kind, or with the will in CONNECT. */
type Place = 'connect' | 'will' | 'publish' | 'subscribe' | 'unsubscribe' | 'disconnect' | Acknowledgement
type Acknowledgement = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'

/** Reads a value; answers nothing where it is malformed, and `false` where it is none that is allowed. */
type Read = (reader: ByteReader) => unknown

const isText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.includes(0)
const text: Read = (reader) => {
  const bytes = reader.block()
  return bytes !== undefined && isText(bytes) ? true : undefined
}
const responseTopic: Read = (reader) => {
  const bytes = reader.block()
  return bytes !== undefined && isText(bytes) ? checkTopicName(`${bytes}`) === undefined : undefined
}
const pair: Read = (reader) => text(reader) && text(reader)
const data: Read = (reader) => reader.block()
const flag: Read = (reader) => {
  const byte = reader.byte()
  return byte === undefined ? undefined : byte < 2
}
const two: Read = (reader) => reader.take(2)
const four: Read = (reader) => reader.take(4)
const positiveFour: Read = (reader) => reader.take(4)?.some((byte) => byte > 0)
const variable: Read = (reader) => (reader.variable() === undefined ? undefined : true)

const message = ['publish', 'will'] as const
const acknowledgements = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const
const USER_PROPERTY = 0x26

/** What clients may say (table 2-4); the values that aedes sees to itself are not looked at here. */
const rules: Readonly<Record<number, readonly [read: Read, ...places: readonly Place[]]>> = {
  1: [flag, ...message],
  2: [four, ...message],
  3: [text, ...message],
  8: [responseTopic, ...message],
  9: [data, ...message],
  11: [variable, 'subscribe'],
  17: [four, 'connect', 'disconnect'],
  21: [text, 'connect'],
  22: [data, 'connect'],
  23: [flag, 'connect'],
  24: [four, 'will'],
  25: [flag, 'connect'],
  31: [text, 'disconnect', ...acknowledgements],
  33: [two, 'connect'],
  34: [two, 'connect'],
  35: [two, 'publish'],
  [USER_PROPERTY]: [
    pair,
    ...message,
    ...acknowledgements,
    'connect',
    'subscribe',
    'unsubscribe',
    'disconnect',
  ],
  39: [positiveFour, 'connect'],
}

const nowhere: readonly [Read, ...Place[]] = [data]

/**
 * What is wrong with the properties of a packet of MQTT 5, if anything. The parser takes any property in any
 * packet, makes lists of what stands there twice, and reads text that is none.
 */
export function propertyFault(place: Place, properties: Buffer | undefined): Error | undefined {
  if (properties === undefined) return malformed('properties that are cut off')
  const reader = new ByteReader(properties)
  const seen = new Set<number>()
  while (!reader.isAtEnd) {
    const id = reader.byte() ?? 0
    const [read, ...places] = rules[id] ?? nowhere
    if (!places.includes(place)) return malformed(`a property ${id}, which does not belong there`)
    if (seen.has(id) && id !== USER_PROPERTY) return notAllowed(`a property ${id} that stands there twice`)
    seen.add(id)
    const value = read(reader)
    if (value === undefined) return malformed(`a property ${id} that is malformed`)
    if (value === false) return notAllowed(`a property ${id} with a value that is not allowed`)
  }
  return undefined
}

const malformed = (what: string): Error => endingError(`a packet with ${what}`, endCodes.malformed)
const notAllowed = (what: string): Error => endingError(`a packet with ${what}`, endCodes.protocolError)

/** What mqtt-packet 9.0.2 does and its types leave out. */
export interface PropertyParser {
  readonly packet: { readonly cmd: Place; readonly length: number }
  /** Its place in the bytes of the packet. */
  readonly _pos: number
  readonly _list: { slice(start: number, end: number): Buffer }
  _parseProperties(): unknown
  _emitError(error: Error): void
}

const LONGEST_LENGTH = 4

/** Has a parser hold properties against the rules; those of CONNECT have been read before. */
export function checkProperties(parser: PropertyParser): void {
  const parse = parser._parseProperties.bind(parser)
  parser._parseProperties = () => {
    const { cmd, length: end } = parser.packet
    if (cmd === 'connect') return parse()
    const at = parser._pos
    const bytes = new ByteReader(parser._list.slice(at, Math.min(at + LONGEST_LENGTH, end))).variable() ?? end
    const properties = new ByteReader(
      parser._list.slice(at, Math.min(at + LONGEST_LENGTH + bytes, end)),
    ).properties()
    const fault = propertyFault(cmd, properties)
    if (fault === undefined) return parse()
    parser._emitError(fault)
    return false
  }
}
