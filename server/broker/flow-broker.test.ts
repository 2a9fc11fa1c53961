import { expect, test } from 'vitest'
import type { Delivery } from '#kit/flow-broker.ts'
import { type BrokerRig, brokerRig, packet, patient, text } from './broker-rig.ts'

const connect = { cmd: 'connect', protocolId: 'MQTT', clientId: 'a', clean: true, keepalive: 0 } as const
const publish = (topic: string, messageId: number) =>
  ({ cmd: 'publish', topic, payload: 'x', qos: 1, messageId, dup: false, retain: false }) as const

async function publisher(rig: BrokerRig) {
  const client = await rig.raw()
  client.send(connect)
  await client.received('connack')
  const acks = () => client.packets.flatMap((one) => (one.cmd === 'puback' ? [one.messageId] : []))
  return { client, acks }
}

test('what flows publish at once is with clients and flows, without a promise', async () => {
  await using rig = await brokerRig()
  const { flows } = rig.broker
  const client = await rig.connect()
  await client.mqtt.subscribeAsync('#', { qos: 1 })
  const seen: string[] = []
  using _ = flows.subscribe('+', 1, (delivery) => {
    seen.push(text(delivery.packet))
    delivery.settle()
  })
  expect(flows.publish(packet('a', '1', 0))).toBeUndefined()
  expect(flows.publish(packet('a', '2', 1))).toBeUndefined()
  expect(seen).toEqual(['a 1', 'a 2 1'])
  await client.received('a 1', 'a 2 1')
})

test('a message that another flow holds is waited for', async () => {
  await using rig = await brokerRig({ limits: { acknowledgeWithinMs: 60_000 } })
  const { flows } = rig.broker
  const held: Delivery[] = []
  using _ = flows.subscribe('a', 1, (delivery) => held.push(delivery))
  const published = flows.publish(packet('a', '1', 1))
  expect(published).toBeInstanceOf(Promise)
  held[0]?.settle()
  await published
})

test.each([
  ['small', 'plain', false],
  ['large', 'plain', false],
  ['small', 'kept', true],
  ['large', 'kept', true],
])('a borrowed payload (%s) on topic %s is copied where it is kept', async (size, topic, retain) => {
  await using rig = await brokerRig()
  const { flows } = rig.broker
  const client = await rig.connect()
  await client.mqtt.subscribeAsync('#')
  const held: Delivery[] = []
  using _ = flows.subscribe('#', 1, (delivery) => held.push(delivery))
  const payload = Buffer.alloc(size === 'small' ? 10 : 20_000, 'x')
  const before = String(payload)
  const published = flows.publish({ topic, payload, qos: 0, retain })
  payload.fill('y')
  await published
  await expect.poll(() => client.messages, patient).toEqual([`${topic} ${before}`])
  expect(held.map((delivery) => String(delivery.packet.payload))).toEqual([before])
  expect(String(rig.broker.retained(topic)?.payload ?? '')).toBe(retain ? before : '')
})

test.each([
  ['alone in its read', 1],
  ['with others behind it', 3],
])('a payload that a flow keeps stays when its client sends more: %s', async (_, together) => {
  await using rig = await brokerRig()
  const held: Delivery[] = []
  using _flow = rig.broker.flows.subscribe('#', 1, (delivery) => held.push(delivery))
  const { client } = await publisher(rig)
  const rounds = ['first', 'later', 'third']
  for (const [round, payload] of rounds.entries()) {
    client.send(...Array.from({ length: together }, (_, index) => ({ ...publish('a', index + 1), payload })))
    await expect.poll(() => held.length, patient).toBe((round + 1) * together)
    for (const delivery of held) delivery.settle()
  }
  const expected = rounds.flatMap((payload) => Array.from({ length: together }, () => payload))
  expect(held.map(({ packet }) => String(packet.payload))).toEqual(expected)
})

test('acknowledgements wait for late settlements, in the order of the client', async () => {
  await using rig = await brokerRig({ limits: { acknowledgeWithinMs: 60_000 } })
  const held: Delivery[] = []
  using _one = rig.broker.flows.subscribe('slow', 1, (delivery) => held.push(delivery))
  using _two = rig.broker.flows.subscribe('#', 1, (delivery) => delivery.settle())
  const { client, acks } = await publisher(rig)
  client.send(publish('slow', 1), publish('slow', 2), publish('fast', 3), { cmd: 'pingreq' })
  await client.received('pingresp')
  held[1]?.settle()
  held[1]?.settle()
  expect([held.length, acks()]).toEqual([2, []])
  held[0]?.settle(new Error('failed, and settled all the same'))
  await expect.poll(acks, patient).toEqual([1, 2, 3])
})

test('a flow that ends with messages in hand holds their acknowledgements no longer than patience', async () => {
  await using rig = await brokerRig({ limits: { acknowledgeWithinMs: 30 } })
  const held: Delivery[] = []
  const subscription = rig.broker.flows.subscribe('a', 1, (delivery) => held.push(delivery))
  const { client, acks } = await publisher(rig)
  client.send(publish('a', 1))
  await expect.poll(() => held.length, patient).toBe(1)
  subscription[Symbol.dispose]()
  await expect.poll(acks, patient).toEqual([1])
  held[0]?.settle()
  client.send(publish('a', 2))
  await expect.poll(acks, patient).toEqual([1, 2])
  expect(held.length).toBe(1)
})

test.each(['', 'a/+', '$SYS/x'])('publishing to %j rejects', async (topic) => {
  await using rig = await brokerRig()
  await expect(rig.broker.flows.publish(packet(topic, 'x'))).rejects.toMatchObject({ name: 'NodeError' })
})
