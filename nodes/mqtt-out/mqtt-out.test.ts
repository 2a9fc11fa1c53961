import { expect, test } from 'vitest'
import { FakeMqtt } from '#rig/fake-services.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { mqttOut } from './definition.ts'
import { mqttOutRuntime } from './runtime.ts'

async function rig(config: Record<string, unknown>) {
  const mqtt = new FakeMqtt()
  const node = await nodeRig(mqttOutRuntime, { config, links: { embedded: mqtt } })
  return { node, mqtt }
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
