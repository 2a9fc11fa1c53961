import { expect, test } from 'vitest'
import type { AccessRule } from '#server/access/access-control.ts'
import { accessRig } from '#server/access/access-rig.ts'
import { brokerRig, packet, patient } from '../broker-rig.ts'
import { Load } from './load.ts'

const newest = (messages: readonly string[], name: string) =>
  messages.findLast((line) => line.startsWith(`$SYS/broker/${name} `))

test('averages of a minute follow quickly, those of fifteen slowly, and both forget', () => {
  const load = new Load(0)
  const { '1min': soon, '15min': late } = { ...load.note(60, 60_000) }
  expect([soon > 37 && soon < 39, late > 3 && late < 4.5]).toEqual([true, true])
  for (let minute = 2; minute < 20; minute++) load.note(60, minute * 60_000)
  expect(load.note(60, 20 * 60_000)['1min']).toBeLessThan(0.01)
})

test('statistics come retained under the names of Mosquitto, and anew when they change', async () => {
  await using rig = await brokerRig({ limits: { statisticsEveryMs: 100 } })
  const client = await rig.connect({ clientId: 'watcher' })
  await client.mqtt.subscribeAsync('$SYS/broker/#')
  await expect
    .poll(() => newest(client.messages, 'version'), patient)
    .toBe('$SYS/broker/version Wirehouse retained')
  await expect
    .poll(() => newest(client.messages, 'clients/connected'), patient)
    .toMatch(/connected 1( retained)?$/)
  await client.mqtt.publishAsync('a', 'x', { qos: 1 })
  await rig.broker.service.publish(packet('kept', 'x', 1, true))
  await expect.poll(() => newest(client.messages, 'publish/messages/received'), patient).toMatch(/ 1$/)
  await expect.poll(() => newest(client.messages, 'retained messages/count'), patient).toMatch(/ 1$/)
  expect(rig.broker.status().retained).toBe(1)
})

test('a flow gets them, too', async () => {
  await using rig = await brokerRig()
  const topics: string[] = []
  using _ = rig.broker.service.subscribe('$SYS/broker/clients/+', 0, ({ topic }) => void topics.push(topic))
  await expect.poll(() => topics, patient).toContain('$SYS/broker/clients/connected')
})

test('who has no right to them does not see them, nor does # show them', async () => {
  const rule: AccessRule = {
    ...{ id: 'all', subject: { kind: 'everyone' }, actions: ['publish', 'subscribe', 'receive'] },
    ...{ filter: '#', effect: 'allow', maxQoS: 2, retain: true, note: '' },
  }
  await using rig = await brokerRig({
    access: accessRig({ rules: [rule] }).desk,
    limits: { statisticsEveryMs: 50 },
  })
  const client = await rig.connect({ username: 'meter', password: 'right' })
  const refused = client.mqtt.subscribeAsync('$SYS/broker/uptime')
  await expect(refused).rejects.toThrow()
  await client.mqtt.subscribeAsync('#')
  await rig.broker.service.publish(packet('a', 'x'))
  await client.received('a x')
})

test('an owner can turn them off and on again', async () => {
  await using rig = await brokerRig()
  rig.broker.setLimits({ statisticsEveryMs: 0 })
  const client = await rig.connect()
  await client.mqtt.subscribeAsync('$SYS/broker/version')
  rig.broker.setLimits({ statisticsEveryMs: 1_000 })
  await client.received('$SYS/broker/version Wirehouse')
})
