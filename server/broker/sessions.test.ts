import type { IPublishPacket, Packet } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { brokerRig, packet, patient, type RawClient } from './broker-rig.ts'

const connect = (clientId: string, properties = {}, clean = false): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 5,
  clientId,
  clean,
  keepalive: 0,
  properties,
})
const kept = (clientId: string) => connect(clientId, { sessionExpiryInterval: 60 })
const subscribe = (topic: string, options: object = {}): Packet => ({
  cmd: 'subscribe',
  messageId: 1,
  subscriptions: [{ topic, qos: 1, ...options }],
})
const publish = (topic: string, payload: string, more: object = {}): Packet =>
  ({ cmd: 'publish', topic, payload, qos: 1, messageId: 7, dup: false, retain: false, ...more }) as Packet
const published = ({ packets }: RawClient): IPublishPacket[] =>
  packets.flatMap((one) => (one.cmd === 'publish' ? [one] : []))
const payloads = (client: RawClient) => published(client).map(({ payload }) => String(payload))
const properties = {
  contentType: 'text/plain',
  correlationData: Buffer.from([0, 255]),
  userProperties: { from: 'the door', to: ['a', 'b'] },
}
const goodbye: Packet = { cmd: 'disconnect', reasonCode: 0 }

test('what a message says beside its payload is kept with it, over a restart too', async () => {
  await using rig = await brokerRig()
  const [away, sender] = [await rig.raw(5), await rig.raw(5)]
  away.send(kept('away'), subscribe('a'), goodbye)
  await away.closed()
  sender.send(connect('sender'), publish('a', 'x', { retain: true, properties }))
  await sender.received('puback')
  await rig.stop()
  await rig.start()
  const [back, other] = [await rig.raw(5), await rig.raw(5)]
  back.send(kept('away'))
  other.send(connect('other'), subscribe('a'))
  for (const [client, retain] of [
    [back, false],
    [other, true],
  ] as const)
    expect(await client.received('publish')).toMatchObject({ payload: Buffer.from('x'), retain, properties })
})

test('a message goes out with the time that is left to it, and not at all when that is over', async () => {
  const clock = new VirtualClock()
  await using rig = await brokerRig({ clock })
  const [away, sender] = [await rig.raw(5), await rig.raw(5)]
  away.send(kept('away'), subscribe('#'), goodbye)
  await away.closed()
  const expiring = (topic: string, seconds: number) =>
    publish(topic, topic, { retain: true, properties: { messageExpiryInterval: seconds } })
  sender.send(connect('sender'), expiring('short', 10), expiring('long', 30))
  await expect.poll(() => sender.packets.filter(({ cmd }) => cmd === 'puback').length, patient).toBe(2)
  await clock.advance(20_000)
  const [back, other] = [await rig.raw(5), await rig.raw(5)]
  back.send(kept('away'))
  await expect.poll(() => payloads(back), patient).toEqual(['long'])
  expect(published(back)[0]?.properties).toEqual({ messageExpiryInterval: 10 })
  expect(rig.broker.retained('short')).toBeUndefined()
  other.send(connect('other'), subscribe('#'))
  await expect.poll(() => payloads(other), patient).toEqual(['long'])
})

test('a session ends when it says, and DISCONNECT may say otherwise', async () => {
  const clock = new VirtualClock()
  await using rig = await brokerRig({ clock })
  const open = async (id: string, bye: Packet) => {
    const client = await rig.raw(5)
    client.send(kept(id), subscribe('a'), bye)
    await client.closed()
  }
  await open('stays', { ...goodbye, properties: { sessionExpiryInterval: 600 } } as Packet)
  await open('ends', goodbye)
  await open('ends at once', { ...goodbye, properties: { sessionExpiryInterval: 0 } } as Packet)
  await expect.poll(() => rig.broker.counters().sessions, patient).toBe(2)
  await clock.advance(180_000)
  await expect.poll(() => rig.broker.counters().sessions, patient).toBe(1)
  const back = await rig.raw(5)
  back.send(kept('stays'))
  expect(await back.received('connack')).toMatchObject({ sessionPresent: true })
})

test('a client that wants none of its own messages gets none, also where they were kept', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw(5)
  client.send(kept('a'), subscribe('a', { nl: true }), publish('a', 'own'))
  await client.received('puback')
  await rig.broker.service.publish(packet('a', 'of others', 1))
  await expect.poll(() => payloads(client), patient).toEqual(['of others'])
})

test.each([
  ['as it was published', { rap: true }, true],
  ['as live', {}, false],
])('the session sends a retained message %s, as the subscription wishes', async (_, options, retain) => {
  await using rig = await brokerRig()
  const client = await rig.raw(5)
  client.send(kept('a'), subscribe('a', options))
  await client.received('suback')
  await rig.broker.service.publish(packet('a', 'x', 1, true))
  expect(await client.received('publish')).toMatchObject({ retain })
})

test('a will that waits does so over a restart, and takes its properties along', async () => {
  const clock = new VirtualClock()
  await using rig = await brokerRig({ clock, limits: { willGraceMs: 1_000 } })
  const will = (topic: string, willDelayInterval: number) => ({
    will: {
      topic,
      payload: Buffer.from('gone'),
      qos: 1,
      retain: true,
      properties: { ...properties, willDelayInterval },
    },
  })
  for (const [id, delay] of [
    ['soon', 0],
    ['later', 20],
  ] as const) {
    const client = await rig.raw(5)
    client.send({ ...kept(id), ...will(id, delay) } as Packet)
    await client.received('connack')
  }
  await rig.stop()
  await rig.start()
  await clock.advance(2_000)
  await expect.poll(() => rig.broker.retained('soon'), patient).toBeDefined()
  expect(rig.broker.retained('later')).toBeUndefined()
  await clock.advance(20_000)
  await expect.poll(() => rig.broker.retained('later'), patient).toBeDefined()
  const reader = await rig.raw(5)
  reader.send(connect('reader'), subscribe('later'))
  expect((await reader.received('publish')) as IPublishPacket).toMatchObject({ properties })
})
