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
  /** Which connection of the client it has gone out by. */
  sentBy?: object
}

/** What the broker keeps for a client that connects with `clean` off, in memory; the journal follows. */
export class Session {
  readonly id: string
  readonly subscriptions = new Map<string, StoredSubscription>()
  /** QoS 2 packets from the client whose PUBREL has not come. */
  readonly received = new Set<number>()
  seenAt: number
  /** How long it outlives its connection, if the client has said so. */
  expiresAfterMs: number | undefined
  bytes = 0
  /** The number of the message that came last, waiting or not. */
  lastSeq = 0
  /** Messages dropped for want of room, since the start. */
  dropped = 0
  readonly #waiting = new Map<number, Waiting>()
  readonly #byPacket = new Map<string, Waiting>()
  readonly #byPacketId = new Map<number, Waiting>()

  constructor(id: string, seenAt: number, expiresAfterMs?: number) {
    this.id = id
    this.seenAt = seenAt
    this.expiresAfterMs = expiresAfterMs
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

  add(waiting: Waiting): void {
    this.lastSeq = waiting.seq
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

const keyOf = (packet: { readonly brokerId?: string; readonly brokerCounter?: number }): string =>
  `${packet.brokerId} ${packet.brokerCounter}`

/** The packet to send for it, now. */
export const toOutgoing = (waiting: Waiting): OutgoingPacket =>
  waiting.isReleased
    ? { cmd: 'pubrel', messageId: waiting.packetId ?? 0 }
    : ({ ...waiting.packet, messageId: waiting.packetId } as AedesPublishPacket)
