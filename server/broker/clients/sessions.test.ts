import { expect, test } from 'vitest'
import { type BrokerRig, brokerRig, packet, patient } from '../broker-rig.ts'

const sessionOf = (rig: BrokerRig, id: string) =>
  rig.broker.sessions().find(({ clientId }) => clientId === id)
const ids = (rig: BrokerRig) => rig.broker.sessions().map(({ clientId }) => clientId)

test('tells who is connected, as whom, from where, and what it has carried', async () => {
  await using rig = await brokerRig()
  const client = await rig.connect({
    clientId: 'shelf',
    username: 'shelf',
    password: 'right',
    keepalive: 30,
    protocolVersion: 5,
  })
  await client.mqtt.subscribeAsync({ 'a/#': { qos: 1 }, b: { qos: 0 } })
  await client.mqtt.publishAsync('a/1', 'x', { qos: 1 })
  await client.received('a/1 x 1')
  await expect.poll(() => sessionOf(rig, 'shelf')?.inFlight, patient).toBe(0)
  const { since, bytesIn, bytesOut, ...session } = sessionOf(rig, 'shelf') ?? {}
  expect([Number(since) > 0, Number(bytesIn) > 40, Number(bytesOut) > 10]).toEqual([true, true, true])
  expect(session).toEqual({
    clientId: 'shelf',
    isConnected: true,
    user: 'shelf',
    address: '127.0.0.1',
    listener: 'TCP',
    protocol: 5,
    keepAlive: 30,
    isKept: false,
    subscriptions: [
      { filter: 'a/#', qos: 1 },
      { filter: 'b', qos: 0 },
    ],
    queued: 0,
    queuedBytes: 0,
    inFlight: 0,
    dropped: 0,
    messagesIn: 1,
    messagesOut: 1,
    isHeld: false,
    isSlow: false,
  })
})

test('tells what waits for a client that is away, and when it is forgotten', async () => {
  await using rig = await brokerRig({ limits: { queuedMessages: 2, sessionExpiryMs: 1_000 } })
  const client = await rig.connect({ clientId: 'away', clean: false })
  await client.mqtt.subscribeAsync('a', { qos: 1 })
  await client.mqtt.endAsync()
  for (const text of ['1', '2', '3']) await rig.broker.service.publish(packet('a', text, 1))
  await expect.poll(() => sessionOf(rig, 'away')?.isConnected, patient).toBe(false)
  const session = sessionOf(rig, 'away')
  expect(session).toMatchObject({ isKept: true, queued: 2, queuedBytes: 4, inFlight: 0, dropped: 1 })
  expect(Number(session?.forgottenAt) - Number(session?.since)).toBe(1_000)
})

test.each([4, 5] as const)('ends a client on request, and its will is sent (version %i)', async (version) => {
  await using rig = await brokerRig()
  const watcher = await rig.connect()
  await watcher.mqtt.subscribeAsync('will')
  const will = { topic: 'will', payload: Buffer.from('gone'), qos: 0 as const, retain: false }
  const client = await rig.connect({ clientId: 'kicked', protocolVersion: version, will })
  const reasons: unknown[] = []
  client.mqtt.on('disconnect', ({ reasonCode }) => reasons.push(reasonCode))
  expect(await rig.broker.kick('kicked', 'owner')).toBe(true)
  expect(await rig.broker.kick('kicked', 'owner')).toBe(false)
  await watcher.received('will gone')
  expect(ids(rig)).not.toContain('kicked')
  await expect.poll(() => reasons, patient).toEqual(version === 5 ? [0x98] : [])
})

test('ends also a client that takes nothing', async () => {
  await using rig = await brokerRig()
  const stalled = await rig.connect({ clientId: 'stalled', protocolVersion: 5 })
  await stalled.mqtt.subscribeAsync('a')
  stalled.mqtt.stream.pause()
  for (let count = 0; count < 200; count++)
    await rig.broker.service.publish({ ...packet('a', ''), payload: Buffer.alloc(100_000) })
  expect(sessionOf(rig, 'stalled')?.isSlow).toBe(true)
  expect(await rig.broker.kick('stalled', 'owner')).toBe(true)
  await expect.poll(() => ids(rig), patient).toEqual([])
})

test('forgets a session with what waits in it, connected or not', async () => {
  await using rig = await brokerRig()
  for (const id of ['here', 'away']) {
    const client = await rig.connect({ clientId: id, clean: false })
    await client.mqtt.subscribeAsync('a', { qos: 1 })
    if (id === 'away') await client.mqtt.endAsync()
  }
  await rig.broker.service.publish(packet('a', 'x', 1))
  for (const id of ['here', 'away']) expect(await rig.broker.forget(id, 'owner')).toBe(true)
  expect(await rig.broker.forget('away', 'owner')).toBe(false)
  expect(ids(rig)).toEqual([])
  await rig.stop()
  await rig.start()
  expect(ids(rig)).toEqual([])
})

test('remembers in plain words why a client was disconnected', async () => {
  await using rig = await brokerRig({ limits: { packetBytes: 1_000 } })
  const client = await rig.connect({ clientId: 'big', clean: false })
  await client.mqtt.subscribeAsync('a', { qos: 1 })
  client.mqtt.publish('a', Buffer.alloc(2_000))
  await expect.poll(() => sessionOf(rig, 'big')?.isConnected, patient).toBe(false)
  expect(sessionOf(rig, 'big')?.trouble).toMatchObject({
    code: 'CLIENT_PACKET_TOO_LARGE',
    values: { bytes: 1_000 },
  })
})

test('counts what a client that does not keep up has missed', async () => {
  await using rig = await brokerRig({ limits: { unsentBytes: 64 * 1024, stalledAfterMs: 0 } })
  const stalled = await rig.connect({ clientId: 'stalled' })
  await stalled.mqtt.subscribeAsync('a')
  stalled.mqtt.stream.pause()
  for (let count = 0; count < 100; count++)
    await rig.broker.service.publish({ ...packet('a', ''), payload: Buffer.alloc(100_000) })
  expect(sessionOf(rig, 'stalled')).toMatchObject({ isSlow: true, dropped: rig.broker.dropped })
  expect(rig.broker.dropped).toBeGreaterThan(10)
})
