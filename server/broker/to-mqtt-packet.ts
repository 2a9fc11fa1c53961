import type { AedesPublishPacket } from 'aedes'
import type { MqttPacket, QoS } from '#kit/runtime/services.ts'

export const toMqttPacket = (packet: AedesPublishPacket, retain: boolean): MqttPacket => ({
  topic: packet.topic,
  payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
  qos: packet.qos as QoS,
  retain,
})
