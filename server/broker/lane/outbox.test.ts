import { generate } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { Outbox, TurnEnd } from './outbox.ts'
import { propertyBytes } from './publish-packet.ts'

const rig = () => {
  const writes: Buffer[] = []
  const outbox = new Outbox((bytes) => writes.push(Buffer.from(bytes)) > 0, new TurnEnd())
  return { outbox, writes }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))
const topic = Buffer.from('a')
const publish = (payload: Buffer | string) =>
  generate({ cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false })

test('what is sent within one turn leaves in one write, in order', async () => {
  const { outbox, writes } = rig()
  outbox.publish(topic, propertyBytes.version3, Buffer.from('1'), 0)
  outbox.acknowledge(7)
  outbox.publish(topic, propertyBytes.version3, Buffer.from('2'), 0)
  expect(writes).toEqual([])
  await turn()
  expect(writes).toEqual([
    Buffer.concat([publish('1'), generate({ cmd: 'puback', messageId: 7 }), publish('2')]),
  ])
  outbox.publish(topic, propertyBytes.version3, Buffer.from('3'), 0)
  await turn()
  expect(writes.slice(1)).toEqual([publish('3')])
})

test('packets of any size come out whole and in order', async () => {
  const { outbox, writes } = rig()
  const payloads = [1, 600, 8_000, 9_000, 100_000, 0, 7_000, 70_000, 5].map((size) =>
    Buffer.alloc(size, size),
  )
  for (const payload of [...payloads, ...payloads]) outbox.publish(topic, propertyBytes.version3, payload, 0)
  await turn()
  expect(Buffer.concat(writes).equals(Buffer.concat([...payloads, ...payloads].map(publish)))).toBe(true)
})

test('does not touch bytes that have been written and are not free', () => {
  const written: Uint8Array[] = []
  const outbox = new Outbox((bytes) => written.push(bytes) === 0, new TurnEnd())
  for (const payload of ['first', 'other']) {
    outbox.publish(topic, propertyBytes.version3, Buffer.from(payload), 0)
    outbox.flush()
  }
  expect(written.map((bytes) => Buffer.from(bytes))).toEqual([publish('first'), publish('other')])
})

test('uses bytes again that are free, also for another client', () => {
  const buffers = new Set<ArrayBufferLike>()
  const turnEnd = new TurnEnd()
  const outboxes = [1, 2].map(() => new Outbox(({ buffer }) => buffers.add(buffer).size > 0, turnEnd))
  for (let round = 0; round < 10; round++)
    for (const outbox of outboxes) {
      outbox.publish(topic, propertyBytes.version3, Buffer.from('x'), 0)
      outbox.flush()
    }
  expect(buffers.size).toBe(1)
})

test('keeps the order of packets and of bytes that others write', async () => {
  const { outbox, writes } = rig()
  outbox.publish(topic, propertyBytes.version3, Buffer.from('1'), 0)
  outbox.append(publish('2'))
  outbox.append(publish(Buffer.alloc(50_000, '3')))
  outbox.publish(topic, propertyBytes.version3, Buffer.from('4'), 0)
  await turn()
  const all = [publish('1'), publish('2'), publish(Buffer.alloc(50_000, '3')), publish('4')]
  expect(Buffer.concat(writes).equals(Buffer.concat(all))).toBe(true)
})
