import { type ConnectFields, type Dialect, frame, names, type PublishFields, text, uint16 } from './wire.ts'

/** Bytes as MQTT 5 lays them out, by the same rule as `wire.ts`: no parser of ours or aedes' judges itself. */

const uint32 = (value: number): Buffer => Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)])
const byte = (value: number): Buffer => Buffer.of(value)

function variableByte(value: number): Buffer {
  const bytes: number[] = []
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0))
    value >>= 7
  } while (value > 0)
  return Buffer.from(bytes)
}

interface Reader {
  bytes: Buffer
}

function take(reader: Reader, length: number): Buffer {
  const taken = reader.bytes.subarray(0, length)
  reader.bytes = reader.bytes.subarray(length)
  return taken
}

function takeVariableByte(reader: Reader): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const next = take(reader, 1)[0] ?? 0
    value |= (next & 0x7f) << shift
    if (next < 0x80) return value
  }
}

const takeText = (reader: Reader): string => take(reader, take(reader, 2).readUInt16BE()).toString()

/** How a property is written, and read in words (section 2.2.2.2). */
const kinds = {
  byte: [byte, (reader: Reader) => `${take(reader, 1)[0]}`],
  two: [uint16, (reader: Reader) => `${take(reader, 2).readUInt16BE()}`],
  four: [uint32, (reader: Reader) => `${take(reader, 4).readUInt32BE()}`],
  variable: [variableByte, (reader: Reader) => `${takeVariableByte(reader)}`],
  text: [text, takeText],
  pair: [
    (pair: string) => Buffer.concat(pair.split(':').map(text)),
    (reader: Reader) => `${takeText(reader)}:${takeText(reader)}`,
  ],
} as const

const known = {
  payloadFormat: [0x01, 'byte'],
  messageExpiry: [0x02, 'four'],
  contentType: [0x03, 'text'],
  responseTopic: [0x08, 'text'],
  correlation: [0x09, 'text'],
  subscriptionId: [0x0b, 'variable'],
  sessionExpiry: [0x11, 'four'],
  assignedId: [0x12, 'text'],
  serverKeepAlive: [0x13, 'two'],
  authMethod: [0x15, 'text'],
  authData: [0x16, 'text'],
  requestProblem: [0x17, 'byte'],
  willDelay: [0x18, 'four'],
  requestResponse: [0x19, 'byte'],
  responseInformation: [0x1a, 'text'],
  serverReference: [0x1c, 'text'],
  reason: [0x1f, 'text'],
  receiveMaximum: [0x21, 'two'],
  topicAliasMaximum: [0x22, 'two'],
  topicAlias: [0x23, 'two'],
  maximumQoS: [0x24, 'byte'],
  retainAvailable: [0x25, 'byte'],
  user: [0x26, 'pair'],
  maximumPacketSize: [0x27, 'four'],
  wildcards: [0x28, 'byte'],
  subscriptionIds: [0x29, 'byte'],
  shared: [0x2a, 'byte'],
} as const satisfies Record<string, readonly [number, keyof typeof kinds]>

const names5 = Object.entries(known)

/** A name and its value; a user property is `name:value`. May stand twice, and where it must not. */
export type Property = readonly [keyof typeof known, string | number | Uint8Array]
export type Properties = readonly Property[]

export function properties(...all: Properties): Buffer {
  const bytes = all.map(([name, value]) => {
    const [id, kind] = known[name]
    const write = kinds[kind][0] as (value: string | number | Uint8Array) => Buffer
    return Buffer.concat([byte(id), write(value)])
  })
  const body = Buffer.concat(bytes)
  return Buffer.concat([variableByte(body.length), body])
}

/** `name=value` for each, in their order. */
function tellProperties(bytes: Buffer): { told: string; rest: Buffer } {
  const behind: Reader = { bytes }
  const reader: Reader = { bytes: take(behind, takeVariableByte(behind)) }
  const told: string[] = []
  while (reader.bytes.length > 0) {
    const id = take(reader, 1)[0]
    const found = names5.find(([, [one]]) => one === id)
    if (found === undefined) throw new Error(`an unknown property ${id}`)
    const [name, [, kind]] = found
    told.push(`${name}=${kinds[kind][1](reader)}`)
  }
  return { told: told.join(' '), rest: behind.bytes }
}

const joined = (...words: readonly string[]): string => words.filter(String).join(' ')

function tell(first: number, body: Buffer): string {
  if (first === 0x20)
    return joined(`connack session${body[0]} code${body[1]}`, tellProperties(body.subarray(2)).told)
  if (first === 0xe0) return joined(`disconnect code${body[0] ?? 0}`, told(body.subarray(1)))
  const name = names[first] ?? `type 0x${first.toString(16)}`
  if (body.length < 2) return name
  const start = `${first === 0x90 ? 'suback' : name} id${body.readUInt16BE(0)}`
  if (first === 0x90 || first === 0xb0) {
    const { told, rest } = tellProperties(body.subarray(2))
    return joined(start, [...rest].join(), told)
  }
  const code = body[2] ?? 0
  return joined(start, code > 0 ? `code${code}` : '', told(body.subarray(3)))
}

const told = (bytes: Buffer): string => (bytes.length > 0 ? tellProperties(bytes).told : '')

export const version5: Dialect = { tell, tellProperties }

export interface Connect5Fields extends ConnectFields {
  readonly properties?: Properties
  readonly willProperties?: Properties
}

export function connect5(fields: Connect5Fields = {}): Buffer {
  const { name = 'MQTT', level = 5, keepAlive = 0, id = '', clean = true, will, user, password } = fields
  const flags =
    (clean ? 2 : 0) |
    (will ? 4 | ((will.qos ?? 0) << 3) | (will.retain ? 32 : 0) : 0) |
    (password === undefined ? 0 : 64) |
    (user === undefined ? 0 : 128)
  const parts = [text(name), Buffer.of(level, fields.flags ?? flags), uint16(keepAlive)]
  parts.push(properties(...(fields.properties ?? [])), text(id))
  if (will)
    parts.push(properties(...(fields.willProperties ?? [])), text(will.topic), text(will.payload ?? ''))
  if (user !== undefined) parts.push(text(user))
  if (password !== undefined) parts.push(text(password))
  return frame(0x10, ...parts)
}

export interface Publish5Fields extends PublishFields {
  readonly properties?: Properties
}

export const publish5 = (
  topic: string | Uint8Array,
  payload: string | Uint8Array = '',
  { qos = 0, id = 1, retain = false, dup = false, properties: own = [] }: Publish5Fields = {},
): Buffer =>
  frame(
    0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0),
    ...[text(topic), qos > 0 ? uint16(id) : Buffer.of(), properties(...own), Buffer.from(payload)],
  )

export const NO_LOCAL = 4
export const AS_PUBLISHED = 8
/** Retained messages only where the subscription is new, or never. */
export const IF_NEW = 16
export const NO_RETAINED = 32

/** Each filter with its QoS and options. */
export const subscribe5 = (
  id: number,
  filters: readonly (readonly [string | Uint8Array, number])[],
  ...own: Properties
): Buffer =>
  frame(
    0x82,
    ...[uint16(id), properties(...own)],
    ...filters.flatMap(([filter, options]) => [text(filter), byte(options)]),
  )
export const unsubscribe5 = (id: number, ...filters: readonly string[]): Buffer =>
  frame(0xa2, uint16(id), properties(), ...filters.map(text))

/** PUBACK (0x40), PUBREC (0x50), PUBREL (0x62) or PUBCOMP (0x70) with its reason. */
export const acknowledge5 = (first: number, id: number, code: number, ...own: Properties): Buffer =>
  frame(first, uint16(id), byte(code), properties(...own))
export const disconnect5 = (code: number, ...own: Properties): Buffer =>
  frame(0xe0, byte(code), properties(...own))
export const auth5 = (code: number, ...own: Properties): Buffer => frame(0xf0, byte(code), properties(...own))
