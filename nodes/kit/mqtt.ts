export type QoS = 0 | 1 | 2

export interface MqttPacket {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: QoS
  readonly retain: boolean
}

/** An MQTT broker, embedded or outside, as nodes see it. */
export interface MqttService {
  /** Resolves when the broker has taken it (QoS 1 and 2: acknowledged). */
  publish(packet: MqttPacket): Promise<void>
  /** Delivers each match once; what `deliver` returns is its acknowledgement. Retained messages come first. */
  subscribe(filter: string, qos: QoS, deliver: (packet: MqttPacket) => void | Promise<void>): Disposable
}
