import { afterEach, expect, test } from 'vitest'
import { type BrokerRig, brokerRig, packet, patient, text } from './broker-rig.ts'

let rig: BrokerRig
afterEach(() => rig[Symbol.asyncDispose]())

test.each([
  ['with the lane', true],
  ['by aedes alone', false],
])('an onlooker sees every message once, %s', async (_way, lane) => {
  rig = await brokerRig({ lane })
  const seen: string[] = []
  const look = rig.broker.observe((shown) => seen.push(text(shown)))
  const client = await rig.connect()
  await client.mqtt.subscribeAsync('#', { qos: 2 })
  for (const qos of [0, 1, 2] as const) await client.mqtt.publishAsync('home/door', `by ${qos}`, { qos })
  await client.mqtt.publishAsync('home/bell', 'kept', { qos: 1, retain: true })
  await rig.broker.service.publish(packet('home/lamp', 'from a flow'))
  await expect
    .poll(() => seen, patient)
    .toEqual([
      'home/door by 0',
      'home/door by 1 1',
      'home/door by 2 2',
      'home/bell kept 1 retained',
      'home/lamp from a flow',
    ])
  look[Symbol.dispose]()
  await client.mqtt.publishAsync('home/door', 'unseen', { qos: 1 })
  expect(seen).toHaveLength(5)
})

test('what is retained can be listed', async () => {
  rig = await brokerRig()
  for (const topic of ['a', 'b']) await rig.broker.service.publish(packet(topic, 'kept', 1, true))
  expect([...rig.broker.allRetained()].map(text)).toEqual(['a kept 1 retained', 'b kept 1 retained'])
})
