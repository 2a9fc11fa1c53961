import { expect, test } from 'vitest'
import { brokerRig, packet, patient, type RawClient } from './broker-rig.ts'

const connect = (clientId: string) =>
  ({ cmd: 'connect', protocolId: 'MQTT', clientId, clean: true, keepalive: 60 }) as const
const publish = (topic: string, payload: string | Buffer, messageId = 0) =>
  ({
    cmd: 'publish',
    topic,
    payload,
    qos: messageId > 0 ? 1 : 0,
    messageId,
    dup: false,
    retain: false,
  }) as const
const count = ({ packets }: RawClient, cmd: string) => packets.filter((one) => one.cmd === cmd).length

test('500 clients at once: each message is there once, in the order of its client, and acknowledged', async () => {
  await using rig = await brokerRig()
  const receiver = await rig.connect()
  await receiver.mqtt.subscribeAsync('out/#', { qos: 1 })
  const { flows } = rig.broker
  using _ = flows.subscribe('in/+', 1, (delivery) => {
    const { topic, payload, qos } = delivery.packet
    const sent = flows.publish({ topic: topic.replace('in', 'out'), payload, qos, retain: false })
    // every other one is settled later, as by a flow in another thread
    if (payload.length % 2 === 0) setImmediate(() => delivery.settle())
    else delivery.settle()
    sent?.catch(() => {})
  })
  const clients = await Promise.all(Array.from({ length: 499 }, () => rig.raw()))
  for (const [index, client] of clients.entries()) client.send(connect(`c${index}`))
  await expect.poll(() => rig.broker.clients, patient).toBe(500)
  const rounds = Array.from({ length: 10 }, (_, round) => 'x'.repeat(round + 1))
  for (const [round, payload] of rounds.entries())
    for (const [index, client] of clients.entries())
      client.send(publish(`in/${index}`, payload, round + 1), publish(`in/${index}`, payload))
  await expect.poll(() => receiver.messages.length, patient).toBe(499 * 20)
  const wanted = rounds.flatMap((payload) => [`${payload} 1`, payload])
  for (const index of clients.keys()) {
    const start = `out/${index} `
    const got = receiver.messages.filter((line) => line.startsWith(start))
    expect(got.map((line) => line.slice(start.length))).toEqual(wanted)
  }
  await expect.poll(() => clients.every((client) => count(client, 'puback') === 10), patient).toBe(true)
})

test('a client that reads slowly, but steadily, gets all of QoS 1 and is not ended', async () => {
  await using rig = await brokerRig({
    limits: { unsentBytes: 64 * 1024, stalledAfterMs: 100, drainWithinMs: 1_500 },
  })
  const slow = await rig.raw()
  slow.send(connect('slow'), {
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: [{ topic: '#', qos: 1 }],
  })
  await slow.received('suback')
  slow.socket.pause()
  // now and then for one turn of the loop
  const sip = setInterval(() => {
    slow.socket.resume()
    setImmediate(() => slow.socket.pause())
  }, 5)
  try {
    const publisher = await rig.raw()
    publisher.send(connect('publisher'))
    const payload = Buffer.alloc(100_000, 'x')
    for (let id = 1; id <= 300; id++) publisher.send(publish('a', payload, id))
    await expect.poll(() => count(publisher, 'puback'), patient).toBe(300)
    await expect.poll(() => count(slow, 'publish'), patient).toBe(300)
    expect(rig.broker.clients).toBe(2)
  } finally {
    clearInterval(sip)
  }
})

test('counts what goes through it, and what there is', async () => {
  await using rig = await brokerRig()
  const { broker } = rig
  const client = await rig.connect({ clientId: 'kept', clean: false })
  await client.mqtt.subscribeAsync('#', { qos: 1 })
  using _ = broker.flows.subscribe('a', 1, (delivery) => delivery.settle())
  await client.mqtt.publishAsync('a', 'x')
  await client.mqtt.publishAsync('a', 'x', { qos: 1, retain: true })
  await client.mqtt.publishAsync('b', 'x', { qos: 2 })
  await broker.flows.publish(packet('c', 'x'))
  await expect.poll(() => client.messages.length, patient).toBe(4)
  await client.mqtt.endAsync()
  await broker.flows.publish(packet('c', 'x', 1))
  await expect.poll(() => broker.clients, patient).toBe(0)
  const { bytesIn, bytesOut, ...counters } = broker.counters()
  expect([Number(bytesIn) > 50, Number(bytesOut) > 30]).toEqual([true, true])
  expect(counters).toEqual({
    receivedQoS0: 1,
    receivedQoS1: 1,
    receivedQoS2: 1,
    byLane: 0,
    sentQoS0: 2,
    sentQoS1: 2,
    sentQoS2: 0,
    toFlows: 2,
    fromHouse: 2,
    heldPublishers: 0,
    dropped: 0,
    clients: 0,
    retained: 1,
    sessions: 1,
    queued: 1,
  })
})
