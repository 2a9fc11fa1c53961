import type { IPublishPacket, Packet } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { brokerRig, type RawClient, text } from './broker-rig.ts'

const connect = {
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 5,
  clientId: 'a',
  clean: true,
  keepalive: 0,
} as const
const publish = { cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false } as const
const subscribe = (topic: string, qos: 0 | 1 | 2 = 0): Packet => ({
  cmd: 'subscribe',
  messageId: 1,
  subscriptions: [{ topic, qos }],
})
const published = async (client: RawClient) => (await client.received('publish')) as IPublishPacket

test('clients of both versions get what clients of both versions publish, in order', async () => {
  await using rig = await brokerRig()
  const receivers = [await rig.connect({ protocolVersion: 5 }), await rig.connect({ protocolVersion: 4 })]
  for (const { mqtt } of receivers) await mqtt.subscribeAsync('a/#', { qos: 1 })
  for (const protocolVersion of [4, 5] as const) {
    const { mqtt } = await rig.connect({ protocolVersion })
    await mqtt.publishAsync('a/0', `${protocolVersion}`)
    await mqtt.publishAsync('a/1', `${protocolVersion}`, { qos: 1 })
    await mqtt.publishAsync('a/2', `${protocolVersion}`, { qos: 2 })
  }
  for (const client of receivers)
    await client.received('a/0 4', 'a/1 4 1', 'a/2 4 1', 'a/0 5', 'a/1 5 1', 'a/2 5 1')
})

test('a message with properties reaches clients of MQTT 5 with them, the others and flows without', async () => {
  await using rig = await brokerRig()
  const [newer, older] = [await rig.raw(5), await rig.raw()]
  newer.send(connect, subscribe('a', 1))
  older.send({ ...connect, protocolVersion: 4, clientId: 'b' }, subscribe('a', 1))
  await Promise.all([newer.received('suback'), older.received('suback')])
  const flow: string[] = []
  using _ = rig.broker.service.subscribe('a', 1, (message) => void flow.push(text(message)))
  const properties = {
    payloadFormatIndicator: true,
    contentType: 'text/plain',
    responseTopic: 'answers',
    correlationData: Buffer.from('7'),
    userProperties: { from: 'the door' },
  }
  const { mqtt } = await rig.connect({ protocolVersion: 5 })
  await mqtt.publishAsync('a', 'x', { qos: 1, properties })
  expect(await published(newer)).toMatchObject({ qos: 1, payload: Buffer.from('x'), properties })
  expect(await published(older)).toMatchObject({ qos: 1, payload: Buffer.from('x') })
  expect(flow).toEqual(['a x 1'])
})

test('messages with and without properties stay in order', async () => {
  await using rig = await brokerRig()
  const receiver = await rig.connect({ protocolVersion: 5 })
  await receiver.mqtt.subscribeAsync('a', { qos: 1 })
  const sender = await rig.raw(5)
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1)
  const all = numbers.map((number) => ({
    ...publish,
    payload: `${number}`,
    qos: 1 as const,
    messageId: number,
    ...(number % 3 === 0 && { properties: { contentType: 'text/plain' } }),
  }))
  sender.send({ ...connect, clientId: 'sender' }, ...all)
  await receiver.received(...numbers.map((number) => `a ${number} 1`))
})

test('an acknowledgement may give a reason', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw(5)
  client.send(connect, subscribe('a', 1))
  await client.received('suback')
  await rig.broker.service.publish({ topic: 'a', payload: Buffer.from('x'), qos: 1, retain: false })
  const { messageId } = await published(client)
  client.send({ cmd: 'puback', messageId, reasonCode: 0x97, properties: { reasonString: 'full' } } as Packet)
  client.send({ cmd: 'pingreq' })
  await client.received('pingresp')
})

test('a client that wants to sign in by AUTH is refused with a reason', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw(5)
  client.send({ ...connect, properties: { authenticationMethod: 'SCRAM-SHA-256' } })
  expect(await client.received('connack')).toMatchObject({ reasonCode: 0x8c })
  await client.closed()
})
