import { withoutDisabled } from '#flows/disabled.ts'
import { type Flow, readEndpoint } from '#flows/flow.ts'
import { toStored } from '#kit/runtime/stored-value.ts'
import { topicMatches } from '#kit/topic.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { mqttIn } from '#nodes/mqtt-in/definition.ts'
import { readPayload } from '#nodes/mqtt-in/read-payload.ts'
import { MOST_MESSAGES, type RecordedMessage } from '../try/recorded.ts'
import { UserError } from '../user-error.ts'
import type { TopicMessage } from './topic-recorded.ts'

/**
 * What a recording of topics would have brought a flow by its nodes that listen to the broker of the house: each
 * message at the inputs behind them, read as the node reads it, up to what a recording holds. Nothing comes from or
 * to what is disabled, and it never goes back to the broker.
 */
export function forFlow(messages: readonly TopicMessage[], flow: Flow): readonly RecordedMessage[] {
  const { nodes, wires } = withoutDisabled(flow)
  const ears = nodes.flatMap((node) => {
    if (node.type !== mqttIn.type) return []
    const { data } = mqttIn.config.safeParse(node.config)
    if (data === undefined || String(data.broker) !== mqttBroker.builtIn?.id) return []
    const inputs = wires.flatMap(([from, to]) => (readEndpoint(from).node === node.id ? [to] : []))
    return [{ filter: data.topic, read: readPayload[data.payload], inputs }]
  })
  const heard: RecordedMessage[] = []
  for (const { at, topic, payload } of messages) {
    if (heard.length >= MOST_MESSAGES) break // many nodes may listen to each
    for (const { filter, read, inputs } of ears) {
      if (!topicMatches(filter, topic)) continue
      const value = tryRead(() => toStored(read({ topic, payload: Buffer.from(payload, 'base64') })))
      if (value) heard.push(...inputs.map((to) => ({ at, to, topic, payload: value.read })))
    }
  }
  if (heard.length > 0) return heard.slice(0, MOST_MESSAGES)
  throw new UserError(
    422,
    'TOPIC_RECORDING_UNHEARD',
    `No MQTT in node of "${flow.name}" listens to what was recorded, or nothing is behind it. Add one for these topics, and wire it.`,
    { values: { flow: flow.name } },
  )
}

/** Nothing where the node could not read it either. */
function tryRead(read: () => unknown): { readonly read: unknown } | undefined {
  try {
    return { read: read() }
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
