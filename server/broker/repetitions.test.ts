import { describe, expect, test } from 'vitest'
import type { Delivery } from '#kit/flow-broker.ts'
import { type BrokerRig, brokerRig, patient, type RawClient, text } from './broker-rig.ts'

const connect = { cmd: 'connect', protocolId: 'MQTT', clean: true, keepalive: 0 } as const
const publish = (messageId: number, payload: string, more: { dup?: boolean; topic?: string } = {}) =>
  ({ cmd: 'publish', topic: 'bell', payload, qos: 1, messageId, dup: false, retain: false, ...more }) as const
const again = (messageId: number, payload: string) => publish(messageId, payload, { dup: true })

async function client(rig: BrokerRig, clientId: string, login = {}): Promise<RawClient> {
  const client = await rig.raw()
  client.send({ ...connect, clientId, ...login })
  await client.received('connack')
  return client
}
const acks = ({ packets }: RawClient) =>
  packets.flatMap((one) => (one.cmd === 'puback' ? [one.messageId] : []))
const acked = (from: RawClient, ...ids: number[]) => expect.poll(() => acks(from), patient).toEqual(ids)

/** A flow that listens, and settles at once unless it is told to hold. */
function flow(rig: BrokerRig) {
  const seen: string[] = []
  const held: Delivery[] = []
  const flow = { seen, held, holds: false }
  rig.broker.flows.subscribe('bell', 1, (delivery) => {
    seen.push(`${text(delivery.packet)}${delivery.packet.isRepeated ? ' again' : ''}`)
    if (flow.holds) held.push(delivery)
    else delivery.settle()
  })
  return flow
}

describe.each([
  ['the lane', true],
  ['aedes', false],
])('by %s', (_, lane) => {
  const open = () => brokerRig({ lane, limits: { acknowledgeWithinMs: 60_000 } })

  test('what comes again is acknowledged, and not run again', async () => {
    await using rig = await open()
    const { seen } = flow(rig)
    const from = await client(rig, 'door')
    from.send(publish(1, 'ring'), again(1, 'ring'), again(1, 'ring'))
    await acked(from, 1, 1, 1)
    expect(seen).toEqual(['bell ring 1'])
  })

  test('also over a new connection of the same client', async () => {
    await using rig = await open()
    const { seen } = flow(rig)
    const before = await client(rig, 'door')
    before.send(publish(1, 'ring'))
    await acked(before, 1)
    before.socket.destroy()
    const after = await client(rig, 'door')
    after.send(again(1, 'ring'))
    await acked(after, 1)
    expect(seen).toEqual(['bell ring 1'])
  })

  test('while the first is in the hands of a flow, its repetition waits with it', async () => {
    await using rig = await open()
    const bell = flow(rig)
    bell.holds = true
    const before = await client(rig, 'door')
    before.send(publish(1, 'ring'))
    await expect.poll(() => bell.held, patient).toHaveLength(1)
    before.socket.destroy()
    const after = await client(rig, 'door')
    bell.holds = false
    after.send(again(1, 'ring'), { cmd: 'pingreq' })
    await after.received('pingresp')
    expect(acks(after)).toEqual([])
    bell.held[0]?.settle()
    await acked(after, 1)
    expect(bell.seen).toEqual(['bell ring 1'])
  })

  test('in doubt it is run, and marked', async () => {
    await using rig = await open()
    const { seen } = flow(rig)
    const from = await client(rig, 'door')
    from.send(again(1, 'never seen'))
    await acked(from, 1)
    from.send(publish(2, 'ring'), publish(2, 'other', { topic: 'nobody' }), again(2, 'ring'))
    await acked(from, 1, 2, 2, 2)
    from.send(publish(3, 'ring'), again(3, 'other text'))
    await acked(from, 1, 2, 2, 2, 3, 3)
    expect(seen).toEqual([
      ...['bell never seen 1 again', 'bell ring 1', 'bell ring 1 again'],
      ...['bell ring 1', 'bell other text 1 again'],
    ])
  })

  test('without the mark of a repetition it is a new message', async () => {
    await using rig = await open()
    const { seen } = flow(rig)
    const from = await client(rig, 'door')
    for (const count of [1, 2, 3]) {
      from.send(publish(1, 'ring'))
      await acked(from, ...Array<number>(count).fill(1))
    }
    expect(seen).toEqual(['bell ring 1', 'bell ring 1', 'bell ring 1'])
  })

  test('another client, and another login, may send the same', async () => {
    await using rig = await open()
    const { seen } = flow(rig)
    for (const [id, login] of [
      ['door', {}],
      ['gate', {}],
      ['door', { username: 'ada', password: Buffer.from('right') }],
    ] as const) {
      const from = await client(rig, id, login)
      from.send(again(1, 'ring'))
      await acked(from, 1)
      from.socket.destroy()
    }
    expect(seen).toHaveLength(3)
  })

  test('knows what the process before had taken', async () => {
    await using rig = await open()
    const { seen } = flow(rig)
    rig.broker.remember([
      ...[1, 2].map((packetId) => ({
        ...({ topic: 'bell', payload: Buffer.from('ring'), qos: 1, retain: false } as const),
        ...{ client: 'door ', packetId },
      })),
    ])
    const from = await client(rig, 'door')
    from.send(again(2, 'ring'), again(3, 'ring'))
    await acked(from, 2, 3)
    expect(seen).toEqual(['bell ring 1 again'])
  })

  test('tells who sent a message, so that it is known after a restart', async () => {
    await using rig = await open()
    const seen: unknown[] = []
    rig.broker.flows.subscribe('bell', 1, (delivery) => {
      const { client, packetId } = delivery.packet
      seen.push([client, packetId])
      delivery.settle()
    })
    const from = await client(rig, 'door')
    from.send(publish(9, 'ring'))
    await acked(from, 9)
    expect(seen).toEqual([['door ', 9]])
  })
})
