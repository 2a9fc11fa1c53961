import type { IPublishPacket, Packet } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { type BrokerRig, brokerRig, packet, patient, type RawClient } from './broker-rig.ts'

const connect = (clientId: string, protocolVersion: 4 | 5, clean: boolean, properties = {}): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion,
  clientId,
  clean,
  keepalive: 0,
  ...(protocolVersion === 5 && { properties }),
})
const subscribe = (topic: string, qos: 0 | 1 | 2): Packet => ({
  cmd: 'subscribe',
  messageId: 1,
  subscriptions: [{ topic, qos }],
})
const published = ({ packets }: RawClient): IPublishPacket[] =>
  packets.flatMap((one) => (one.cmd === 'publish' ? [one] : []))
const payloads = (client: RawClient) => published(client).map(({ payload }) => String(payload))
const numbers = (count: number, first = 0) => Array.from({ length: count }, (_, index) => `${first + index}`)
const puback = (client: RawClient, index: number): void =>
  client.send({ cmd: 'puback', messageId: published(client)[index]?.messageId ?? 0 })
const publishAll = async (rig: BrokerRig, texts: readonly string[], qos: 0 | 1 | 2 = 1) => {
  for (const text of texts) await rig.broker.service.publish(packet('a', text, qos))
}

test('a client gets no more unacknowledged messages than it takes, whichever way they come', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw(5)
  client.send(connect('a', 5, true, { receiveMaximum: 2 }), subscribe('a', 2))
  await client.received('suback')
  await publishAll(rig, ['0', '1'])
  await publishAll(rig, ['2'], 2)
  await publishAll(rig, ['3', '4'])
  await publishAll(rig, ['not counted'], 0)
  await expect.poll(() => payloads(client), patient).toEqual(['0', '1', 'not counted'])
  puback(client, 0)
  await expect.poll(() => payloads(client), patient).toEqual(['0', '1', 'not counted', '2'])
  const { messageId = 0 } = published(client)[3] as IPublishPacket
  client.send({ cmd: 'pubrec', messageId })
  await client.received('pubrel')
  expect(payloads(client)).toHaveLength(4)
  client.send({ cmd: 'pubcomp', messageId })
  puback(client, 1)
  await expect.poll(() => payloads(client), patient).toEqual(['0', '1', 'not counted', '2', '3', '4'])
})

test.each([4, 5] as const)(
  'a session of version %s sends 20 at a time, in order, and what comes meanwhile behind them',
  async (version) => {
    await using rig = await brokerRig()
    const away = await rig.raw(version)
    const hello = connect('a', version, false, { sessionExpiryInterval: 60 })
    away.send(hello, subscribe('a', 1), { cmd: 'disconnect' })
    await away.closed()
    await publishAll(rig, numbers(30))
    const client = await rig.raw(version)
    client.send(hello)
    await expect.poll(() => payloads(client), patient).toEqual(numbers(20))
    await publishAll(rig, numbers(2, 30))
    for (let index = 0; index < 32; index++) {
      await expect.poll(() => payloads(client).length, patient).toBeGreaterThan(index)
      puback(client, index)
    }
    await expect.poll(() => payloads(client), patient).toEqual(numbers(32))
  },
)

test('after a break, what was in flight comes first, with its ids and DUP', async () => {
  await using rig = await brokerRig({ limits: { inFlightMessages: 3 } })
  const first = await rig.raw()
  first.send(connect('a', 4, false), subscribe('a', 2))
  await first.received('suback')
  await publishAll(rig, ['0'], 2)
  await publishAll(rig, ['1', '2', '3'])
  await expect.poll(() => payloads(first), patient).toEqual(['0', '1', '2'])
  first.send({ cmd: 'pubrec', messageId: published(first)[0]?.messageId ?? 0 })
  await first.received('pubrel')
  first.socket.destroy()
  await expect.poll(() => rig.broker.clients).toBe(0)
  const again = await rig.raw()
  again.send(connect('a', 4, false))
  await expect.poll(() => payloads(again), patient).toEqual(['1', '2'])
  expect(published(again).map(({ dup }) => dup)).toEqual([true, true])
  const order = again.packets.map(({ cmd }) => cmd)
  expect(order).toEqual(['connack', 'pubrel', 'publish', 'publish'])
  again.send({ cmd: 'pubcomp', messageId: published(first)[0]?.messageId ?? 0 })
  await expect.poll(() => payloads(again), patient).toEqual(['1', '2', '3'])
  expect(published(again)[2]).toMatchObject({ dup: false })
})

test.each([
  ['a clean session', true],
  ['a session that is kept', false],
])('in %s, a message larger than the client takes is not sent, and holds up nothing', async (_, isClean) => {
  await using rig = await brokerRig()
  const client = await rig.raw(5)
  const properties = { maximumPacketSize: 50, receiveMaximum: 1, sessionExpiryInterval: isClean ? 0 : 60 }
  client.send(connect('a', 5, isClean, properties), subscribe('a', 2))
  await client.received('suback')
  for (const qos of [0, 1, 2] as const) {
    await publishAll(rig, ['x'.repeat(60)], qos)
    if (qos < 2) await publishAll(rig, [`small ${qos}`], qos)
  }
  await expect.poll(() => payloads(client), patient).toEqual(['small 0', 'small 1'])
})
