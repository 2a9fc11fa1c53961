import { afterEach, beforeEach, expect, test } from 'vitest'
import { UserError } from '#server/user-error.ts'
import { Writer } from '../store/writer/writer.ts'
import { type BrokerRig, brokerRig, patient } from './broker-rig.ts'
import { connect, disconnect, publish, pubrel, subscribe, unsubscribe, Wire } from './conformance/wire.ts'

/** A writer whose disk is full when it is told so. */
class FickleWriter extends Writer {
  isFull: () => boolean = () => false

  override write(...order: Parameters<Writer['write']>): ReturnType<Writer['write']> {
    if (this.isFull()) return Promise.reject(new UserError(507, 'DISK_FULL', 'The disk is full.'))
    return super.write(...order)
  }
}

let rig: BrokerRig
let writer: FickleWriter
const complaints: string[] = []

beforeEach(async () => {
  complaints.splice(0)
  writer = new FickleWriter({ onFatal: (error) => complaints.push(error.message) })
  rig = await brokerRig({ writer })
})
afterEach(async () => {
  writer.isFull = () => false
  await rig[Symbol.asyncDispose]()
  await writer[Symbol.asyncDispose]()
  expect(complaints).toEqual([])
})

async function client(id: string, clean = true): Promise<Wire> {
  const wire = rig.resources.use(await Wire.open(rig.port))
  wire.send(connect({ id, clean }))
  await expect.poll(() => wire.take()[0], patient).toMatch(/^connack session[01] code0/)
  return wire
}

/** A session that waits for everything, its client away. */
async function sleeper(): Promise<void> {
  const wire = await client('sleeper', false)
  wire.send(subscribe(1, ['a/#', 2]))
  await wire.gets('suback id1 2')
  wire.send(disconnect)
  await wire.isEnded()
  await expect.poll(() => rig.broker.clients, patient).toBe(0)
}

for (const clean of [true, false])
  for (const [what, packet, answer] of [
    ['a message of QoS 1', publish('a/b', 'x', { qos: 1 }), 'puback id1'],
    ['a message of QoS 2', publish('a/b', 'x', { qos: 2 }), 'pubrec id1'],
    ['a retained message', publish('r', 'x', { qos: 1, retain: true }), 'puback id1'],
  ] as const)
    test(`${what} that finds no room on the disk is not acknowledged, clean session ${clean ? 'on' : 'off'}`, async () => {
      await sleeper()
      const from = await client('from', clean)
      writer.isFull = () => true
      from.send(packet)
      await from.isEndedSilently()
      writer.isFull = () => false
      const again = await client('from', clean)
      again.send(packet)
      await again.gets(answer)
      again.send(publish('a/end', '', { qos: 2, id: 9 }))
      await again.gets('pubrec id9')
      const waited = rig.resources.use(await Wire.open(rig.port))
      waited.send(connect({ id: 'sleeper', clean: false }))
      const got: string[] = []
      await expect
        .poll(() => {
          got.push(...waited.take())
          return got
        }, patient)
        .toContain('publish a/end q2')
      if (what.endsWith('2')) expect(got.filter((line) => line.startsWith('publish a/b'))).toHaveLength(1)
    })

test('PUBREL that finds no room on the disk is not answered', async () => {
  const from = await client('from', false)
  from.send(publish('a', 'x', { qos: 2 }))
  await from.gets('pubrec id1')
  writer.isFull = () => true
  from.send(pubrel(1))
  await from.isEndedSilently()
  writer.isFull = () => false
  const again = await client('from', false)
  again.send(pubrel(1))
  await again.gets('pubcomp id1')
  await rig.stop()
  await rig.start()
  const heard: string[] = []
  using _ = rig.broker.service.subscribe('a', 2, ({ payload }) => void heard.push(`${Buffer.from(payload)}`))
  const later = await client('from', false)
  later.send(publish('a', 'another', { qos: 2 }))
  await later.gets('pubrec id1')
  await expect.poll(() => heard, patient).toEqual(['another'])
})

test('SUBSCRIBE and UNSUBSCRIBE that find no room on the disk are not answered', async () => {
  const wire = await client('kept', false)
  writer.isFull = () => true
  wire.send(subscribe(1, ['a', 1]))
  await wire.isEndedSilently()
  writer.isFull = () => false
  const second = await client('kept', false)
  second.send(subscribe(1, ['a', 1]))
  await second.gets('suback id1 1')
  writer.isFull = () => true
  second.send(unsubscribe(2, 'a'))
  await second.isEndedSilently()
})

test('a session that could not be forgotten for want of room is forgotten the next time', async () => {
  await sleeper()
  const from = await client('from')
  from.send(publish('a/b', 'x', { qos: 1 }))
  await from.gets('puback id1')
  writer.isFull = () => true
  const refused = rig.resources.use(await Wire.open(rig.port))
  refused.send(connect({ id: 'sleeper', clean: true }))
  await refused.isEndedSilently()
  writer.isFull = () => false
  const fresh = await client('sleeper', true)
  fresh.send(disconnect)
  await fresh.isEnded()
  await rig.stop()
  await rig.start()
  const after = rig.resources.use(await Wire.open(rig.port))
  after.send(connect({ id: 'sleeper', clean: false }))
  await after.gets('connack session0 code0')
})

test('a disk that is full now and then: nothing that was acknowledged is lost, and nothing of QoS 2 comes twice', async () => {
  await sleeper()
  let writes = 0
  writer.isFull = () => ++writes % 7 === 0 || writes % 11 === 0
  const acknowledged: string[] = []
  const count = 300
  const publisher = await rig.connect({ clientId: 'mouth', clean: false, reconnectPeriod: 5 })
  await Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const qos = number % 2 === 0 ? 1 : 2
      await publisher.mqtt.publishAsync(`a/${number % 5}`, `${number}`, { qos })
      acknowledged.push(`${number}`)
    }),
  )
  writer.isFull = () => false
  const got = new Map<string, number>()
  const ear = await rig.connect({ clientId: 'sleeper', clean: false })
  const read = () => {
    for (const line of ear.messages.splice(0)) {
      const [, payload = '', qos] = line.split(' ')
      got.set(`${payload} ${qos}`, (got.get(`${payload} ${qos}`) ?? 0) + 1)
    }
    return got.size
  }
  await expect.poll(read, patient).toBe(count)
  expect(acknowledged).toHaveLength(count)
  expect([...got].filter(([text, times]) => text.endsWith(' 2') && times > 1)).toEqual([])
})
