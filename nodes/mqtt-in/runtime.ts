import type { Message } from '#kit/message.ts'
import { implementNode, type Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { MqttPacket } from '#kit/runtime/services.ts'
import { checkTopicFilter } from '#kit/topic.ts'
import { mqttIn } from './definition.ts'
import { readPayload } from './read-payload.ts'

export const mqttInRuntime = implementNode(mqttIn, (context) => {
  const { config, emit, fail, flow, link, message, node, own, status } = context
  const problem = checkTopicFilter(config.topic)
  if (problem !== undefined) throw NodeError.of(problem, { field: 'topic' })
  const broker = link(config.broker)
  const read = readPayload[config.payload]
  const isForLive = config.retained === 'live'
  let isReadable = true

  const receive = (packet: MqttPacket): Settlement => {
    const { topic, qos, retain, id, isRepeated } = packet
    if (retain && isForLive) return
    const messageOf = (payload: unknown): Message => {
      const draft = { id, topic, payload, qos, retain }
      return message(isRepeated ? { ...draft, repeated: true } : draft)
    }
    let value: unknown
    try {
      value = read(packet)
    } catch (error) {
      isReadable = false
      return fail(error as NodeError, messageOf(packet.payload))
    }
    if (!isReadable) status('ok')
    isReadable = true
    return emit('out', messageOf(value))
  }

  return {
    start() {
      own(broker.subscribe(config.topic, config.qos, receive, `${flow}/${node}`))
    },
  }
})
