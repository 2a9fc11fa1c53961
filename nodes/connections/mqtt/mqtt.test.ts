import { expect, test } from 'vitest'
import type { Delivery, TakenPacket } from '#kit/flow-broker.ts'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import type { Parcel } from '#kit/runtime/outbox.ts'
import type { MqttService } from '#kit/runtime/services.ts'
import { spoken } from '#kit/sentence.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { type BrokerRig, brokerRig, packet, patient, text } from '#server/broker/broker-rig.ts'
import { testCertificate } from '#server/broker/test-certificate.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { mqttBroker } from './definition.ts'
import { explain } from './explain.ts'
import { mqttBrokerRuntime } from './runtime.ts'

/** An open connection with what it shows. */
function open(config: Record<string, unknown>, id = 'other', before: readonly TakenPacket[] = []) {
  const resources = new AsyncDisposableStack()
  const statuses: string[] = []
  const services = fakeServices()
  const context: ConnectionContext<typeof mqttBroker.config> = {
    id,
    config: mqttBroker.config.parse(config),
    clock: realClock,
    signal: new AbortController().signal,
    services: { ...services, takenBefore: (sender) => before.filter(({ client }) => client === sender) },
    status: (state, shown = '') => statuses.push(`${state} ${spoken(shown).text}`),
    log: () => {},
    own: (resource) => {
      resources.use(resource)
      return resource
    },
  }
  const { link, carrier } = mqttBrokerRuntime.open(context)
  return { link, carrier, services, statuses, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

const outside = (rig: BrokerRig, more = {}) => open({ host: '127.0.0.1', port: rig.port, ...more })
type Opened = ReturnType<typeof open>
const status = (opened: Opened, expected: unknown) =>
  expect.poll(() => opened.statuses.at(-1), patient).toEqual(expected)

function collect(link: MqttService, filter: string, qos: 0 | 1 | 2 = 1) {
  const seen: string[] = []
  const subscription = link.subscribe(filter, qos, (message) => {
    seen.push(text(message))
  })
  return { seen, subscription }
}

test('the built-in one is the broker of the house', async () => {
  await using opened = open({}, 'embedded')
  expect(opened.link).toBe(opened.services.mqtt)
})

test('publishes and subscribes at another broker, each QoS', async () => {
  await using rig = await brokerRig()
  await using opened = outside(rig)
  await status(opened, 'ok connected')
  const { seen } = collect(opened.link, 'a/+', 2)
  await expect.poll(() => rig.broker.clients, patient).toBe(1)
  for (const qos of [1, 2, 0] as const) await opened.link.publish(packet(`a/${qos}`, 'x', qos))
  await expect.poll(() => seen, patient).toEqual(['a/1 x 1', 'a/2 x 2', 'a/0 x'])
})

test('two nodes with one filter each get a retained message once', async () => {
  await using rig = await brokerRig()
  await rig.broker.service.publish(packet('a', 'kept', 1, true))
  await using opened = outside(rig)
  const first = collect(opened.link, 'a')
  await expect.poll(() => first.seen, patient).toEqual(['a kept 1 retained'])
  const second = collect(opened.link, 'a')
  await expect.poll(() => second.seen, patient).toEqual(['a kept 1 retained'])
  await opened.link.publish(packet('a', 'live', 1))
  await expect.poll(() => first.seen, patient).toEqual(['a kept 1 retained', 'a live 1'])
})

test('a node that has let go hears nothing more, the others do', async () => {
  await using rig = await brokerRig()
  await using opened = outside(rig)
  await status(opened, 'ok connected')
  const [gone, here] = [collect(opened.link, 'a'), collect(opened.link, 'a')]
  gone.subscription[Symbol.dispose]()
  await opened.link.publish(packet('a', 'x', 1))
  await expect.poll(() => here.seen, patient).toEqual(['a x 1'])
  expect(gone.seen).toEqual([])
})

test('comes back by itself, with its subscriptions and what waited', async () => {
  await using rig = await brokerRig()
  await using opened = outside(rig)
  const { seen } = collect(opened.link, 'a')
  await status(opened, 'ok connected')
  await rig.stop()
  await status(opened, expect.stringContaining('error'))
  const waiting = opened.link.publish(packet('a', 'waited', 1))
  await expect(opened.link.publish(packet('a', 'lost', 0))).rejects.toMatchObject({ code: 'MQTT_OFFLINE' })
  await rig.start()
  await waiting
  await status(opened, 'ok connected')
  await opened.link.publish(packet('a', 'back', 1))
  await expect.poll(() => seen, patient).toContain('a back 1')
})

test('says that the login is wrong, and gets in with the right one', async () => {
  await using rig = await brokerRig()
  await using wrong = outside(rig, { user: 'bell', password: 'wrong' })
  await status(wrong, expect.stringContaining('refused the login'))
  await using right = outside(rig, { user: 'bell', password: 'right' })
  await status(right, 'ok connected')
})

test('trusts an encrypted broker only with the certificate that signed it', async () => {
  await using rig = await brokerRig()
  const { port } = await rig.broker.listen({ host: '127.0.0.1', port: 0, tls: testCertificate })
  await using stranger = outside(rig, { port, tls: true })
  await status(stranger, expect.stringContaining('not trusted'))
  await using friend = outside(rig, { port, tls: true, caCertificate: testCertificate.cert })
  await status(friend, 'ok connected')
  await friend.link.publish(packet('a', 'x', 1, true))
  expect(rig.broker.retained('a')).toBeDefined()
})

test('says that a port does not speak TLS', async () => {
  await using rig = await brokerRig()
  await using opened = outside(rig, { tls: true })
  await status(opened, expect.stringContaining('does not speak TLS'))
})

test('says that nothing answers', async () => {
  await using rig = await brokerRig()
  await rig.stop()
  await using opened = outside(rig)
  await status(opened, expect.stringContaining(`Nothing answers at 127.0.0.1, port ${rig.port}`))
})

test('a host is needed for another broker', () => {
  expect(() => open({})).toThrow(expect.objectContaining({ code: 'MQTT_HOST_MISSING', field: 'host' }))
})

test.each([
  ['ENOTFOUND', 'not found'],
  ['EHOSTUNREACH', 'cannot be reached'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'not trusted'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS'],
  [2, 'client ID'],
  ['ELSE', 'failed: oh'],
])('explains %s', (code, words) => {
  expect(explain(Object.assign(new Error('oh'), { code }), 'broker.local', 1883).message).toContain(words)
})

/** A post as the outbox gives it to the carrier. */
const parcel = (target: string, payload: string, qos: 1 | 2 = 1): Parcel => ({
  ...{ number: 1, from: { flow: 'f', node: 'n' }, target, urgency: 'normal', count: 1, at: 0 },
  ...{ mayBeDouble: false, body: { payload, qos, retain: false } },
})

test.each([1, 2] as const)('carries what the outbox has, with QoS %s', async (qos) => {
  await using rig = await brokerRig()
  const client = await rig.connect()
  await client.mqtt.subscribeAsync('#', { qos: 2 })
  await using opened = outside(rig)
  // at once: it waits for the connection that is just being made
  expect(await opened.carrier?.send(parcel('a', 'x', qos))).toEqual({ kind: 'sent' })
  await client.received(`a x ${qos}`)
})

test('says why there is no connection, and that nothing has left', async () => {
  await using rig = await brokerRig()
  await rig.stop()
  await using opened = outside(rig)
  expect(await opened.carrier?.send(parcel('a', 'x'))).toMatchObject({
    kind: 'fault',
    isUncertain: false,
    problem: { code: 'MQTT_NOTHING_ANSWERS' },
  })
})

test('refuses for good what no broker takes', async () => {
  await using rig = await brokerRig()
  await using opened = outside(rig)
  await expect(opened.carrier?.send(parcel('a/#', 'x'))).rejects.toMatchObject({ code: 'TOPIC_WILDCARD' })
})

test('what is not acknowledged when the connection breaks is the outbox own again, and not sent by itself', async () => {
  await using rig = await brokerRig({ limits: { acknowledgeWithinMs: 60_000 } })
  const held: string[] = []
  // never settled, so never acknowledged
  rig.broker.flows.subscribe('a', 1, (delivery) => void held.push(String(delivery.packet.payload)))
  await using opened = outside(rig, { user: 'bell', password: 'right' })
  await status(opened, 'ok connected')
  const sending = opened.carrier?.send(parcel('a', 'x'))
  await expect.poll(() => held, patient).toEqual(['x'])
  rig.broker.disconnectUser('bell')
  expect(await sending).toMatchObject({ kind: 'fault', isUncertain: true })
  await status(opened, 'ok connected')
  const { seen } = collect(opened.link, 'b')
  await opened.link.publish(packet('b', 'later', 1))
  await expect.poll(() => seen, patient).toEqual(['b later 1'])
  expect(held).toEqual(['x'])
})

/** The broker knows of all subscriptions: it takes them in order. */
async function subscribed(rig: BrokerRig, opened: Opened): Promise<void> {
  const { seen } = collect(opened.link, 'ready')
  const isReady = async () => {
    await rig.broker.service.publish(packet('ready', 'x'))
    return seen.length > 0
  }
  await expect.poll(isReady, patient).toBe(true)
}

/** Hands out nothing by itself: a test looks at what has been acknowledged before. */
function taps(link: MqttService, filter: string, qos: 1 | 2, isHeld: boolean) {
  const deliveries: Delivery[] = []
  link.flows?.subscribe(filter, qos, (delivery) => {
    if (isHeld) delivery.hold?.()
    deliveries.push(delivery)
  })
  return deliveries
}

test.each([1, 2] as const)(
  'QoS %s is acknowledged when it is on disk, whatever the flow does',
  async (qos) => {
    await using rig = await brokerRig()
    await using opened = outside(rig, { keepSession: true })
    const deliveries = taps(opened.link, 'a', qos, true)
    await subscribed(rig, opened)
    await rig.broker.service.publish(packet('a', 'x', qos))
    await expect.poll(() => deliveries, patient).toHaveLength(1)
    const queued = () => rig.broker.counters()['queued']
    expect(queued()).toBe(1)
    deliveries[0]?.secure()
    await expect.poll(queued, patient).toBe(0)
    expect(deliveries).toHaveLength(1)
  },
)

test('what it sends again over a new connection is taken once, however often', async () => {
  await using rig = await brokerRig()
  await using opened = outside(rig, { keepSession: true })
  const deliveries = taps(opened.link, 'a', 1, true)
  await subscribed(rig, opened)
  await rig.broker.service.publish(packet('a', 'x', 1))
  await expect.poll(() => deliveries, patient).toHaveLength(1)
  await rig.stop()
  await status(opened, expect.stringContaining('error'))
  await rig.start()
  await status(opened, 'ok connected')
  deliveries[0]?.secure()
  await expect.poll(() => rig.broker.counters()['queued'], patient).toBe(0)
  expect(deliveries).toHaveLength(1)
})

test('what the process before has taken is not taken again', async () => {
  await using rig = await brokerRig()
  const config = { host: '127.0.0.1', port: rig.port, keepSession: true }
  const taken: TakenPacket[] = []
  {
    await using before = open(config)
    const deliveries = taps(before.link, 'a', 1, true)
    await subscribed(rig, before)
    await rig.broker.service.publish(packet('a', 'x', 1))
    await expect.poll(() => deliveries, patient).toHaveLength(1)
    taken.push(...deliveries.map((delivery) => delivery.packet))
  }
  await using after = open(config, 'other', taken)
  const deliveries = taps(after.link, 'a', 1, true)
  await expect.poll(() => rig.broker.counters()['queued'], patient).toBe(0)
  expect(deliveries).toEqual([])
})

test('what a session has kept waits until the flows have started that want it', async () => {
  await using rig = await brokerRig()
  {
    await using before = outside(rig, { keepSession: true })
    collect(before.link, 'a')
    await subscribed(rig, before)
  }
  await rig.broker.service.publish(packet('a', 'kept', 1))
  await using opened = outside(rig, { keepSession: true })
  await status(opened, 'ok connected')
  const sending = opened.carrier?.send(parcel('b', 'x'))
  const { seen } = collect(opened.link, 'a')
  await expect.poll(() => seen, patient).toEqual(['a kept 1'])
  expect(await sending).toEqual({ kind: 'sent' })
})
