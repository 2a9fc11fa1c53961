import type { MqttPacket, QoS } from '#kit/runtime/services.ts'
import { checkTopicName } from '#kit/topic.ts'
import { UserError } from '../../user-error.ts'
import { type Answer, type Call, type Handlers, json, nothing, raw, readFlag } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** MQTT for devices that only speak HTTP. 202: the broker took it; 200: at QoS 1 or 2, it acknowledged it. */
export const mqttRoutes = ({ broker }: Pick<WebServices, 'broker'>) => {
  const publish = async (call: Call, retain: boolean): Promise<Answer> => {
    const topic = topicOf(call)
    const qos = readQos(call)
    const payload = call.body instanceof Uint8Array ? call.body : new Uint8Array()
    await broker.service.publish({ topic, payload, qos, retain })
    return json({ topic, qos, retain }, qos === 0 ? 202 : 200)
  }

  return {
    'GET /api/broker': () => json({ port: broker.port, clients: broker.clients, dropped: broker.dropped }),

    'POST /api/mqtt/*topic': (call) => publish(call, readFlag(call, 'retain')),
    'PUT /api/mqtt/*topic': (call) => publish(call, true),

    'GET /api/mqtt/*topic': (call) => {
      const topic = topicOf(call)
      const packet = broker.retained(topic)
      if (!packet)
        throw new UserError(
          404,
          'MQTT_NOT_RETAINED',
          `"${topic}" has no retained value. Publish one with PUT, or with "retain".`,
        )
      return readFlag(call, 'envelope') ? json(envelope(packet)) : raw(typeOf(packet.payload), packet.payload)
    },

    'DELETE /api/mqtt/*topic': async (call) => {
      await broker.clearRetained(topicOf(call))
      return nothing
    },
  } satisfies Partial<Handlers>
}

function topicOf({ params }: Call): string {
  const topic = params['topic'] ?? ''
  const problem = checkTopicName(topic)
  if (problem) throw new UserError(400, problem.code, problem.message)
  if (topic.startsWith('$'))
    throw new UserError(
      400,
      'TOPIC_RESERVED',
      `"${topic}" is the broker's own. Take a topic that does not begin with $.`,
    )
  return topic
}

function readQos({ query }: Call): QoS {
  const text = query.get('qos') ?? '0'
  if (text === '0' || text === '1' || text === '2') return Number(text) as QoS
  throw new UserError(400, 'QUERY_VALUE', '"qos" takes 0, 1 or 2.')
}

/** The value with what belongs to it; bytes that are no text come as base64 and say so. */
function envelope({ topic, payload, qos, retain }: MqttPacket) {
  const text = readText(payload)
  return text === undefined
    ? { topic, payload: Buffer.from(payload).toString('base64'), encoding: 'base64', qos, retain }
    : { topic, payload: text, qos, retain }
}

/** JSON, plain text or bytes: never a type that a browser would run. */
function typeOf(payload: Uint8Array): string {
  const text = readText(payload)
  if (text === undefined) return 'application/octet-stream'
  return isJson(text) ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'
}

function readText(payload: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload)
  return text.includes('\uFFFD') || text.includes('\0') ? undefined : text
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
