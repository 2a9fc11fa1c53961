import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type BrokerRig, brokerRig, patient } from '../broker-rig.ts'
import {
  type ConnectFields,
  connect,
  frame,
  puback,
  pubcomp,
  publish,
  pubrec,
  subscribe,
  text,
  unsubscribe,
  Wire,
} from './wire.ts'

/** What careless and hostile clients send, beside what breaks a numbered statement. */

async function client(rig: BrokerRig, fields: ConnectFields = {}): Promise<Wire> {
  const wire = await open(rig)
  wire.send(connect({ id: 'a', ...fields }))
  expect(await wire.next()).toMatch(/^connack session[01] code0$/)
  return wire
}

const open = async (rig: BrokerRig): Promise<Wire> => rig.resources.use(await Wire.open(rig.port))

/** Bytes that come one by one. */
async function drip(wire: Wire, bytes: Buffer, everyMs: number): Promise<void> {
  for (const byte of bytes) {
    wire.send(Buffer.of(byte))
    await pause(everyMs)
  }
}

for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
  test(`"${name}" is an id, a topic and a filter like any other, or refused`, async () => {
    await using rig = await brokerRig()
    const wire = await client(rig, { id: name, clean: false })
    wire.send(subscribe(1, [`${name}/${name}`, 1], ['other/+', 0]))
    await wire.gets('suback id1 1,0')
    wire.send(publish(`${name}/${name}`, 'x', { qos: 1, retain: true }), publish(`other/${name}`, 'y'))
    await wire.getsInAnyOrder('puback id1', `publish ${name}/${name} x q1`, `publish other/${name} y`)
    wire.send(subscribe(2, [name, 1]), unsubscribe(3, name))
    expect(await wire.next()).toMatch(/^suback id2 (1|128)$/)
    await wire.gets('unsuback id3')
  })

test('acknowledgements of what was never sent change nothing', async () => {
  await using rig = await brokerRig()
  for (const clean of [true, false]) {
    const wire = await client(rig, { clean })
    wire.send(puback(7), pubcomp(8), pubrec(9), puback(65_535))
    await wire.gets('pubrel id9')
    wire.send(subscribe(1, ['a', 1]), publish('a', 'x', { qos: 1 }))
    await wire.getsInAnyOrder('suback id1 1', 'puback id1', 'publish a x q1')
    wire.cut()
  }
})

for (const [what, say] of [
  ['a socket on which nothing is said', () => Promise.resolve()],
  ['half a CONNECT', async (wire: Wire) => wire.send(connect({ id: 'half' }).subarray(0, 9))],
  ['a CONNECT of one byte now and then', (wire: Wire) => drip(wire, connect({ id: 'slow' }), 100)],
] as const)
  test(`${what} is closed in time`, async () => {
    await using rig = await brokerRig({ limits: { connectWithinMs: 500 } })
    const wire = await open(rig)
    const start = performance.now()
    const said = say(wire)
    await wire.isEndedSilently()
    expect(performance.now() - start).toBeLessThan(5_000)
    await said
  })

test('who sends a byte now and then, but no whole packet, is not alive', async () => {
  await using rig = await brokerRig()
  const wire = await client(rig, { keepAlive: 1 })
  const dripping = drip(wire, publish('a', 'x'.repeat(30)), 200)
  await wire.isEnded()
  expect(rig.broker.clients).toBe(0)
  await dripping
})

for (const [what, topic] of [
  ['of 65,535 bytes', 'x'.repeat(65_535)],
  ['of 101 levels', 'a/'.repeat(100)],
  ['of 201 levels', 'a/'.repeat(200)],
  ['under $SYS', '$SYS/x'],
] as const)
  test(`a topic ${what} ends the connection, a filter ${what} gets nothing`, async () => {
    await using rig = await brokerRig()
    const [wire, ear] = [await client(rig), await client(rig, { id: 'ear' })]
    ear.send(subscribe(1, [topic, 0]))
    expect((await ear.next()) ?? 'ended').toMatch(/^(suback id1 (0|128)|ended)$/)
    wire.send(publish(topic, 'x'))
    await wire.isEnded()
    expect(ear.take()).toEqual([])
  })

test('a will for $SYS, or for a topic that is none, is not let in', async () => {
  await using rig = await brokerRig()
  for (const topic of ['$SYS/x', 'a/#', '+', '', 'a\0']) {
    const wire = await open(rig)
    wire.send(connect({ id: 'a', will: { topic } }))
    await wire.isEndedSilently()
  }
})

for (const [what, isIn] of [
  ['before a login', false],
  ['after it', true],
] as const)
  test(`a packet of 256 MB that is announced ${what} is not waited for`, async () => {
    await using rig = await brokerRig()
    const wire = isIn ? await client(rig) : await open(rig)
    const before = process.memoryUsage().rss
    wire.send(Buffer.of(isIn ? 0x30 : 0x10, 0xff, 0xff, 0xff, 0x7f), Buffer.alloc(100_000))
    await wire.isEnded()
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024)
  })

test('20,000 subscriptions of one client: no more than it may have are granted', async () => {
  await using rig = await brokerRig({ limits: { subscriptionsPerClient: 50 } })
  const wire = await client(rig)
  for (let packet = 0; packet < 100; packet++)
    wire.send(
      subscribe(packet + 1, ...Array.from({ length: 200 }, (_, one) => [`t/${packet}/${one}`, 1] as const)),
    )
  const answers: string[] = []
  await expect.poll(() => answers.push(...wire.take()), patient).toBe(100)
  expect(
    answers.flatMap((line) => line.split(' ')[2]?.split(',') ?? []).filter((code) => code === '1'),
  ).toHaveLength(50)
})

test('600 sockets that say nothing leave room again', async () => {
  await using rig = await brokerRig({ limits: { connections: 500, connectWithinMs: 1_000 } })
  const idle = await Promise.all(Array.from({ length: 600 }, () => open(rig)))
  await Promise.all(idle.map((wire) => wire.isEnded()))
  await client(rig)
})

for (const [name, bytes] of [
  ['PUBACK of three bytes', frame(0x40, Buffer.of(0, 1, 0))],
  ['PUBREL of one byte', frame(0x62, Buffer.of(1))],
  ['PINGREQ with a body', frame(0xc0, Buffer.of(0))],
  ['DISCONNECT with a body', frame(0xe0, Buffer.of(0))],
  ['SUBSCRIBE whose filter is cut off', frame(0x82, Buffer.of(0, 1, 0, 9), Buffer.from('abc'))],
  [
    'SUBSCRIBE without the QoS of its second filter',
    frame(0x82, Buffer.of(0, 1), text('a'), Buffer.of(0), text('b')),
  ],
] as const)
  test(`${name} ends the connection`, async () => {
    await using rig = await brokerRig()
    const wire = await client(rig)
    wire.send(bytes)
    await wire.isEndedSilently()
  })

test('a retained message comes at the lower of both QoS, also to a wildcard', async () => {
  await using rig = await brokerRig()
  const wire = await client(rig)
  wire.send(publish('a/b', 'x', { qos: 1, retain: true }))
  await wire.gets('puback id1')
  wire.send(subscribe(2, ['a/#', 0]))
  await wire.gets('suback id2 0', 'publish a/b x retain')
  wire.send(subscribe(3, ['a/+', 1]))
  await wire.gets('suback id3 1', 'publish a/b x q1 retain')
})

test('PUBLISH, retained, and SUBSCRIBE in one segment: it comes once', async () => {
  await using rig = await brokerRig()
  for (const qos of [0, 1, 2]) {
    const wire = await client(rig, { id: `q${qos}` })
    wire.send(
      publish(`a${qos}`, 'x', { qos, retain: true }),
      subscribe(2, [`a${qos}`, 0]),
      unsubscribe(3, 'b'),
    )
    const answer = ['', 'puback id1', 'pubrec id1'][qos] ?? ''
    await wire.gets(...[answer, 'suback id2 0', `publish a${qos} x retain`, 'unsuback id3'].filter(String))
    await wire.getsNothing()
  }
})
