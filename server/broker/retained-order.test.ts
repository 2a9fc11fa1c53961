import { connect as connectSocket } from 'node:net'
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet'
import { expect, test } from 'vitest'
import type { Delivery } from '#kit/flow-broker.ts'
import { type BrokerRig, brokerRig, connect5, packet, patient, type RawClient } from './broker-rig.ts'

// What was retained when a subscription began never comes behind a live message on its topic, which is newer.

const MEGABYTE = 1024 * 1024
const subscribe = (topic: string, qos: 0 | 1 | 2, messageId = 1): Packet => ({
  cmd: 'subscribe',
  messageId,
  subscriptions: [{ topic, qos }],
})
const published = ({ packets }: RawClient): IPublishPacket[] =>
  packets.flatMap((one) => (one.cmd === 'publish' ? [one] : []))
const told = (client: RawClient): string[] =>
  published(client).map(({ topic, payload, retain }) =>
    [topic, String(payload), retain ? 'retained' : ''].filter(String).join(' '),
  )
const acknowledge = (client: RawClient, index: number): void =>
  client.send({ cmd: 'puback', messageId: published(client)[index]?.messageId ?? 0 })
const receives = (client: RawClient, ...messages: string[]) =>
  expect.poll(() => told(client), patient).toEqual(messages)

/** A client of QoS 1 that takes one message at a time. */
async function slowClient(rig: BrokerRig, clean = true, sessionExpiryInterval = 0): Promise<RawClient> {
  const client = await rig.raw(5)
  client.send({ ...connect5, clean, properties: { receiveMaximum: 1, sessionExpiryInterval } } as Packet)
  return client
}

test.each([0, 1, 2] as const)(
  'a newer message of QoS %i goes out in the place of one that waits',
  async (qos) => {
    await using rig = await brokerRig()
    const publish = rig.broker.service.publish
    await publish(packet('a', 'first', 1, true))
    await publish(packet('b', 'older', 1, true))
    await publish(packet('c', 'last', 1, true))
    const client = await slowClient(rig)
    client.send(subscribe('#', 1))
    await receives(client, 'a first retained')
    await publish(packet('b', 'newer', qos))
    const newest = qos === 0 ? ['b newer'] : []
    await receives(client, 'a first retained', ...newest)
    acknowledge(client, 0)
    await expect.poll(() => told(client), patient).toHaveLength(2 + newest.length)
    acknowledge(client, 1 + newest.length)
    await receives(client, 'a first retained', 'b newer', 'c last retained')
  },
)

test('what a session kept before goes out ahead of what is retained', async () => {
  await using rig = await brokerRig()
  const away = await slowClient(rig, false, 1_000)
  away.send(subscribe('a', 1))
  await away.received('suback')
  await away[Symbol.asyncDispose]()
  for (const text of ['1', '2', '3']) await rig.broker.service.publish(packet('a', text, 1, true))

  const client = await slowClient(rig, false, 1_000)
  client.send(subscribe('a', 1))
  await client.received('suback')
  for (const index of [0, 1, 2, 3]) {
    await expect.poll(() => told(client).length, patient).toBe(index + 1)
    acknowledge(client, index)
  }
  expect(told(client)).toEqual(['a 1', 'a 2', 'a 3', 'a 3 retained'])
})

test.each([
  ['the lane', false],
  ['aedes', true],
])(
  'a client that reads slowly gets what is retained ahead of a live message by %s',
  async (_way, isRetained) => {
    await using rig = await brokerRig({
      limits: { stalledAfterMs: 60_000, retainedMessageBytes: 2 * MEGABYTE },
    })
    const { publish } = rig.broker.service
    const topics = Array.from({ length: 40 }, (_, index) => `many/${index}`)
    for (const topic of topics) await publish(packet(topic, 'x'.repeat(MEGABYTE), 0, true))
    await publish(packet('last', 'older', 0, true))
    const socket = connectSocket(rig.port, '127.0.0.1').pause()
    const messages: string[] = []
    const packets = parser().on('packet', (one: Packet) => {
      if (one.cmd === 'publish' && one.topic === 'last') messages.push(String(one.payload))
    })
    const hello = { cmd: 'connect', protocolId: 'MQTT', clientId: 'slow', clean: true, keepalive: 0 } as const
    socket.write(Buffer.concat([generate(hello), generate(subscribe('#', 0))]))
    await expect.poll(() => rig.broker.sessions()[0]?.isSlow, patient).toBe(true)
    void publish(packet('last', 'newer', 0, isRetained))
    socket.on('data', (chunk) => packets.parse(chunk)).resume()
    await expect.poll(() => messages.at(-1), patient).toBe('newer')
    expect(messages).toEqual(['older', 'newer'])
    socket.destroy()
  },
)

test.each([0, 1] as const)(
  'a flow that is full gets what is retained ahead of a newer one of QoS %i',
  async (qos) => {
    await using rig = await brokerRig({ limits: { flowMessages: 1 } })
    const { publish } = rig.broker.service
    await publish(packet('a', 'first', 0, true))
    await publish(packet('b', 'older', 0, true))
    const held: Delivery[] = []
    using _ = rig.broker.flows.subscribe('#', 1, (delivery) => void held.push(delivery))
    expect(held.map(({ packet: { topic } }) => topic)).toEqual(['a'])
    const published = publish(packet('b', 'newer', qos))
    for (const index of [0, 1, 2]) {
      await expect.poll(() => held.length, patient).toBeGreaterThan(index)
      held[index]?.settle()
    }
    await published
    expect(held.map(({ packet: { payload } }) => String(payload))).toEqual(['first', 'older', 'newer'])
  },
)
