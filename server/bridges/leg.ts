import type { Duplex } from 'node:stream'
import {
  generate,
  type IConnackPacket,
  type IConnectPacket,
  type ISubackPacket,
  type Packet,
} from 'mqtt-packet'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { type Oversized, PacketReader } from './packet-reader.ts'

/** How a bridge speaks: by 3.1.1, `isBridge` is the bit by which Mosquitto knows bridges, and spares them echoes. */
export interface Dialect {
  readonly version: 4 | 5
  readonly isBridge: boolean
}

export interface LegOptions {
  readonly dialect: Dialect
  readonly packetBytes: number
  readonly clock: Clock
}

export interface LegEvents {
  packet(packet: Packet): void
  oversized(publish: Oversized): void
}

type Subscription = { readonly topic: string; readonly qos: 0 | 1 | 2 }

const ANSWER_WITHIN_MS = 10_000
const KEEP_ALIVE_S = 60
/** Not used by any message of ours: those are numbered by the house's broker, from below. */
const SUBSCRIBE_ID = 0xffff

/**
 * One MQTT connection of a bridge, to this house's broker or to the other. What comes in waits until
 * somebody listens.
 */
export class Leg {
  readonly dialect: Dialect
  /** Resolves when the connection is over, with what it ended by, if that was an error. */
  readonly ended: Promise<Error | undefined>
  readonly #stream: Duplex
  readonly #clock: Clock
  readonly #waiting: ((events: LegEvents) => void)[] = []
  #events: LegEvents | undefined
  #answers = new Map<Packet['cmd'], (packet: Packet) => void>()
  #error: Error | undefined
  #pings: Timer | undefined
  #isAnswered = true

  constructor(stream: Duplex, { dialect, packetBytes, clock }: LegOptions) {
    this.dialect = dialect
    this.#stream = stream
    this.#clock = clock
    const reader = new PacketReader(dialect.version, packetBytes, {
      packet: (packet) => this.#take(packet),
      oversized: (publish) => this.#tell((events) => events.oversized(publish)),
    })
    stream.on('data', (bytes: Buffer) => {
      try {
        reader.read(bytes)
      } catch (error) {
        stream.destroy(error as Error)
      }
    })
    stream.on('error', (error) => {
      this.#error ??= error
    })
    stream.on('end', () => stream.destroy())
    this.ended = new Promise((resolve) =>
      stream.once('close', () => {
        this.#pings?.cancel()
        resolve(this.#error)
      }),
    )
  }

  /** Bytes that the other end has not taken yet. */
  get unsent(): number {
    return this.#stream.writableLength
  }

  get isOpen(): boolean {
    return !this.#stream.destroyed
  }

  listen(events: LegEvents): void {
    this.#events = events
    for (const tell of this.#waiting.splice(0)) tell(events)
  }

  /** Rejects with `LegClosed` if the connection ends before the answer. A refusal is an answer. */
  async connect(
    connect: Omit<IConnectPacket, 'cmd' | 'protocolId' | 'protocolVersion'>,
  ): Promise<IConnackPacket> {
    const { version: protocolVersion, isBridge: bridgeMode } = this.dialect
    const keepalive = KEEP_ALIVE_S
    const answer = this.#answer<IConnackPacket>('connack')
    const packet: IConnectPacket & { readonly bridgeMode: boolean } = {
      ...connect,
      ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion, bridgeMode, keepalive },
    }
    this.send(packet)
    const connack = await answer
    const { serverKeepAlive = keepalive } = connack.properties ?? {}
    this.#keepAlive(serverKeepAlive)
    return connack
  }

  /** Asks for retained messages, and for what others publish, as it was published. Answers the filters that were refused. */
  async subscribe(subscriptions: readonly Subscription[]): Promise<readonly string[]> {
    if (subscriptions.length === 0) return []
    const answer = this.#answer<ISubackPacket>('suback')
    const options = this.dialect.version === 5 ? { nl: true, rap: true, rh: 0 } : {}
    this.send({
      cmd: 'subscribe',
      messageId: SUBSCRIBE_ID,
      subscriptions: subscriptions.map((subscription) => ({ ...subscription, ...options })),
    })
    const { granted } = await answer
    return subscriptions.flatMap(({ topic }, index) => (Number(granted[index] ?? 0x80) < 0x80 ? [] : topic))
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    if (filters.length === 0) return
    const answer = this.#answer('unsuback')
    this.send({ cmd: 'unsubscribe', messageId: SUBSCRIBE_ID, unsubscriptions: [...filters] })
    await answer
  }

  send(packet: Packet): void {
    this.write(this.encode(packet))
  }

  encode(packet: Packet): Buffer {
    return generate(packet, { protocolVersion: this.dialect.version })
  }

  /** Calls back when the other end has taken it. */
  write(bytes: Uint8Array, taken?: () => void): void {
    if (this.isOpen) this.#stream.write(bytes, taken)
  }

  /** Reads nothing more until `resume`. */
  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  /** Takes leave as the protocol has it, so that no will is published. */
  async close(disconnect: { readonly endSession?: boolean } = {}): Promise<void> {
    const endSession = disconnect.endSession && this.dialect.version === 5
    this.send({ cmd: 'disconnect', ...(endSession && { properties: { sessionExpiryInterval: 0 } }) })
    this.#stream.end(() => this.#stream.destroy())
    const limit = this.#clock.after(1_000, () => void this.#stream.destroy())
    await this.ended
    limit.cancel()
  }

  destroy(error?: Error): void {
    this.#stream.destroy(error)
  }

  #take(packet: Packet): void {
    this.#isAnswered = true
    const answered = this.#answers.get(packet.cmd)
    if (answered !== undefined) answered(packet)
    else if (packet.cmd !== 'pingresp') this.#tell((events) => events.packet(packet))
  }

  #tell(tell: (events: LegEvents) => void): void {
    if (this.#events === undefined) this.#waiting.push(tell)
    else tell(this.#events)
  }

  async #answer<Answer extends Packet>(cmd: Answer['cmd']): Promise<Answer> {
    const limit = this.#clock.after(ANSWER_WITHIN_MS, () => this.destroy(new Error(`no answer (${cmd})`)))
    const answer = new Promise<Answer>((resolve) =>
      this.#answers.set(cmd, (packet) => resolve(packet as Answer)),
    )
    try {
      return await Promise.race([
        answer,
        this.ended.then((cause) => {
          throw new LegClosed(cause)
        }),
      ])
    } finally {
      this.#answers.delete(cmd)
      limit.cancel()
    }
  }

  #keepAlive(seconds: number): void {
    if (seconds === 0) return
    this.#pings = this.#clock.every((seconds * 1_000) / 2, () => {
      if (!this.#isAnswered) return this.destroy(new Error('it has stopped answering'))
      this.#isAnswered = false
      this.send({ cmd: 'pingreq' })
    })
  }
}

/** The connection ended where an answer was due. */
export class LegClosed extends Error {
  constructor(cause: Error | undefined) {
    super('the connection was closed', { cause })
  }
}
