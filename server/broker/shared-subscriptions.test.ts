import { describe, expect, test } from 'vitest'
import { type BrokerRig, brokerRig, connect5, packet, patient, type TestClient } from './broker-rig.ts'
import { readShare } from './shared-subscriptions.ts'

test.each([
  ['$share/g/a/#', { group: 'g', filter: 'a/#' }],
  ['$share/g//', { group: 'g', filter: '/' }],
  ['$share/g', undefined],
  ['$share//a', undefined],
  ['$share/+/a', undefined],
  ['$shared/g/a', undefined],
])('reads %s', (topic, expected) => {
  expect(readShare(topic)).toEqual(expected)
})

const numbers = Array.from({ length: 12 }, (_, index) => String(index))
const publishAll = async (rig: BrokerRig, qos: 0 | 1 | 2) => {
  for (const number of numbers) await rig.broker.service.publish(packet('a/b', number, qos))
}
const bodies = ({ messages }: TestClient) => messages.map((message) => message.split(' ')[1])

describe.each([4, 5] as const)('by version %s', (protocolVersion) => {
  test.each([0, 1, 2] as const)('each message of QoS %i goes to one of a group, in turns', async (qos) => {
    await using rig = await brokerRig()
    const members = [await rig.connect({ protocolVersion }), await rig.connect({ protocolVersion })]
    const alone = await rig.connect({ protocolVersion })
    for (const { mqtt } of members) await mqtt.subscribeAsync('$share/g/a/#', { qos })
    await alone.mqtt.subscribeAsync({ '$share/other/a/b': { qos }, unrelated: { qos } })
    await publishAll(rig, qos)
    await expect.poll(() => bodies(alone), patient).toEqual(numbers)
    await expect.poll(() => members.flatMap(bodies).length, patient).toBe(numbers.length)
    expect(members.map(bodies)).toEqual(
      [0, 1].map((rest) => numbers.filter((_, index) => index % 2 === rest)),
    )
  })

  test('who has left, or broken off, gets no more of the messages', async () => {
    await using rig = await brokerRig()
    const open = async () => {
      const client = await rig.connect({ protocolVersion })
      await client.mqtt.subscribeAsync('$share/g/a/#', { qos: 1 })
      return client
    }
    const [stays, leaves, breaks] = [await open(), await open(), await open()]
    await leaves.mqtt.unsubscribeAsync('$share/g/a/#')
    breaks.mqtt.stream.destroy()
    await expect.poll(() => rig.broker.clients, patient).toBe(2)
    await publishAll(rig, 1)
    await expect.poll(() => bodies(stays), patient).toEqual(numbers)
    expect(leaves.messages).toEqual([])
  })

  test('a session that is kept is a member again when its client is back', async () => {
    await using rig = await brokerRig()
    const options = {
      protocolVersion,
      clientId: 'kept',
      clean: false,
      properties: { sessionExpiryInterval: 60 },
    }
    const { properties, ...older } = options
    const settings = protocolVersion === 5 ? options : older
    const first = await rig.connect(settings)
    await first.mqtt.subscribeAsync('$share/g/a/#', { qos: 1 })
    await first.mqtt.endAsync()
    await rig.stop()
    await rig.start()
    const again = await rig.connect(settings)
    await publishAll(rig, 1)
    await expect.poll(() => bodies(again), patient).toEqual(numbers)
  })
})

test("the broker's own news go to no group", async () => {
  await using rig = await brokerRig()
  const watcher = await rig.connect()
  await watcher.mqtt.subscribeAsync({ '$share/g/$SYS/#': { qos: 0 }, end: { qos: 0 } })
  await rig.connect({ clientId: 'secret' })
  await rig.broker.service.publish(packet('end', ''))
  await watcher.received('end')
})

test('a shared subscription says by which identifier it comes, and cannot leave out what is local', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw(5)
  const subscribe = (options: object) =>
    ({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: '$share/g/a', qos: 1, ...options }],
      properties: { subscriptionIdentifier: 9 },
    }) as never
  client.send(connect5, subscribe({}))
  await client.received('suback')
  expect(await client.received('connack')).not.toHaveProperty('properties.sharedSubscriptionAvailable')
  await rig.broker.service.publish(packet('a', 'x', 1))
  expect(await client.received('publish')).toMatchObject({ properties: { subscriptionIdentifier: 9 } })
  client.send(subscribe({ nl: true }))
  expect(await client.received('disconnect')).toMatchObject({ reasonCode: 0x82 })
})
