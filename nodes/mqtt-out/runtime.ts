import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { keptMessage } from '#kit/runtime/kept-message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { News } from '#kit/runtime/outbox.ts'
import { undelivered } from '#kit/runtime/undelivered.ts'
import { checkTopicName } from '#kit/topic.ts'
import { type MqttBody, mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { mqttOut } from './definition.ts'
import { writePayload } from './write-payload.ts'

/** Topics that are remembered as good. */
const MAX_KNOWN = 1_000

export const mqttOutRuntime = implementNode(mqttOut, ({ config, fail, flow, link, node, post, services }) => {
  const { qos, retain } = config
  const broker = link(config.broker)
  const isOutside = config.broker !== mqttBroker.builtIn?.id
  if (config.topic !== '') requireTopic(config.topic, 'topic')

  const fixedTopic = config.topic
  let good: Set<string> | undefined
  let latest: string | undefined
  /** Most messages go to a topic that has been looked at before. */
  const checked = (topic: string): string => {
    if (topic === latest) return topic
    latest = lookedAt(topic)
    return topic
  }
  const lookedAt = (topic: string): string => {
    if (good?.has(topic)) return topic
    if (good === undefined || good.size >= MAX_KNOWN) good = new Set()
    good.add(requireTopic(topic))
    return topic
  }

  /** A publish that fails after its message has settled still goes where failures go. */
  const tell = (error: Error, message: Message): void => {
    const told = async (): Promise<void> => await fail(error, message)
    told().catch(() => 'shown at this node')
  }
  /** What another broker is to get waits for it on disk. */
  const postOutside = (message: Message, topic: string, payload: Uint8Array | string): Promise<void> => {
    const { atMostOnce, expiresAfterMs } = config
    return post({
      connection: config.broker,
      target: topic,
      body: { payload, qos, retain } satisfies MqttBody,
      title: `MQTT ${topic}`.slice(0, 200),
      cause: message,
      keep: keptMessage(message, `MQTT ${topic}`),
      ...(atMostOnce && { atMostOnce }),
      ...(expiresAfterMs > 0 && { expiresAfterMs }),
    })
  }
  return {
    async told(news: News) {
      if (news.kind === 'failed')
        await undelivered({ flow, node, fail, services }, news, news.keep as Message)
    },
    in(message) {
      const topic = fixedTopic || checked(message.topic ?? '')
      const payload = writePayload(message.payload)
      if (isOutside && qos > 0) return postOutside(message, topic, payload)
      return broker.publish({ topic, payload, qos, retain }, (error) => tell(error, message))
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
