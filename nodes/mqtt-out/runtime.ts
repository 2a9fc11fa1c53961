import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { checkTopicName } from '#kit/topic.ts'
import { mqttOut } from './definition.ts'
import { writePayload } from './write-payload.ts'

/** Topics that are remembered as good. */
const MAX_KNOWN = 1_000

export const mqttOutRuntime = implementNode(mqttOut, ({ config, fail, link }) => {
  const { qos, retain } = config
  const broker = link(config.broker)
  if (config.topic !== '') requireTopic(config.topic, 'topic')

  const good = new Set<string>()
  /** Most messages go to a topic that has been looked at before. */
  const checked = (topic: string): string => {
    if (good.has(topic)) return topic
    if (good.size >= MAX_KNOWN) good.clear()
    good.add(requireTopic(topic))
    return topic
  }

  /** A publish that fails after its message has settled still goes where failures go. */
  const tell = (error: Error, message: Message): void => {
    const told = async (): Promise<void> => await fail(error, message)
    told().catch(() => 'shown at this node')
  }
  return {
    in(message) {
      const topic = config.topic || checked(message.topic ?? '')
      return broker.publish({ topic, payload: writePayload(message.payload), qos, retain }, (error) =>
        tell(error, message),
      )
    },
  }
})

/** Answers the topic if something can be published to it. */
function requireTopic(topic: string, field?: string): string {
  if (topic === '')
    throw new NodeError(
      'MQTT_TOPIC_MISSING',
      'Neither this node nor the message has a topic. Enter one here, or set message.topic before this node.',
    )
  const problem = checkTopicName(topic)
  if (problem !== undefined) throw NodeError.of(problem, field ? { field } : {})
  return topic
}
