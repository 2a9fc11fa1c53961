import { checkTopicFilter, checkTopicName } from '#kit/topic.ts'
import { type Entry, isTrue, number, text } from '../entries.ts'
import type { ImportNote } from '../import-notes.ts'
import { note, noWay, one, type Translator } from '../translation.ts'

export const mqttIn: Translator = ({ raw }, around) => {
  const topic = text(raw, 'topic')
  const payload = payloads[text(raw, 'datatype', 'auto')]
  if (number(raw, 'inputs', 0) === 1) return noWay('It takes its topics from messages.')
  if (payload === undefined) return noWay('It gives payloads in Base64.')
  const problem = checkTopicFilter(topic)
  if (problem) return noWay(problem)
  const broker = around.connectionOf(text(raw, 'broker'))
  return one(
    'mqtt-in',
    {
      broker,
      topic,
      qos: quality(raw['qos'], 2),
      payload,
      ...(text(raw, 'rh') === '2' && { retained: 'live' }),
    },
    { hasInput: false, notes: brokerNotes(broker) },
  )
}

export const mqttOut: Translator = ({ raw }, around) => {
  const topic = text(raw, 'topic')
  const problem = topic === '' ? undefined : checkTopicName(topic)
  if (problem) return noWay(problem)
  const broker = around.connectionOf(text(raw, 'broker'))
  return one(
    'mqtt-out',
    { broker, topic, qos: quality(raw['qos'], 1), retain: isTrue(raw, 'retain') },
    { outputs: [], notes: brokerNotes(broker) },
  )
}

const payloads: Readonly<Record<string, string>> = {
  auto: 'auto',
  'auto-detect': 'auto',
  utf8: 'text',
  buffer: 'bytes',
  json: 'json',
}

const quality = (value: unknown, fallback: 0 | 1 | 2): 0 | 1 | 2 => {
  const given = String(value)
  return given === '0' ? 0 : given === '1' ? 1 : given === '2' ? 2 : fallback
}

const brokerNotes = (broker: string): readonly ImportNote[] =>
  broker === '' ? [note('BROKER', 'Its broker was not in the file. Choose one.')] : []

/** The settings of a connection to a broker, without user and password, which no export holds. */
export function brokerConfig({ raw }: Entry): Record<string, unknown> {
  const address = text(raw, 'broker').trim()
  const url = /^(?:(mqtts?|tls|ssl|tcp):\/\/)?([^/:?#@]+)(?::(\d+))?\/?$/.exec(address)
  const tls = isTrue(raw, 'usetls') || /^(mqtts|tls|ssl)$/.test(url?.[1] ?? '')
  const port = url?.[3] === undefined ? number(raw, 'port', tls ? 8883 : 1883) : Number(url[3])
  const keepSession = text(raw, 'cleansession', 'true') === 'false'
  return {
    host: (url?.[2] ?? '').slice(0, 255),
    port: Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : 1883,
    tls,
    // its own id only where a session hangs on it: two clients with one id throw each other out
    ...(keepSession && { clientId: text(raw, 'clientid').slice(0, 255), keepSession }),
  }
}
