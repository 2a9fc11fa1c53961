import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { type BrokerRig, brokerRig, patient, RawClient } from '../broker-rig.ts'
import { defaultLimits } from '../limits.ts'
import { Allowance } from './allowance.ts'
import { limitSettings } from './limit-settings.ts'

/** An address of this machine by which it reaches itself as from the network. */
const address = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

async function fromNetwork(rig: BrokerRig): Promise<RawClient> {
  const socket = connect(rig.port, address ?? '')
  const client = rig.resources.use(new RawClient(socket, 4))
  await new Promise((resolve) => socket.once('connect', resolve))
  return client
}

const hello = (clientId: string) =>
  ({
    cmd: 'connect',
    protocolId: 'MQTT',
    clientId,
    username: clientId,
    password: Buffer.from('right'),
    clean: true,
    keepalive: 1,
  }) as const
const publish = (messageId: number, payload: string | Buffer = 'x') =>
  ({ cmd: 'publish', topic: 'a', payload, qos: 1, messageId, dup: false, retain: false }) as const
const acknowledged = ({ packets }: RawClient) => packets.filter(({ cmd }) => cmd === 'puback').length

test('an allowance is ten seconds large, fills up with time, and may change', async () => {
  const clock = new VirtualClock()
  let perSecond = 10
  const allowance = new Allowance(() => perSecond, clock)
  allowance.spend(100)
  expect(allowance.waitMs).toBe(0)
  allowance.spend(5)
  expect(allowance.waitMs).toBe(500)
  await clock.advance(400)
  expect(allowance.waitMs).toBe(100)
  perSecond = 0
  allowance.spend(1_000_000)
  expect(allowance.waitMs).toBe(0)
})

test('what an owner may set begins with what holds without', () => {
  const settings = limitSettings.parse({})
  expect(defaultLimits).toMatchObject(settings)
})

test.runIf(address)(
  'a client of the network that sends too fast is slowed down, and loses nothing',
  async () => {
    await using rig = await brokerRig({ listenHost: '0.0.0.0', limits: { messagesPerSecond: 20 } })
    const client = await fromNetwork(rig)
    client.send(hello('fast'))
    await client.received('connack')
    const before = performance.now()
    // 200 may come at once
    for (let id = 1; id <= 300; id++) client.send(publish(id, Buffer.alloc(1_000)))
    await expect.poll(() => acknowledged(client), patient).toBe(300)
    client.send(publish(301))
    await expect.poll(() => acknowledged(client), patient).toBe(301)
    expect(performance.now() - before).toBeGreaterThan(2_000)
    expect(rig.broker.status().hits.rates).toBeGreaterThan(0)
    expect(rig.broker.sessions()[0]?.trouble?.code).toBe('CLIENT_TOO_FAST')
    expect(client.isClosed).toBe(false)
  },
)

test.runIf(address)(
  'by default a client of the network may send 2,000 messages at once, and then 200 a second',
  async () => {
    await using rig = await brokerRig({ listenHost: '0.0.0.0' })
    const client = await fromNetwork(rig)
    client.send({ ...hello('gateway'), keepalive: 60 })
    const send = (from: number, to: number) => {
      for (let id = from; id <= to; id++) client.send(publish(id))
    }
    send(1, 2_000)
    await expect.poll(() => acknowledged(client), patient).toBe(2_000)
    expect(rig.broker.status().hits.rates).toBe(0)
    send(2_001, 2_400)
    await expect.poll(() => acknowledged(client), patient).toBe(2_400)
    expect(rig.broker.status().hits.rates).toBeGreaterThan(0)
  },
)

test('a client of this machine may send as fast as it can', async () => {
  await using rig = await brokerRig({ limits: { messagesPerSecond: 1, bytesPerSecond: 1 } })
  const client = await rig.raw()
  client.send(hello('fast'))
  for (let id = 1; id <= 500; id++) client.send(publish(id))
  await expect.poll(() => acknowledged(client), { timeout: 2_000 }).toBe(500)
})

test.runIf(address)(
  'connections of the network that come all at once come in one after the other',
  async () => {
    await using rig = await brokerRig({ listenHost: '0.0.0.0', limits: { connectsPerSecond: 2 } })
    const before = performance.now()
    const clients = await Promise.all(Array.from({ length: 25 }, () => fromNetwork(rig)))
    for (const [index, client] of clients.entries()) client.send({ ...hello(`c${index}`), keepalive: 60 })
    await expect.poll(() => rig.broker.clients, patient).toBe(25)
    expect(performance.now() - before).toBeGreaterThan(1_000)
    expect(rig.broker.status().hits.connects).toBeGreaterThan(0)
  },
)

test('limits change at run time, and what is hit is counted', async () => {
  await using rig = await brokerRig()
  const client = await rig.connect({ clientId: 'c', reconnectPeriod: 0 })
  rig.broker.setLimits({ topicBytes: 3, subscriptionsPerClient: 1, connections: 1, connectWithinMs: 100 })
  const granted = async (filter: string) => (await client.mqtt.subscribeAsync(filter).catch(() => []))[0]?.qos
  expect([await granted('a'), await granted('b'), await granted('abcd')]).toEqual([0, undefined, undefined])
  const second = await rig.raw()
  await second.closed()
  rig.broker.setLimits({ connections: 2 })
  const idle = await rig.raw()
  await idle.closed()
  client.mqtt.publish('abcd', 'x')
  await expect.poll(() => rig.broker.clients, patient).toBe(0)
  expect(rig.broker.status().hits).toMatchObject({ connections: 1, subscriptions: 1, topics: 1 })
})

test('what is too large to be retained is delivered, not kept, and counted', async () => {
  const lines: string[] = []
  const log = { info() {}, warn: (line: string) => void lines.push(line), error() {} }
  await using rig = await brokerRig({ log, limits: { retainedMessageBytes: 100 } })
  const ear = await rig.connect()
  await ear.mqtt.subscribeAsync('a')
  const large = 'x'.repeat(200)
  expect([100, 99].map((bytes) => rig.broker.canRetain('a', bytes))).toEqual([false, true])
  await ear.mqtt.publishAsync('a', large, { qos: 1, retain: true })
  await ear.received(`a ${large}`)
  expect(rig.broker.retained('a')).toBeUndefined()
  expect(rig.broker.status().hits.retained).toBe(1)
  expect(lines).toEqual([expect.stringContaining('"a"')])
})
