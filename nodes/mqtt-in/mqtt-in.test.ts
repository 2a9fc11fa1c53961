import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeMqtt } from '#rig/fake-services.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { mqttIn } from './definition.ts'
import { readPayload } from './read-payload.ts'
import { mqttInRuntime } from './runtime.ts'

async function rig(config: Record<string, unknown>, options: { wireErrorPort?: boolean } = {}) {
  const mqtt = new FakeMqtt()
  const node = await nodeRig(mqttInRuntime, { config, links: { embedded: mqtt }, ...options })
  const publish = (topic: string, payload: string | Uint8Array, retain = false) =>
    mqtt.publish({ topic, payload: Buffer.from(payload), qos: 1, retain })
  return { node, mqtt, publish }
}

const bytes = (text: string) => new TextEncoder().encode(text)

test('sends what matches its filter, with topic, QoS and retain', async () => {
  const { node, publish } = await rig({ topic: 'home/+' })
  await publish('home/bell', 'on')
  await publish('garden/bell', 'on')
  const [sent] = node.sent
  expect(sent?.message).toMatchObject({ topic: 'home/bell', payload: 'on', qos: 1, retain: false })
  expect(node.sent).toHaveLength(1)
})

test.each([
  ['auto', '21.5', 21.5],
  ['auto', 'true', true],
  ['auto', '{"a":1}', { a: 1 }],
  ['auto', 'on', 'on'],
  ['auto', '', ''],
  ['auto', '007', '007'],
  ['auto', '{broken', '{broken'],
  ['json', '[1, null]', [1, null]],
  ['number', ' 21.5\n', 21.5],
  ['number', '-1e3', -1000],
  ['text', '21.5', '21.5'],
  ['bytes', 'ab', Buffer.from('ab')],
] as const)('reads %s %j as %j', async (payload, text, value) => {
  const { node, publish } = await rig({ topic: 'a', payload })
  await publish('a', text)
  expect(node.out).toEqual([value])
})

test('bytes that are not text stay bytes when left to guess', () => {
  expect(readPayload.auto({ topic: 'a', payload: Uint8Array.of(0xff, 0x00) })).toEqual(
    Uint8Array.of(0xff, 0x00),
  )
})

test.each([
  ['json', '{'],
  ['number', '0x10'],
  ['number', ''],
  ['number', 'Infinity'],
] as const)(
  '%s that cannot be read (%j) leaves by the error port, and the next is taken',
  async (payload, text) => {
    const { node, publish } = await rig({ topic: 'a/b', payload }, { wireErrorPort: true })
    await publish('a/b', text)
    await publish('a/b', '1')
    const [failed, next] = node.sent
    expect(failed).toMatchObject({
      port: 'error',
      message: { topic: 'a/b', error: { code: `MQTT_PAYLOAD_${payload.toUpperCase()}` } },
    })
    expect(next).toMatchObject({ port: 'out', message: { payload: 1 } })
    expect(node.statuses.map(({ state }) => state)).toEqual(['error', 'ok'])
  },
)

test('what looks like JSON is read as JSON, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      expect(readPayload.auto({ topic: 'a', payload: bytes(text) })).toEqual(JSON.parse(text))
    }),
  )
})

test('takes retained messages at the start, or leaves them out', async () => {
  for (const [retained, out] of [
    ['all', ['old', 'new']],
    ['live', ['new']],
  ] as const) {
    const mqtt = new FakeMqtt()
    await mqtt.publish({ topic: 'a', payload: bytes('old'), qos: 1, retain: true })
    const node = await nodeRig(mqttInRuntime, { config: { topic: 'a', retained }, links: { embedded: mqtt } })
    await mqtt.publish({ topic: 'a', payload: bytes('new'), qos: 1, retain: false })
    expect(node.out).toEqual(out)
  }
})

test('acknowledges when the flow is done', async () => {
  const flow = Promise.withResolvers<void>()
  const mqtt = new FakeMqtt()
  await nodeRig(mqttInRuntime, {
    config: { topic: 'a' },
    links: { embedded: mqtt },
    downstream: () => flow.promise,
  })
  let isDone = false
  const published = mqtt.publish({ topic: 'a', payload: bytes('x'), qos: 1, retain: false }).then(() => {
    isDone = true
  })
  await Promise.resolve()
  expect(isDone).toBe(false)
  flow.resolve()
  await published
})

test('hears nothing more once it is stopped', async () => {
  const { node, publish } = await rig({ topic: 'a' })
  await node.stop()
  await publish('a', 'x')
  expect(node.out).toEqual([])
})

test('names a filter that cannot be used at its field, and does not start with it', async () => {
  const config = mqttIn.config.parse({ topic: 'a#' })
  expect(mqttIn.check?.(config)).toMatchObject([{ code: 'TOPIC_WILDCARD_PLACE', field: 'topic' }])
  await expect(rig({ topic: 'a#' })).rejects.toMatchObject({ code: 'TOPIC_WILDCARD_PLACE', field: 'topic' })
})

test('takes QoS as the number that flow files have', () => {
  expect(mqttIn.config.parse({ qos: 0 }).qos).toBe(0)
  expect(mqttIn.config.safeParse({ qos: 3 }).success).toBe(false)
})
