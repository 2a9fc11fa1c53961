import { connect as connectSocket, type Socket } from 'node:net'
import { expect } from 'vitest'
import { patient } from '../broker-rig.ts'

// Bytes as MQTT 3.1.1 lays them out, and whatever else somebody may send. Written for these tests alone, so that no
// parser of ours or aedes' judges itself.

export const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff)

/** A length of two bytes, and the text or bytes. */
export const text = (value: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint16(bytes.length), bytes])
}

export function frame(first: number, ...body: readonly Uint8Array[]): Buffer {
  let left = body.reduce((sum, { length }) => sum + length, 0)
  const head = [first]
  do {
    head.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0))
    left >>= 7
  } while (left > 0)
  return Buffer.concat([Buffer.from(head), ...body])
}

export interface ConnectFields {
  readonly name?: string
  readonly level?: number
  /** Instead of the flags that follow from the other fields. */
  readonly flags?: number
  readonly keepAlive?: number
  readonly id?: string | Uint8Array
  readonly clean?: boolean
  readonly will?: {
    readonly topic: string | Uint8Array
    readonly payload?: string
    readonly qos?: number
    readonly retain?: boolean
  }
  readonly user?: string | Uint8Array
  readonly password?: string
}

export function connect(fields: ConnectFields = {}): Buffer {
  const { name = 'MQTT', level = 4, keepAlive = 0, id = '', clean = true, will, user, password } = fields
  const flags =
    (clean ? 2 : 0) |
    (will ? 4 | ((will.qos ?? 0) << 3) | (will.retain ? 32 : 0) : 0) |
    (password === undefined ? 0 : 64) |
    (user === undefined ? 0 : 128)
  const parts = [text(name), Buffer.of(level, fields.flags ?? flags), uint16(keepAlive), text(id)]
  if (will) parts.push(text(will.topic), text(will.payload ?? ''))
  if (user !== undefined) parts.push(text(user))
  if (password !== undefined) parts.push(text(password))
  return frame(0x10, ...parts)
}

export interface PublishFields {
  readonly qos?: number
  readonly id?: number
  readonly retain?: boolean
  readonly dup?: boolean
}

export const publish = (
  topic: string | Uint8Array,
  payload: string | Uint8Array = '',
  { qos = 0, id = 1, retain = false, dup = false }: PublishFields = {},
): Buffer =>
  frame(
    0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0),
    ...[text(topic), qos > 0 ? uint16(id) : Buffer.of(), Buffer.from(payload)],
  )

export const puback = (id: number): Buffer => frame(0x40, uint16(id))
export const pubrec = (id: number): Buffer => frame(0x50, uint16(id))
export const pubrel = (id: number): Buffer => frame(0x62, uint16(id))
export const pubcomp = (id: number): Buffer => frame(0x70, uint16(id))
export const subscribe = (
  id: number,
  ...filters: readonly (readonly [string | Uint8Array, number])[]
): Buffer => frame(0x82, uint16(id), ...filters.flatMap(([filter, qos]) => [text(filter), Buffer.of(qos)]))
export const unsubscribe = (id: number, ...filters: readonly string[]): Buffer =>
  frame(0xa2, uint16(id), ...filters.map(text))
export const pingreq = frame(0xc0)
export const disconnect = frame(0xe0)

/**
 * One client on a socket. What comes in is told in words: `publish a/b hello q1 retain dup`. Under which packet ids
 * it comes is the broker's own choice, and stands in `ids`.
 */
export class Wire implements AsyncDisposable {
  readonly #socket: Socket
  readonly #dialect: Dialect
  /** Packet ids of the messages of QoS 1 and 2 that have come. */
  readonly ids: number[] = []
  readonly #seen: string[] = []
  #bytes = Buffer.alloc(0)
  #isClosed = false

  private constructor(socket: Socket, dialect: Dialect) {
    this.#socket = socket
    this.#dialect = dialect
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', () => {}) // a reset is a close, too
    socket.on('close', () => {
      this.#isClosed = true
    })
  }

  /** `dialect`: how packets are told; MQTT 3.1.1 without one. */
  static open(port: number, dialect: Dialect = version3): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connectSocket(port, '127.0.0.1', () => resolve(new Wire(socket, dialect)))
      socket.once('error', reject)
    })
  }

  send(...packets: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(packets))
  }

  /** What has come in so far, and forgets it. */
  take(): string[] {
    return this.#seen.splice(0)
  }

  /** Waits for the next packet, if none is there. */
  async next(): Promise<string | undefined> {
    await expect.poll(() => this.#seen.length > 0 || this.#isClosed, patient).toBe(true)
    return this.#seen.shift()
  }

  /** Waits until as many packets have come as are expected, and compares. */
  async gets(...expected: readonly string[]): Promise<void> {
    await expect.poll(() => this.#seen.length >= expected.length || this.#isClosed, patient).toBe(true)
    expect(this.#seen.splice(0, Math.max(expected.length, 1))).toEqual(expected)
  }

  async getsInAnyOrder(...expected: readonly string[]): Promise<void> {
    await expect.poll(() => this.#seen.length >= expected.length || this.#isClosed, patient).toBe(true)
    expect(this.#seen.splice(0, expected.length).toSorted()).toEqual(expected.toSorted())
  }

  /** The answer to a ping comes next: nothing else was on its way. */
  async getsNothing(): Promise<void> {
    this.send(pingreq)
    await this.gets('pingresp')
  }

  async isEnded(): Promise<void> {
    await expect.poll(() => this.#isClosed, patient).toBe(true)
  }

  /** Ended without a word. */
  async isEndedSilently(): Promise<void> {
    await this.isEnded()
    expect(this.#seen).toEqual([])
  }

  /** Breaks off without DISCONNECT. */
  cut(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    for (let packet = this.#next(); packet !== undefined; packet = this.#next()) this.#seen.push(packet)
  }

  #next(): string | undefined {
    let length = 0
    for (let at = 1; at < this.#bytes.length; at++) {
      const byte = this.#bytes[at] ?? 0
      length |= (byte & 0x7f) << (7 * (at - 1))
      if (byte & 0x80) continue
      const end = at + 1 + length
      if (this.#bytes.length < end) return undefined
      const told = this.#tell(this.#bytes[0] ?? 0, this.#bytes.subarray(at + 1, end))
      this.#bytes = this.#bytes.subarray(end)
      return told
    }
    return undefined
  }

  #tell(first: number, body: Buffer): string {
    const { tell, tellProperties } = this.#dialect
    if (first >> 4 !== 3) return tell(first, body)
    const qos = (first >> 1) & 3
    const topicEnd = 2 + body.readUInt16BE(0)
    if (qos > 0) this.ids.push(body.readUInt16BE(topicEnd))
    const { told, rest } = tellProperties(body.subarray(topicEnd + (qos > 0 ? 2 : 0)))
    const marks = [qos > 0 ? `q${qos}` : '', first & 1 ? 'retain' : '', first & 8 ? 'dup' : '', told]
    return ['publish', body.toString('utf8', 2, topicEnd), rest.toString('latin1'), ...marks]
      .filter(String)
      .join(' ')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
  }
}

/** What a packet says, in words. */
export interface Dialect {
  readonly tell: (first: number, body: Buffer) => string
  /** The properties at the beginning of some bytes, and what comes behind them. */
  readonly tellProperties: (bytes: Buffer) => { readonly told: string; readonly rest: Buffer }
}

export const names: Readonly<Record<number, string>> = {
  ...{ 64: 'puback', 80: 'pubrec', 98: 'pubrel', 112: 'pubcomp', 176: 'unsuback', 208: 'pingresp' },
}

const version3: Dialect = { tell, tellProperties: (rest) => ({ told: '', rest }) }

function tell(first: number, body: Buffer): string {
  if (first === 0x20) return `connack session${body[0]} code${body[1]}`
  if (first === 0x90) return `suback id${body.readUInt16BE(0)} ${[...body.subarray(2)].join()}`
  const id = body.length >= 2 ? ` id${body.readUInt16BE(0)}` : ''
  return `${names[first] ?? `type 0x${first.toString(16)}`}${id}`
}
