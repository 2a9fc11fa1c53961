import type { IConnackPacket, IPublishPacket, Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { brokerRig, connect5 as connect, patient, type RawClient, text } from './broker-rig.ts'

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

describe('CONNACK', () => {
  const connackFor = async (properties: object, more: object = {}) => {
    await using rig = await brokerRig()
    const client = await rig.raw(5)
    client.send({ ...connect, ...more, properties } as Packet)
    return (await client.received('connack')) as IConnackPacket
  }

  test('says what the broker can do, and how long a client may be silent', async () => {
    expect((await connackFor({}))?.properties).toMatchObject({
      receiveMaximum: 100,
      topicAliasMaximum: 32,
      maximumPacketSize: 1024 * 1024 + 5,
      serverKeepAlive: 3_600,
    })
  })

  test('gives a client without an id one, and says for how long a session is kept at most', async () => {
    const { properties } = await connackFor(
      { sessionExpiryInterval: 0xffff_ffff },
      { clientId: '', keepalive: 5 },
    )
    expect(properties?.assignedClientIdentifier).toMatch(/./)
    expect(properties).toMatchObject({ sessionExpiryInterval: 7 * 24 * 3_600 })
    expect(properties).not.toHaveProperty('serverKeepAlive')
  })

  test('knows a session that has no subscriptions', async () => {
    await using rig = await brokerRig()
    for (const sessionPresent of [false, true]) {
      const client = await rig.raw()
      client.send({ ...connect, protocolVersion: 4, clean: false })
      expect(await client.received('connack')).toMatchObject({ sessionPresent })
      client.socket.destroy()
      await expect.poll(() => rig.broker.clients, patient).toBe(0)
    }
  })

  test('says why a client is refused', async () => {
    await using rig = await brokerRig()
    const client = await rig.raw(5)
    client.send({ ...connect, username: 'door', password: Buffer.from('wrong') })
    expect(await client.received('connack')).toMatchObject({ reasonCode: 0x86 })
    await client.closed()
  })
})

describe('a client is told why its connection ends', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values)
  test.each([
    ['a packet over the limit', 0x95, [bytes(0x30, 0x81, 0x80, 0x40)]],
    ['a malformed packet', 0x81, [bytes(0x40, 3, 0, 0, 0)]],
    ['AUTH, which nobody has asked for', 0x81, [bytes(0xf0, 2, 0x18, 0)]],
    ['a second CONNECT', 0x82, [connect]],
    ['a topic that cannot be used', 0x90, [bytes(0x30, 7, 0, 3, 97, 47, 35, 0, 98)]],
    ['a topic of too many levels', 0x90, [{ ...publish, topic: '/'.repeat(200) }]],
    ['an unknown topic alias', 0x94, [{ ...publish, topic: '', properties: { topicAlias: 3 } }]],
    ['a property that does not belong there', 0x81, [bytes(0x30, 7, 0, 1, 97, 3, 0x13, 0, 5)]],
    ['a property that is cut off', 0x81, [bytes(0x30, 7, 0, 1, 97, 3, 3, 0, 9)]],
    ['a subscription of identifier 0', 0x82, [bytes(0x82, 9, 0, 1, 2, 0x0b, 0, 0, 1, 97, 0)]],
    ['a silence that is too long', 0x8d, []],
  ] as [string, number, (Packet | Uint8Array)[]][])('%s', async (_, reasonCode, packets) => {
    await using rig = await brokerRig()
    const client = await rig.raw(5)
    client.send({ ...connect, keepalive: 1 })
    await client.received('connack')
    client.send(...packets)
    expect(await client.received('disconnect')).toMatchObject({ reasonCode })
    await client.closed()
  })

  test('another one with its id', async () => {
    await using rig = await brokerRig()
    const [older, newer] = [await rig.raw(5), await rig.raw(5)]
    older.send(connect)
    await older.received('connack')
    newer.send(connect)
    expect(await older.received('disconnect')).toMatchObject({ reasonCode: 0x8e })
    await newer.received('connack')
  })

  test('the end of the broker', async () => {
    await using rig = await brokerRig()
    const client = await rig.raw(5)
    client.send(connect)
    await client.received('connack')
    await rig.stop()
    expect(await client.received('disconnect')).toMatchObject({ reasonCode: 0x8b })
  })

  test('more messages of QoS 2 at a time than it may send', async () => {
    await using rig = await brokerRig({ limits: { openMessages: 2 } })
    const client = await rig.raw(5)
    const open = [1, 2, 2, 3].map((messageId) => ({ ...publish, qos: 2 as const, messageId }))
    client.send(connect, ...open.slice(0, 3))
    await expect.poll(() => client.packets.filter(({ cmd }) => cmd === 'pubrec').length, patient).toBe(3)
    client.send(...open.slice(3))
    expect(await client.received('disconnect')).toMatchObject({ reasonCode: 0x93 })
  })
})

test('a topic may go by a number', async () => {
  await using rig = await brokerRig()
  const receiver = await rig.connect()
  await receiver.mqtt.subscribeAsync('a/#')
  const client = await rig.raw(5)
  const properties = { topicAlias: 3 }
  client.send(connect, { ...publish, topic: 'a/b', payload: '1', properties })
  client.send(
    { ...publish, topic: '', payload: '2', properties },
    { ...publish, topic: 'a/c', payload: '3', properties },
  )
  client.send({ ...publish, topic: '', payload: '4', properties })
  await receiver.received('a/b 1', 'a/b 2', 'a/c 3', 'a/c 4')
})

test('filters are refused with their reasons', async () => {
  await using rig = await brokerRig({ limits: { subscriptionsPerClient: 1 } })
  const client = await rig.raw(5)
  const subscriptions = ['/'.repeat(40), 'ok', 'one too many'].map((topic) => ({ topic, qos: 1 as const }))
  client.send(connect, { cmd: 'subscribe', messageId: 1, subscriptions })
  expect(await client.received('suback')).toMatchObject({ granted: [0x8f, 1, 0x97] })
  client.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['ok', 'never'] })
  expect(await client.received('unsuback')).toMatchObject({ granted: [0, 0x11] })
})

test.each([
  [0, [true, true]],
  [1, [true, false]],
  [2, [false, false]],
])('retained messages come by retain handling %i', async (rh, expected) => {
  await using rig = await brokerRig()
  await rig.broker.service.publish({ topic: 'a', payload: Buffer.from('x'), qos: 0, retain: true })
  const client = await rig.raw(5)
  client.send(connect)
  const count = () => client.packets.filter(({ cmd }) => cmd === 'publish').length
  const seen: boolean[] = []
  for (const _ of expected) {
    const before = count()
    client.packets.splice(0, client.packets.length, ...client.packets.filter(({ cmd }) => cmd === 'publish'))
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 0, rh }] } as Packet, {
      cmd: 'pingreq',
    })
    await client.received('pingresp')
    seen.push(count() > before)
  }
  expect(seen).toEqual(expected)
})

test('a message comes once, with the identifiers of all subscriptions that match it', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw(5)
  const identified = (topic: string, subscriptionIdentifier: number) =>
    ({ ...subscribe(topic, 1), properties: { subscriptionIdentifier } }) as Packet
  client.send(connect, identified('a/#', 7), identified('+/b', 300), subscribe('a/b', 0))
  await expect.poll(() => client.packets.filter(({ cmd }) => cmd === 'suback').length, patient).toBe(3)
  for (const [qos, retain] of [
    [0, false],
    [1, false],
    [2, false],
    [1, true],
  ] as const)
    await rig.broker.service.publish({ topic: 'a/b', payload: Buffer.from('x'), qos, retain })
  const ids = () =>
    client.packets.flatMap((one) => {
      const found = one.cmd === 'publish' ? one.properties?.subscriptionIdentifier : undefined
      return found === undefined ? [] : [[found].flat().sort((a, b) => a - b)]
    })
  await expect.poll(ids, patient).toEqual(Array(4).fill([7, 300]))
})

test('a will waits as long as it says, is not told if the client is back, and takes its properties along', async () => {
  await using rig = await brokerRig()
  const watcher = await rig.raw(5)
  watcher.send({ ...connect, clientId: 'watcher' }, subscribe('will', 1))
  await watcher.received('suback')
  const properties = { willDelayInterval: 1, contentType: 'text/plain' }
  const will = { topic: 'will', payload: Buffer.from('gone'), qos: 1 as const, retain: false, properties }
  const hello = { ...connect, will, clean: false, properties: { sessionExpiryInterval: 60 } }
  for (let time = 0; time < 2; time++) {
    const client = await rig.raw(5)
    client.send(hello)
    await client.received('connack')
    client.socket.destroy()
    await expect.poll(() => rig.broker.clients, patient).toBe(1)
  }
  expect(watcher.packets.filter(({ cmd }) => cmd === 'publish')).toEqual([])
  const { properties: told } = await published(watcher)
  expect(told).toEqual({ contentType: 'text/plain' })
  expect(watcher.packets.filter(({ cmd }) => cmd === 'publish')).toHaveLength(1)
})
