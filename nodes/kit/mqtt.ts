import type { FlowBroker } from './flow-broker.ts'

export type QoS = 0 | 1 | 2

export interface MqttPacket {
  readonly topic: string
  readonly payload: Uint8Array
  /** The payload as it is read from UTF-8; missing where it is none, or who brings it leaves that to others. */
  readonly text?: string | undefined
  readonly qos: QoS
  readonly retain: boolean
  /** What its message is to be called: the same when it comes again. Missing where nothing keeps it. */
  readonly id?: string | undefined
  /** It was in the hands of a flow that came to an abrupt end, and may have had its effects already. */
  readonly isRepeated?: true | undefined
}

/** A message to be sent; text goes as UTF-8. */
export interface MqttPublish extends Pick<MqttPacket, 'topic' | 'qos' | 'retain'> {
  readonly payload: Uint8Array | string
}

/** An MQTT broker, embedded or outside, as nodes see it. */
export interface MqttService {
  /**
   * Resolves when the broker has taken it (QoS 1 and 2: acknowledged). Answers nothing where it has at once,
   * or where the acknowledgement of the message at work waits for it: a later failure goes to `onFailure`.
   */
  publish(packet: MqttPublish, onFailure?: (error: Error) => void): void | Promise<void>
  /**
   * Delivers each match once; what `deliver` returns is its acknowledgement, before which it reads what it needs of
   * the packet. Retained messages come first.
   * By its `name`, a subscription is taken up again where the thread of its flow was ended.
   */
  subscribe(
    filter: string,
    qos: QoS,
    deliver: (packet: MqttPacket) => void | Promise<void>,
    name?: string,
  ): Disposable
  /** The same without a promise for each message. Missing on the far side of a thread. */
  readonly flows?: FlowBroker
}
