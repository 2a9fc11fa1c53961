import type { Packet } from 'mqtt-packet'
import { generate } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { accessRig, OpenAccounts } from '#server/access/access-rig.ts'
import { type BrokerRig, brokerRig, packet, patient, type RawClient, text } from '../broker-rig.ts'
import { WINDOW } from '../send-window.ts'

/** How many messages of those that are sent meanwhile take the lane. */
async function byLane(rig: BrokerRig, send: () => Promise<unknown>): Promise<number> {
  const count = (): number => rig.broker.counters().byLane ?? 0
  const before = count()
  await send()
  return count() - before
}

const connect = (clientId: string, keepalive = 0) =>
  ({ cmd: 'connect', protocolId: 'MQTT', clientId, clean: true, keepalive }) as const
const publish = (topic: string, payload: string | Buffer, messageId = 0, retain = false) =>
  ({
    cmd: 'publish',
    topic,
    payload,
    qos: messageId > 0 ? 1 : 0,
    messageId,
    dup: false,
    retain,
  }) as const
const subscribe = (topic: string, qos: 0 | 1 | 2): Packet => ({
  cmd: 'subscribe',
  messageId: 1,
  subscriptions: [{ topic, qos }],
})

async function open(rig: BrokerRig, clientId: string, ...more: Packet[]): Promise<RawClient> {
  const client = await rig.raw()
  client.socket.setNoDelay()
  client.send(connect(clientId), ...more)
  await client.received(more.length > 0 ? 'suback' : 'connack')
  return client
}

const published = ({ packets }: RawClient) => packets.flatMap((one) => (one.cmd === 'publish' ? [one] : []))
const payloads = (client: RawClient) => published(client).map(({ payload }) => String(payload))
const acks = ({ packets }: RawClient) =>
  packets.flatMap((one) => (one.cmd === 'puback' ? [one.messageId] : []))
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index))
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('which way a message goes', () => {
  test('plain messages take the lane, retained ones and QoS 2 go by aedes', async () => {
    await using rig = await brokerRig()
    const subscriber = await open(rig, 'subscriber', subscribe('#', 1))
    const { mqtt } = await rig.connect()
    const plain = () => mqtt.publishAsync('plain', '', { qos: 1 })
    const retained = () => mqtt.publishAsync('retained', '', { qos: 1, retain: true })
    const two = () => mqtt.publishAsync('two', '', { qos: 2 })
    const house = async () => rig.broker.service.publish(packet('house', '', 1))
    const took: number[] = []
    for (const send of [plain, retained, two, house]) took.push(await byLane(rig, send))
    expect(took).toEqual([1, 0, 0, 1])
    await expect.poll(() => published(subscriber).length, patient).toBe(4)
  })

  test('a topic is aedes’ as long as a session that is kept waits for it', async () => {
    await using rig = await brokerRig()
    const subscriber = await open(rig, 'subscriber', subscribe('#', 1))
    const publisher = await rig.connect()
    const isByLane = async (): Promise<boolean> => {
      const before = published(subscriber).length
      const send = () => publisher.mqtt.publishAsync('a/b', String(before), { qos: 1 })
      const count = await byLane(rig, send)
      await expect.poll(() => published(subscriber).length, patient).toBe(before + 1)
      return count === 1
    }
    expect(await isByLane()).toBe(true)
    const kept = await rig.connect({ clientId: 'kept', clean: false })
    await kept.mqtt.subscribeAsync('a/+', { qos: 1 })
    expect(await isByLane()).toBe(false)
    await kept.mqtt.endAsync()
    expect(await isByLane()).toBe(false)
    const back = await rig.connect({ clientId: 'kept', clean: false })
    await back.received('a/b 2 1')
    await back.mqtt.unsubscribeAsync('a/+')
    expect(await isByLane()).toBe(true)
  })

  test('a change of subscriptions and of flows is seen by the next message', async () => {
    await using rig = await brokerRig()
    const [subscriber, publisher] = [await rig.connect(), await rig.connect()]
    const seen: string[] = []
    const send = (payload: string) => publisher.mqtt.publishAsync('a', payload, { qos: 1 })
    await send('nobody')
    await subscriber.mqtt.subscribeAsync('a', { qos: 0 })
    const flow = rig.broker.service.subscribe('+', 1, (message) => void seen.push(text(message)))
    await send('both')
    flow[Symbol.dispose]()
    await subscriber.mqtt.subscribeAsync('a', { qos: 1 })
    await send('client')
    await subscriber.mqtt.unsubscribeAsync('a')
    await send('nobody')
    await subscriber.received('a both', 'a client 1')
    expect(seen).toEqual(['a both 1'])
  })
})

describe('order', () => {
  test('holds where plain and retained messages mix on one connection', async () => {
    await using rig = await brokerRig()
    const subscriber = await open(rig, 'subscriber', subscribe('a', 1))
    const publisher = await open(rig, 'publisher')
    const all = numbers(600).map((payload, index) =>
      // plain of both QoS, in runs of three between retained ones of both QoS
      publish('a', payload, index % 2 === 0 ? index + 1 : 0, index % 4 === 3),
    )
    publisher.send(...all)
    await expect.poll(() => payloads(subscriber).length, patient).toBe(600)
    expect(payloads(subscriber)).toEqual(numbers(600))
  })

  test('holds for what the house publishes one after the other', async () => {
    await using rig = await brokerRig()
    const { service } = rig.broker
    const subscriber = await open(rig, 'subscriber', subscribe('a', 1))
    const messages = numbers(40).map((n, index) => packet('a', n, index % 2 === 0 ? 1 : 0, index % 5 === 0))
    for (const message of messages) await service.publish(message)
    await expect.poll(() => payloads(subscriber), patient).toEqual(numbers(40))
  })

  test('a subscription holds for what its client publishes right behind it', async () => {
    await using rig = await brokerRig()
    const client = await rig.raw()
    client.send(connect('a'), publish('x', 'before', 1), subscribe('x', 1), publish('x', 'after', 2))
    await expect.poll(() => payloads(client), patient).toEqual(['after'])
    expect(acks(client)).toEqual([1, 2])
  })

  test('acknowledgements come in the order of the messages, whichever way these went', async () => {
    await using rig = await brokerRig({ limits: { acknowledgeWithinMs: 60_000 } })
    const flow = Promise.withResolvers<void>()
    using _ = rig.broker.service.subscribe('slow', 1, () => flow.promise)
    const publisher = await open(rig, 'publisher')
    publisher.send(
      publish('slow', '', 1),
      publish('fast', '', 2),
      publish('kept', 'x', 3, true),
      publish('fast', '', 4),
      { cmd: 'pingreq' },
    )
    await expect.poll(() => rig.broker.retained('kept'), patient).toBeDefined()
    expect(acks(publisher)).toEqual([])
    flow.resolve()
    await expect.poll(() => acks(publisher), patient).toEqual([1, 2, 3, 4])
  })

  test('what stands before DISCONNECT is delivered and acknowledged', async () => {
    await using rig = await brokerRig()
    const subscriber = await rig.connect()
    await subscriber.mqtt.subscribeAsync('#', { qos: 1 })
    const publisher = await open(rig, 'publisher')
    publisher.send(publish('a', '1'), publish('a', '2', 7), { cmd: 'disconnect' })
    publisher.socket.end()
    await subscriber.received('a 1', 'a 2 1')
    await publisher.closed()
    expect(acks(publisher)).toEqual([7])
  })

  test('what stands before the end of the stream is acknowledged, too, for who still listens', async () => {
    await using rig = await brokerRig()
    for (let round = 0; round < 20; round++) {
      const publisher = await open(rig, 'publisher')
      publisher.send(publish('a', 'x', 7))
      publisher.socket.end()
      await publisher.closed()
      expect(acks(publisher)).toEqual([7])
    }
  })
})

describe('many messages', () => {
  test('10,000 of QoS 1: none is lost, none comes twice', async () => {
    await using rig = await brokerRig()
    const subscriber = await rig.connect()
    const seen: string[] = []
    using _ = rig.broker.service.subscribe('n/+', 1, ({ payload }) => {
      seen.push(Buffer.from(payload).toString())
    })
    await subscriber.mqtt.subscribeAsync('n/#', { qos: 1 })
    const publisher = await open(rig, 'publisher')
    publisher.send(...numbers(10_000).map((n, index) => publish(`n/${index % 7}`, n, index + 1)))
    await expect.poll(() => acks(publisher).length, patient).toBe(10_000)
    await expect.poll(() => subscriber.messages.length, patient).toBe(10_000)
    expect(acks(publisher)).toEqual(numbers(10_000).map((n) => Number(n) + 1))
    expect(subscriber.messages.map((message) => message.split(' ')[1])).toEqual(numbers(10_000))
    expect(seen).toEqual(numbers(10_000))
    expect(rig.broker.dropped).toBe(0)
  })

  test('a packet id never stands for two messages, though the client acknowledges nothing', async () => {
    await using rig = await brokerRig()
    const subscriber = await open(rig, 'subscriber', subscribe('#', 1))
    const publisher = await open(rig, 'publisher')
    publisher.send(...numbers(2_000).map((n, index) => publish('a', n, index + 1, index % 10 === 0)))
    await expect.poll(() => published(subscriber).length, patient).toBe(2_000)
    expect(new Set(published(subscriber).map(({ messageId }) => messageId)).size).toBe(2_000)
  })

  test('a client that acknowledges nothing holds its publishers, and is ended', async () => {
    await using rig = await brokerRig({ limits: { holdBackMs: 2_000 } })
    const deaf = await open(rig, 'deaf', subscribe('#', 1))
    const healthy = await rig.connect()
    await healthy.mqtt.subscribeAsync('#', { qos: 1 })
    const publisher = await open(rig, 'publisher')
    publisher.send(...numbers(20_000).map((n, index) => publish('a', n, index + 1)))
    await deaf.closed()
    await expect.poll(() => healthy.messages.length, patient).toBe(20_000)
    await expect.poll(() => acks(publisher).length, patient).toBe(20_000)
    expect(published(deaf).length).toBeLessThanOrEqual(WINDOW)
  })
})

describe('receivers that cannot follow', () => {
  const limits = { unsentBytes: 64 * 1024, stalledAfterMs: 60_000 }
  const big = Buffer.alloc(50_000, 'x')

  test('are waited for: a publisher of QoS 1 is read no further, and nothing is lost', async () => {
    await using rig = await brokerRig({ limits })
    const slow = await open(rig, 'slow', subscribe('#', 1))
    slow.socket.pause()
    const publisher = await open(rig, 'publisher')
    publisher.send(...numbers(600).map((_, index) => publish('a', big, index + 1)))
    await expect.poll(() => acks(publisher).length, patient).toBeGreaterThan(0)
    const other = await rig.connect()
    await other.mqtt.publishAsync('b', 'the house goes on', { qos: 0 })
    expect(acks(publisher).length).toBeLessThan(600)
    slow.socket.resume()
    await expect.poll(() => acks(publisher).length, patient).toBe(600)
    await expect.poll(() => published(slow).length, patient).toBe(601)
  })

  test('and take nothing for long are ended, and hold up nobody any more', async () => {
    await using rig = await brokerRig({ limits: { ...limits, drainWithinMs: 1_000 } })
    const stalled = await open(rig, 'stalled', subscribe('#', 1))
    stalled.socket.pause()
    const healthy = await rig.connect()
    await healthy.mqtt.subscribeAsync('#', { qos: 1 })
    const publisher = await open(rig, 'publisher')
    publisher.send(...numbers(400).map((_, index) => publish('a', big, index + 1)))
    await expect.poll(() => healthy.messages.length, patient).toBe(400)
    expect(rig.broker.clients).toBe(2)
  })

  test('are ended with QoS 0, too, when they take nothing for long', async () => {
    await using rig = await brokerRig({ limits: { ...limits, drainWithinMs: 1_000 } })
    const stalled = await open(rig, 'stalled', subscribe('#', 0))
    stalled.socket.pause()
    const publisher = await open(rig, 'publisher')
    publisher.send(...numbers(400).map(() => publish('a', big)))
    await expect.poll(() => rig.broker.clients, patient).toBe(1)
  })

  test('and are killed cost nobody else a message', async () => {
    await using rig = await brokerRig()
    const victim = await open(rig, 'victim', subscribe('#', 1))
    const healthy = await rig.connect()
    await healthy.mqtt.subscribeAsync('#', { qos: 1 })
    const publisher = await open(rig, 'publisher')
    for (let block = 0; block < 10; block++) {
      publisher.send(
        ...numbers(200).map((_, index) => publish('a', String(block * 200 + index), block * 200 + index + 1)),
      )
      await turn()
      if (block === 4) victim.socket.resetAndDestroy()
    }
    await expect.poll(() => acks(publisher).length, patient).toBe(2_000)
    await expect.poll(() => healthy.messages.length, patient).toBe(2_000)
    expect(healthy.messages.map((message) => message.split(' ')[1])).toEqual(numbers(2_000))
  })
})

describe('connections', () => {
  test('a receiver that is taken over ends, and its successor gets what comes from then on', async () => {
    await using rig = await brokerRig()
    const older = await open(rig, 'same', subscribe('#', 1))
    const publisher = await rig.connect()
    await publisher.mqtt.publishAsync('a', '1', { qos: 1 })
    await expect.poll(() => payloads(older), patient).toEqual(['1'])
    const newer = await open(rig, 'same', subscribe('#', 1))
    await older.closed()
    await publisher.mqtt.publishAsync('a', '2', { qos: 1 })
    await expect.poll(() => payloads(newer), patient).toEqual(['2'])
    expect(payloads(older)).toEqual(['1'])
  })

  test('a publisher that is taken over is heard no more', async () => {
    await using rig = await brokerRig()
    const subscriber = await rig.connect()
    await subscriber.mqtt.subscribeAsync('#', { qos: 1 })
    const older = await open(rig, 'same')
    older.send(publish('a', 'older', 1))
    await older.received('puback')
    const newer = await open(rig, 'same')
    older.send(publish('a', 'too late', 2))
    await older.closed()
    newer.send(publish('a', 'newer', 1))
    await subscriber.received('a older 1', 'a newer 1')
  })

  test('after UNSUBACK nothing more comes', async () => {
    await using rig = await brokerRig()
    const subscriber = await open(rig, 'subscriber', subscribe('#', 1))
    const publisher = await open(rig, 'publisher')
    const send = (from: number) =>
      publisher.send(...numbers(500).map((_, index) => publish('a', String(from + index), from + index + 1)))
    send(0)
    subscriber.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['#'] })
    send(500)
    await subscriber.received('unsuback')
    const place = subscriber.packets.findIndex(({ cmd }) => cmd === 'unsuback')
    send(1_000)
    await expect.poll(() => acks(publisher).length, patient).toBe(1_500)
    expect(subscriber.packets.slice(place + 1)).toEqual([])
    expect(payloads(subscriber)).toEqual(numbers(payloads(subscriber).length))
  })

  test('what stands behind CONNECT waits for the answer, and is nothing if that is no', async () => {
    const answer = Promise.withResolvers<undefined>()
    const accounts = new OpenAccounts()
    accounts.verify = () => answer.promise
    await using rig = await brokerRig({ access: accessRig({ accounts }).desk })
    const seen: string[] = []
    using _ = rig.broker.service.subscribe('#', 1, (message) => void seen.push(text(message)))
    const stranger = await rig.raw()
    const login = { username: 'x', password: Buffer.from('wrong') }
    stranger.send({ ...connect('stranger'), ...login }, publish('a', 'stranger', 1), publish('a', 'stranger'))
    const guest = await rig.raw()
    guest.send(connect('guest'), publish('a', 'guest', 1))
    await guest.received('puback')
    answer.resolve(undefined)
    await stranger.closed()
    expect(seen).toEqual(['a guest 1'])
  })

  test('messages of the lane keep a connection alive', async () => {
    await using rig = await brokerRig()
    const [plain, silent] = [await rig.raw(), await rig.raw()]
    plain.send(connect('plain', 1))
    silent.send(connect('silent', 1))
    await plain.received('connack')
    const beat = setInterval(() => plain.send(publish('a', '')), 100)
    try {
      await silent.closed()
      expect(plain.isClosed).toBe(false)
    } finally {
      clearInterval(beat)
    }
  })

  test('a bridge does not get back what it published itself', async () => {
    await using rig = await brokerRig()
    const bridge = await rig.raw()
    const asBridge = Object.assign(connect('bridge'), { protocolVersion: 4 as const, bridgeMode: true })
    bridge.send(asBridge, subscribe('#', 1))
    await bridge.received('suback')
    bridge.send(publish('a', 'own', 1))
    await bridge.received('puback')
    await rig.broker.service.publish(packet('a', 'other', 1))
    await expect.poll(() => payloads(bridge), patient).toEqual(['other'])
  })
})

describe('bad packets behind good ones', () => {
  test.each([
    ['a topic longer than the packet', [0x30, 4, 0, 9, 97, 98]],
    ['QoS 3', [0x36, 5, 0, 1, 97, 0, 1]],
    ['packet id 0', [0x32, 5, 0, 1, 97, 0, 0]],
    ['no packet id', [0x32, 4, 0, 1, 97, 0]],
    ['an empty topic', [0x30, 2, 0, 0]],
    ['a wildcard', [0x30, 5, 0, 3, 97, 47, 35]],
    ['a topic that is not UTF-8', [0x30, 4, 0, 2, 97, 0xff]],
    ['a topic under $SYS', [...generate(publish('$SYS/x', ''))]],
    ['a packet that is too large', [0x30, 0x81, 0x80, 0x40]],
  ])('%s: the good ones count, the connection ends, the house goes on', async (_, bytes) => {
    await using rig = await brokerRig()
    const subscriber = await rig.connect()
    await subscriber.mqtt.subscribeAsync('#', { qos: 1 })
    const bad = await open(rig, 'bad')
    bad.send(publish('a', '1'), publish('a', '2', 1))
    await bad.received('puback')
    bad.send(publish('a', '3'), Uint8Array.from(bytes), publish('a', 'never', 2))
    await bad.closed()
    const healthy = await rig.connect()
    await healthy.mqtt.publishAsync('a', '4', { qos: 1 })
    await expect.poll(() => subscriber.messages.at(-1), patient).toBe('a 4 1')
    expect(subscriber.messages.filter((message) => message !== 'a 3')).toEqual(['a 1', 'a 2 1', 'a 4 1'])
  })
})
