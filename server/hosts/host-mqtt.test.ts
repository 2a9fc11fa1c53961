import { expect, test } from 'vitest'
import type { MqttPacket, MqttPublish } from '#kit/mqtt.ts'
import { Channel } from './channel.ts'
import { HostMqtt } from './host-mqtt.ts'
import { flagsOf, published, records } from './protocol.ts'

/** A host's end of the broker, and the records that it writes while there is room. */
function rig({ hasRoom = true } = {}) {
  const written: [kind: number, a: number, b: number][] = []
  const write = (kind: number, _flags: number, a: number, b: number): boolean => {
    if (hasRoom) written.push([kind, a, b])
    return hasRoom
  }
  const channel = new Channel({ write, writeText: write, flush: () => {}, whenRoom: () => {} })
  const mqtt = new HostMqtt(
    channel,
    () => {},
    () => {},
  )
  return { mqtt, channel, written }
}

const nothing = Buffer.alloc(0)
const packet = (payload: Uint8Array | string = 'x'): MqttPublish => ({
  ...{ topic: 'out', payload, qos: 1, retain: false },
})

test('tells what has settled in runs, behind what it caused', () => {
  const { mqtt, written } = rig()
  mqtt.subscribe('in', 1, ({ topic }) => {
    if (topic === 'sent') void mqtt.publish(packet())
    if (topic === 'late') return new Promise(() => {})
  })
  for (const [index, topic] of ['a', 'sent', 'late', 'b', 'c'].entries())
    mqtt.deliver(1, index + 1, 1, topic, nothing, 0, 0)
  mqtt.flushTurn()
  expect(written.slice(1)).toEqual([
    [records.publish, 2, 1],
    [records.settled, 1, 2],
    [records.settled, 4, 5],
  ])
})

test('gives back what comes for a subscription that has ended', () => {
  const { mqtt, written } = rig()
  mqtt.subscribe('in', 1, () => {})[Symbol.dispose]()
  mqtt.deliver(1, 7, 1, 'a', nothing, 0, 0)
  mqtt.flushTurn()
  expect(written.at(-1)).toEqual([records.failed, 7, 0])
})

test('gives messages that are kept the ids of their numbers, which count on', () => {
  const { mqtt } = rig()
  const ids: unknown[] = []
  mqtt.subscribe('in', 1, ({ id }) => void ids.push(id))
  const kept = flagsOf(1, false, false, true)
  mqtt.countKept(2 ** 40)
  mqtt.deliver(kept, 1, 1, 'a', nothing, 0, 0)
  mqtt.deliver(flagsOf(0, false), 2, 1, 'a', nothing, 0, 0)
  mqtt.deliver(kept, 3, 1, 'a', nothing, 0, 0)
  expect(ids).toEqual([`k${(2 ** 40).toString(36)}`, undefined, `k${(2 ** 40 + 1).toString(36)}`])
})

test('tells a later failure to who has published, and to nobody else', () => {
  const { mqtt } = rig()
  const told: string[] = []
  mqtt.subscribe('in', 1, ({ topic }) => void mqtt.publish(packet(), () => void told.push(topic)))
  for (let number = 1; number <= 4_097; number++) mqtt.deliver(1, number, 1, String(number), nothing, 0, 0)
  mqtt.published(published.ended, 1, { message: 'too late: another has taken its place' })
  mqtt.published(published.ended, 4_097, { message: 'no' })
  expect(told).toEqual(['4097'])
})

test('lets go of what the core has taken, but for what takes a while', () => {
  const { mqtt } = rig()
  const told: string[] = []
  mqtt.subscribe('in', 1, ({ topic }) => void mqtt.publish(packet(), () => void told.push(topic)))
  for (const number of [1, 2, 3, 4]) mqtt.deliver(1, number, 1, String(number), nothing, 0, 0)
  mqtt.published(published.waits, 2, undefined)
  mqtt.published(published.taken, 3, undefined)
  for (const number of [1, 2, 3, 4, 2]) mqtt.published(published.ended, number, { message: 'no' })
  expect(told).toEqual(['2', '4'])
})

test('lets go of many at once', () => {
  const { mqtt } = rig()
  const told: string[] = []
  mqtt.subscribe('in', 1, ({ topic }) => void mqtt.publish(packet(), () => void told.push(topic)))
  for (let number = 1; number <= 5_000; number++) mqtt.deliver(1, number, 1, String(number), nothing, 0, 0)
  mqtt.published(published.taken, 4_999, undefined)
  for (const number of [904, 4_999, 5_000]) mqtt.published(published.ended, number, { message: 'no' })
  expect(told).toEqual(['5000'])
})

test('a publish that nothing causes waits for the answer to it', async () => {
  const { mqtt } = rig()
  const [good, bad] = [mqtt.publish(packet()), mqtt.publish(packet())]
  mqtt.published(published.ended, 2, { code: 'NO', message: 'no' })
  mqtt.published(published.ended, 1, undefined)
  await good
  await expect(bad).rejects.toMatchObject({ code: 'NO' })
})

test('refuses publishes beyond a bound while the core does not read', async () => {
  const { mqtt, channel } = rig({ hasRoom: false })
  for (let count = 0; count < 10_000; count++) void mqtt.publish(packet())
  await expect(mqtt.publish(packet())).rejects.toMatchObject({ code: 'PUBLISH_BUSY' })
  const refused: unknown[] = []
  mqtt.subscribe('in', 1, () => {
    for (let count = 0; count < 200_000; count++)
      try {
        void mqtt.publish(packet())
      } catch (error) {
        refused.push(error)
      }
  })
  mqtt.deliver(1, 1, 1, 'a', nothing, 0, 0)
  expect(channel.waiting).toBe(100_000)
  expect(refused[0]).toMatchObject({ code: 'PUBLISH_BUSY' })
})

test('bounds what waits also by its bytes', async () => {
  const { mqtt } = rig({ hasRoom: false })
  const large = new Uint8Array(16 * 1024 * 1024)
  for (let count = 0; count < 4; count++) void mqtt.publish(packet(large))
  await expect(mqtt.publish(packet())).rejects.toMatchObject({ code: 'PUBLISH_BUSY' })
})

test('a packet that settles late keeps its payload, and one that has settled gives it back', () => {
  const { mqtt } = rig()
  const packets: MqttPacket[] = []
  mqtt.subscribe('in', 1, (packet) => {
    packets.push(packet)
    return packet.topic === 'late' ? new Promise(() => {}) : undefined
  })
  const ring = Buffer.from('..text..')
  for (const topic of ['late', 'done']) mqtt.deliver(1, 1, 1, topic, ring, 2, 6)
  ring.fill('x')
  expect(String(packets[0]?.payload)).toBe('text')
  expect(() => packets[1]?.payload).toThrow(/"done" was asked for after it had been settled/)
})
