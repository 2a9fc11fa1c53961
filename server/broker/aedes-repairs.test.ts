import { Aedes } from 'aedes'
import type { ISubackPacket, Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import type { AedesClient } from './aedes.ts'
import { repairAedes, repairClient } from './aedes-repairs.ts'
import { brokerRig, packet, patient } from './broker-rig.ts'

/** Names that every object has by birth. */
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
const connect = (clientId: string, more = {}): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  clientId,
  clean: true,
  keepalive: 0,
  ...more,
})
const subscribe = (...topics: string[]): Packet => ({
  cmd: 'subscribe',
  messageId: 1,
  subscriptions: topics.map((topic) => ({ topic, qos: 1 })),
})

/** When one of these fails, aedes has been mended: the repair may go. */
describe('aedes still', () => {
  test('finds inherited names in its tables', () => {
    const { clients, brokers } = new Aedes() as unknown as Record<string, Record<string, unknown>>
    expect([clients?.constructor, brokers?.constructor]).not.toContain(undefined)
  })
})

describe('names that every object has by birth', () => {
  test('are not in the tables of aedes and its clients', () => {
    const aedes = new Aedes()
    repairAedes(aedes)
    const client = {} as AedesClient
    repairClient(client, aedes.id)
    const tables = [aedes, client]
      .flatMap((one) => Object.values(one))
      .filter((one) => one?.constructor === undefined)
    expect(tables.length).toBeGreaterThanOrEqual(4)
    for (const name of inherited) for (const table of tables) expect(table?.[name]).toBeUndefined()
  })

  test.each(inherited)('are client ids and topics like any other: %s', async (name) => {
    await using rig = await brokerRig()
    for (let time = 0; time < 2; time++) {
      const client = await rig.raw()
      client.send(connect(name), subscribe(name === '__proto__' ? '+' : name, 'a'))
      expect(await client.received('suback')).toMatchObject({ granted: [1, 1] })
      await rig.broker.service.publish(packet(name, 'x', 1))
      expect(await client.received('publish')).toMatchObject({ topic: name })
      client.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: [name] })
      await client.received('unsuback')
    }
    expect(rig.broker.clients).toBe(1)
  })

  test('are kept and restored as filters of a session, but for one that is refused', async () => {
    await using rig = await brokerRig()
    const first = await rig.raw()
    first.send(connect('kept', { clean: false }), subscribe(...inherited, 'a'))
    expect(await first.received('suback')).toMatchObject({ granted: [0x80, 1, 1, 1, 1] })
    await rig.stop()
    await rig.start()
    const again = await rig.raw()
    again.send(connect('kept', { clean: false }))
    expect(await again.received('connack')).toMatchObject({ sessionPresent: true })
    for (const name of [...inherited, 'a']) await rig.broker.service.publish(packet(name, 'x', 1))
    const topics = () => again.packets.flatMap((one) => (one.cmd === 'publish' ? [one.topic] : []))
    await expect.poll(topics, patient).toEqual([...inherited.slice(1), 'a'])
  })
})

test('each filter of a SUBSCRIBE has its answer, one that comes twice has two', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw()
  client.send(connect('a'), {
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: [
      { topic: 'a', qos: 0 },
      { topic: 'b', qos: 1 },
      { topic: 'a', qos: 2 },
    ],
  })
  expect(((await client.received('suback')) as ISubackPacket).granted).toEqual([0, 1, 2])
})

test('a retained message comes once to who subscribes right behind it', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw()
  for (const qos of [0, 1, 2] as const) {
    const topic = `a/${qos}`
    const publish = {
      cmd: 'publish',
      topic,
      payload: 'x',
      qos,
      messageId: 5,
      dup: false,
      retain: true,
    } as const
    client.send(...(qos === 0 ? [connect('a')] : []), publish, subscribe(topic), { cmd: 'pingreq' })
  }
  await expect.poll(() => client.packets.filter(({ cmd }) => cmd === 'pingresp').length, patient).toBe(3)
  const got = client.packets.flatMap((one) => (one.cmd === 'publish' ? [[one.topic, one.retain]] : []))
  expect(got).toEqual([0, 1, 2].map((qos) => [`a/${qos}`, true]))
})

test('two PUBREL at once are both answered', async () => {
  await using rig = await brokerRig()
  const client = await rig.raw()
  const publish = {
    cmd: 'publish',
    topic: 'a',
    payload: '',
    qos: 2,
    messageId: 5,
    dup: false,
    retain: false,
  } as const
  client.send(connect('a', { clean: false }), publish)
  await client.received('pubrec')
  client.send({ cmd: 'pubrel', messageId: 5 }, { cmd: 'pubrel', messageId: 5 })
  await expect.poll(() => client.packets.filter(({ cmd }) => cmd === 'pubcomp').length, patient).toBe(2)
})

test('an id of QoS 2 is free again when the connection of a clean session has ended', async () => {
  await using rig = await brokerRig()
  const seen: string[] = []
  using _ = rig.broker.service.subscribe(
    'a',
    2,
    ({ payload }) => void seen.push(String(Buffer.from(payload))),
  )
  for (const payload of ['first', 'second']) {
    const client = await rig.raw()
    client.send(connect('a'), {
      cmd: 'publish',
      topic: 'a',
      payload,
      qos: 2,
      messageId: 5,
      dup: false,
      retain: false,
    })
    await client.received('pubrec')
    client.socket.destroy()
    await expect.poll(() => rig.broker.clients, patient).toBe(0)
  }
  expect(seen).toEqual(['first', 'second'])
})

test('5,000 messages of QoS 2 in flight from one client come once each', async () => {
  await using rig = await brokerRig()
  const receiver = await rig.connect()
  await receiver.mqtt.subscribeAsync('a', { qos: 0 })
  const sender = await rig.raw()
  const ids = Array.from({ length: 5_000 }, (_, index) => index + 1)
  const publishes = ids.map(
    (messageId) =>
      ({
        cmd: 'publish',
        topic: 'a',
        payload: `${messageId}`,
        qos: 2,
        messageId,
        dup: false,
        retain: false,
      }) as const,
  )
  sender.send(connect('sender'), ...publishes)
  const count = (cmd: string) => sender.packets.filter((one) => one.cmd === cmd).length
  await expect.poll(() => count('pubrec'), patient).toBe(5_000)
  sender.send(...ids.map((messageId) => ({ cmd: 'pubrel', messageId }) as const))
  await expect.poll(() => count('pubcomp'), patient).toBe(5_000)
  await receiver.received(...ids.map((id) => `a ${id}`))
}, 60_000)
