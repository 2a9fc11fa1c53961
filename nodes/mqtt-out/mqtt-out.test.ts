import { expect, test } from 'vitest'
import type { News } from '#kit/runtime/outbox.ts'
import { FakeMqtt, fakeServices } from '#rig/fake-services.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { mqttOut } from './definition.ts'
import { mqttOutRuntime } from './runtime.ts'

async function rig(config: Record<string, unknown>, options: { wireErrorPort?: boolean } = {}) {
  const mqtt = new FakeMqtt()
  const services = fakeServices()
  const node = await nodeRig(mqttOutRuntime, {
    ...{ config, services, ...options },
    links: { embedded: mqtt, outside: mqtt },
  })
  return { node, mqtt, posts: services.outbox.posts, deadLetters: services.deadLetters }
}

test.each([
  ['on', 'on'],
  [21.5, '21.5'],
  [true, 'true'],
  [null, 'null'],
  [{ a: [1] }, '{"a":[1]}'],
  [Uint8Array.of(0x68, 0x69), 'hi'],
  ['', ''],
])('publishes %j as %j', async (payload, text) => {
  const { node, mqtt } = await rig({ topic: 'a', qos: 0, retain: true })
  await node.send('in', { payload })
  const [published] = mqtt.published
  expect(published).toMatchObject({ topic: 'a', qos: 0, retain: true })
  expect(Buffer.from(published?.payload ?? [])).toEqual(Buffer.from(text))
})

test("takes the message's topic when it has none of its own", async () => {
  const { node, mqtt } = await rig({})
  await node.send('in', { payload: 1, topic: 'from/message' })
  expect(mqtt.published).toMatchObject([{ topic: 'from/message', qos: 1, retain: false }])
})

const circle: Record<string, unknown> = {}
circle['self'] = circle

test.each([
  ['no payload', { payload: undefined, topic: 'a' }, 'MQTT_NO_PAYLOAD'],
  ['a number that JSON does not know', { payload: Number.NaN, topic: 'a' }, 'MQTT_UNWRITABLE'],
  ['an object in a circle', { payload: circle, topic: 'a' }, 'MQTT_UNWRITABLE'],
  ['a function', { payload: () => 1, topic: 'a' }, 'MQTT_UNWRITABLE'],
  ['no topic', { payload: 1 }, 'MQTT_TOPIC_MISSING'],
  ['a topic with a wildcard', { payload: 1, topic: 'a/#' }, 'TOPIC_WILDCARD'],
])('refuses a message with %s, and publishes nothing', async (_, message, code) => {
  const { node, mqtt } = await rig({})
  await expect(node.send('in', message)).rejects.toMatchObject({ code })
  expect(mqtt.published).toEqual([])
})

test.each([
  ['an object in a circle', circle, { code: 'MQTT_PAYLOAD_WITHIN' }],
  ['a list with a BigInt', [1n], { code: 'MQTT_PAYLOAD_WITHIN' }],
  ['a function', () => 1, { code: 'MQTT_PAYLOAD_TYPE', values: { type: 'function' } }],
  ['no number', Number.NaN, 'NaN'],
])('says in words of our own why %s is no JSON', async (_, payload, reason) => {
  const { node } = await rig({})
  await expect(node.send('in', { payload, topic: 'a' })).rejects.toMatchObject({ values: { reason } })
})

test('fails when the broker does not take the message', async () => {
  const mqtt = new FakeMqtt()
  mqtt.publish = () => Promise.reject(new Error('away'))
  const node = await nodeRig(mqttOutRuntime, { config: { topic: 'a' }, links: { embedded: mqtt } })
  await expect(node.send('in', { payload: 1 })).rejects.toThrow('away')
})

test('names a topic with wildcards at its field, and does not start with it', async () => {
  const config = mqttOut.config.parse({ topic: 'home/+/lamp' })
  expect(mqttOut.check?.(config)).toMatchObject([{ code: 'TOPIC_WILDCARD', field: 'topic' }])
  await expect(rig({ topic: 'home/+/lamp' })).rejects.toMatchObject({
    code: 'TOPIC_WILDCARD',
    field: 'topic',
  })
})

test('gives what another broker is to get with QoS 1 or 2 to the outbox', async () => {
  const { node, mqtt, posts } = await rig({ broker: 'outside', topic: 'a', qos: 2, retain: true })
  await node.send('in', { id: 'k1', payload: { on: true } })
  expect(mqtt.published).toEqual([])
  expect(posts).toMatchObject([
    {
      post: {
        ...{ connection: 'outside', target: 'a', title: 'MQTT a', cause: { id: 'k1' } },
        body: { payload: '{"on":true}', qos: 2, retain: true },
      },
    },
  ])
  expect(Object.keys(posts[0]?.post ?? {})).not.toContain('expiresAfterMs')
})

test('a command may be worth something for a while only, and go out at most once', async () => {
  const { node, posts } = await rig({
    ...{ broker: 'outside', topic: 'siren', expiresAfterMs: 30_000, atMostOnce: true },
  })
  await node.send('in', { payload: 'on' })
  expect(posts).toMatchObject([{ post: { expiresAfterMs: 30_000, atMostOnce: true } }])
})

test('QoS 0, and what the broker of the house gets, goes there at once', async () => {
  const outside = await rig({ broker: 'outside', topic: 'a', qos: 0 })
  const house = await rig({ topic: 'a', qos: 1 })
  for (const { node } of [outside, house]) await node.send('in', { payload: 1 })
  expect([outside, house].map(({ mqtt, posts }) => [mqtt.published.length, posts.length])).toEqual([
    [1, 0],
    [1, 0],
  ])
})

const failed: News = {
  ...{ kind: 'failed', post: 1, target: 'a', error: { code: 'OUTBOX_EXPIRED', message: 'Too late.' } },
  keep: { id: 'k1', payload: 'on' },
}

test('what did not arrive leaves by the error port', async () => {
  const { node } = await rig({ broker: 'outside', topic: 'a' }, { wireErrorPort: true })
  await node.node.tell(failed)
  expect(node.sent).toMatchObject([
    { port: 'error', message: { id: 'k1', payload: 'on', error: { code: 'OUTBOX_EXPIRED' } } },
  ])
})

test('what did not arrive and nobody takes is a dead letter', async () => {
  const { node, deadLetters } = await rig({ broker: 'outside', topic: 'a' })
  await node.node.tell(failed)
  expect(deadLetters.letters).toMatchObject([{ port: 'in', error: { code: 'OUTBOX_EXPIRED' } }])
})
