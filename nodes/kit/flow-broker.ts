import type { MqttPacket, QoS } from './mqtt.ts'

/** A message as a broker has taken it. */
export interface TakenPacket extends MqttPacket {
  /** Who sent it; missing where that was the house itself. */
  readonly client?: string
  /** What the client calls it until it has its acknowledgement; 0 for QoS 0. */
  readonly packetId?: number
}

/** A message in the hands of a flow. Settled exactly once, perhaps before `receive` has returned; what comes after that is ignored. */
export interface Delivery {
  readonly packet: TakenPacket
  /** The inbox keeps it under this number. */
  readonly number?: number
  /** How often its flow has failed at it before. */
  readonly failures?: number
  /** The flow is done with it; with an error, it has failed. */
  settle(error?: unknown): void
  /** It will not be lost, come what may: the publisher may have its acknowledgement, while the flow is still at work. */
  secure(): void
  /** An inbox takes care of it: it is not acknowledged for mere impatience. */
  hold?(): void
  /** In place of `settle`: the flow has gone, or stopped at work on it, and nobody is at fault. */
  giveBack(error?: unknown): void
}

/** The broker as flows see it, wherever they run: without a promise for each message. */
export interface FlowBroker {
  /** Delivers each match once, retained messages first. Throws a `NodeError` for a filter that cannot be used. */
  subscribe(filter: string, qos: QoS, receive: (delivery: Delivery) => void): Disposable
  /**
   * Answers nothing where the broker has taken it at once; a promise rejects with a `NodeError` if it
   * cannot be taken. The payload is borrowed: it is read during the call only, and copied where it is kept.
   */
  publish(packet: MqttPacket): Promise<void> | undefined
}
