import { createHash } from 'node:crypto'
import type { MqttPacket, QoS } from '#kit/runtime/services.ts'
import { checkTopicName } from '#kit/topic.ts'
import type { Verdict } from '#server/access/access-control.ts'
import { UserError } from '../../user-error.ts'
import { type Answer, type Call, type Handlers, json, nothing, raw, readFlag, signedIn } from '../call.ts'
import { MqttAccess } from '../mqtt-access.ts'
import { PublishOnce } from '../publish-once.ts'
import { takenInTime } from '../taken-in-time.ts'
import type { WebServices } from '../web-services.ts'

type Services = Pick<WebServices, 'broker' | 'access' | 'publishes' | 'clock'>

/**
 * MQTT for devices that only speak HTTP, under the same rules. A message goes out with QoS 1 unless the request asks
 * for another: who says something once over HTTP wants it to arrive. 200: it is safe; 202 (QoS 0): the broker has it.
 */
export const mqttRoutes = ({ broker, access, publishes, clock }: Services) => {
  const rules = new MqttAccess(access)
  const once = new PublishOnce(publishes)
  const send = async (packet: MqttPacket): Promise<void> => {
    const { topic, payload, retain } = packet
    if (retain && !broker.canRetain(topic, payload.length)) throw retainedFull(topic)
    await broker.service.publish(packet)
  }

  const publish = async (call: Call, retain: boolean): Promise<Answer> => {
    const topic = topicOf(call)
    const key = readKey(call)
    const verdict = rules.require(call, 'publish', topic)
    const qos = qosOf(call, verdict)
    const payload = call.body instanceof Uint8Array ? call.body : new Uint8Array()
    const packet = { topic, payload, qos, retain }
    const excess = excessOf(packet, verdict)
    if (excess !== undefined) throw rules.refuse(call, 'publish', topic, excess)
    const answer = (headers = {}) => json({ topic, qos, retain }, qos === 0 ? 202 : 200, headers)
    if (key === undefined) {
      await takenInTime(send(packet), clock)
      return answer()
    }
    const { user } = signedIn(call)
    const published = once.run(user.name, key, packet, () => send(packet))
    const { isReplayed } = await takenInTime(published, clock)
    return answer(isReplayed ? { 'Idempotent-Replayed': 'true' } : {})
  }

  return {
    'GET /api/broker': () => json({ port: broker.port, clients: broker.clients, dropped: broker.dropped }),

    'POST /api/mqtt/*topic': (call) => publish(call, readFlag(call, 'retain')),
    'PUT /api/mqtt/*topic': (call) => publish(call, true),

    'GET /api/mqtt/*topic': (call) => {
      const topic = topicOf(call)
      rules.require(call, 'receive', topic)
      const packet = broker.retained(topic)
      if (!packet)
        throw new UserError(
          404,
          'MQTT_NOT_RETAINED',
          `"${topic}" has no retained value. Publish one with PUT, or with "retain".`,
        )
      const isWrapped = readFlag(call, 'envelope')
      const headers = { ETag: etagOf(packet, isWrapped), 'Cache-Control': 'private, no-cache' }
      if (isKnown(call, headers.ETag)) return { status: 304, headers }
      return isWrapped
        ? json(envelope(packet), 200, headers)
        : raw(typeOf(packet.payload), packet.payload, headers)
    },

    'DELETE /api/mqtt/*topic': async (call) => {
      const topic = topicOf(call)
      const verdict = rules.require(call, 'publish', topic)
      const excess = excessOf({ topic, qos: 0, retain: true }, verdict)
      if (excess !== undefined) throw rules.refuse(call, 'publish', topic, excess)
      await takenInTime(broker.clearRetained(topic), clock)
      return nothing
    },
  } satisfies Partial<Handlers>
}

const retainedFull = (topic: string): UserError =>
  new UserError(
    507,
    'MQTT_RETAINED_FULL',
    `The message for "${topic}" cannot be retained and was not published: it is too large for that, or there are too many. Clear some, raise the limit, or publish it without "retain".`,
    { values: { topic } },
  )

function topicOf({ params }: Call): string {
  const topic = params['topic'] ?? ''
  // how long and deep it may be, the broker says
  const problem = checkTopicName(topic, { bytes: 65_535, levels: 65_535 })
  if (problem) throw UserError.of(400, problem)
  if (topic.startsWith('$'))
    throw new UserError(
      400,
      'TOPIC_RESERVED',
      `"${topic}" is the broker's own. Take a topic that does not begin with $.`,
    )
  return topic
}

/** QoS 1, or what the rules grant, unless the request asks for another. */
function qosOf({ query }: Call, { maxQoS }: Verdict): QoS {
  const text = query.get('qos')
  if (text === null) return Math.min(1, maxQoS) as QoS
  if (text === '0' || text === '1' || text === '2') return Number(text) as QoS
  throw new UserError(400, 'QUERY_VALUE', '"qos" takes 0, 1 or 2.')
}

/** What a message asks for beyond what the rules grant. */
function excessOf(
  { topic, qos, retain }: Omit<MqttPacket, 'payload'>,
  { maxQoS, retain: mayRetain }: Verdict,
): UserError | undefined {
  if (qos > maxQoS)
    return new UserError(
      403,
      'MQTT_QOS_REFUSED',
      `The rules grant QoS ${maxQoS} at most for "${topic}". Ask for less.`,
      { values: { topic, qos: maxQoS } },
    )
  if (retain && !mayRetain)
    return new UserError(
      403,
      'MQTT_RETAIN_REFUSED',
      `The rules let nobody like you retain a message on "${topic}". Publish it without.`,
      { values: { topic } },
    )
  return undefined
}

/** The name that the sender gave its request (draft-ietf-httpapi-idempotency-key-header), if it did. */
function readKey({ request }: Call): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key
  throw new UserError(
    400,
    'IDEMPOTENCY_KEY',
    'An Idempotency-Key has 1 to 200 letters, digits or signs, and no spaces.',
  )
}

const etagOf = ({ payload, qos }: MqttPacket, isWrapped: boolean): string =>
  `"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}${isWrapped ? `-${qos}` : ''}"`

/** `If-None-Match` names what it has, or `*`; proxies may have weakened it. */
const isKnown = ({ request }: Call, etag: string): boolean =>
  (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((text) => text.trim().replace(/^W\//, ''))
    .some((text) => text === etag || text === '*')

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
