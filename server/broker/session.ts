import type { AedesPublishPacket } from 'aedes'
import type { OutgoingPacket, StoredSubscription } from './aedes.ts'

/** A message as it lies on disk once, for however many sessions it waits. */
export interface StoredMessage {
  readonly id: number
  readonly bytes: number
  holders: number
}

/** A message that waits in one session until its client has acknowledged it. */
export interface Waiting {
  readonly seq: number
  readonly message: StoredMessage
  readonly packet: AedesPublishPacket
  packetId: number | undefined
  /** QoS 2: the client has it, and waits for PUBREL. */
  isReleased: boolean
  timesSent: number
  /** The connection on which it was sent last. */
  sentOn?: Connection
}

/** Stands for one connection of a client: an object of its own. */
export type Connection = object

/** What the broker keeps for a client that connects with `clean` off, in memory; the journal follows. */
export class Session {
  readonly id: string
  readonly subscriptions = new Map<string, StoredSubscription>()
  /** QoS 2 packets from the client whose PUBREL has not come. */
  readonly received = new Map<number, AedesPublishPacket>()
  seenAt: number
  bytes = 0
  /** Messages dropped for want of room, since the start. */
  dropped = 0
  readonly #waiting = new Map<number, Waiting>()
  readonly #byPacket = new Map<string, Waiting>()
  readonly #byPacketId = new Map<number, Waiting>()

  constructor(id: string, seenAt: number) {
    this.id = id
    this.seenAt = seenAt
  }

  get queued(): number {
    return this.#waiting.size
  }

  /** Oldest first. */
  get waiting(): Iterable<Waiting> {
    return this.#waiting.values()
  }

  get oldest(): Waiting | undefined {
    return this.#waiting.values().next().value
  }

  /** What has not been sent on this connection yet, oldest first; it counts as sent when it is asked for. */
  *unsent(connection: Connection): Generator<Waiting> {
    for (const waiting of this.#waiting.values()) if (claim(waiting, connection)) yield waiting
  }

  /** Whether this message, as it comes, is to be sent on this connection; what waits here already may have been. */
  claims(
    packet: { readonly brokerId?: string; readonly brokerCounter?: number },
    connection: Connection,
  ): boolean {
    const waiting = this.ofPacket(packet)
    return waiting === undefined || claim(waiting, connection)
  }

  add(waiting: Waiting): void {
    this.#waiting.set(waiting.seq, waiting)
    this.#byPacket.set(keyOf(waiting.packet), waiting)
    if (waiting.packetId !== undefined) this.#byPacketId.set(waiting.packetId, waiting)
    this.bytes += waiting.message.bytes
  }

  remove(waiting: Waiting): void {
    this.#waiting.delete(waiting.seq)
    this.#byPacket.delete(keyOf(waiting.packet))
    if (waiting.packetId !== undefined && this.#byPacketId.get(waiting.packetId) === waiting)
      this.#byPacketId.delete(waiting.packetId)
    this.bytes -= waiting.message.bytes
  }

  ofPacket(packet: { readonly brokerId?: string; readonly brokerCounter?: number }): Waiting | undefined {
    return this.#byPacket.get(keyOf(packet))
  }

  ofPacketId(packetId: number): Waiting | undefined {
    return this.#byPacketId.get(packetId)
  }

  assignId(waiting: Waiting, packetId: number): void {
    waiting.packetId = packetId
    this.#byPacketId.set(packetId, waiting)
  }
}

function claim(waiting: Waiting, connection: Connection): boolean {
  if (waiting.sentOn === connection) return false
  waiting.sentOn = connection
  return true
}

const keyOf = (packet: { readonly brokerId?: string; readonly brokerCounter?: number }): string =>
  `${packet.brokerId} ${packet.brokerCounter}`

/** The packet to send for it, now. */
export const toOutgoing = (waiting: Waiting): OutgoingPacket =>
  waiting.isReleased
    ? { cmd: 'pubrel', messageId: waiting.packetId ?? 0 }
    : ({ ...waiting.packet, messageId: waiting.packetId } as AedesPublishPacket)
