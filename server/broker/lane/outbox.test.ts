import { generate } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { Outbox, TurnEnd } from './outbox.ts'

const rig = () => {
  const writes: Buffer[] = []
  const outbox = new Outbox((bytes) => writes.push(Buffer.from(bytes)), new TurnEnd())
  return { outbox, writes }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))
const topic = Buffer.from('a')
const publish = (payload: Buffer | string) =>
  generate({ cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false })

test('what is sent within one turn leaves in one write, in order', async () => {
  const { outbox, writes } = rig()
  outbox.publish(topic, Buffer.from('1'), 0)
  outbox.acknowledge(7)
  outbox.publish(topic, Buffer.from('2'), 0)
  expect(writes).toEqual([])
  await turn()
  expect(writes).toEqual([
    Buffer.concat([publish('1'), generate({ cmd: 'puback', messageId: 7 }), publish('2')]),
  ])
  outbox.publish(topic, Buffer.from('3'), 0)
  await turn()
  expect(writes.slice(1)).toEqual([publish('3')])
})

test('packets of any size come out whole and in order', async () => {
  const { outbox, writes } = rig()
  const payloads = [1, 600, 8_000, 9_000, 100_000, 0, 7_000, 70_000, 5].map((size) =>
    Buffer.alloc(size, size),
  )
  for (const payload of [...payloads, ...payloads]) outbox.publish(topic, payload, 0)
  await turn()
  expect(Buffer.concat(writes).equals(Buffer.concat([...payloads, ...payloads].map(publish)))).toBe(true)
})

test('does not touch bytes that have been written, whatever comes after', async () => {
  const written: Uint8Array[] = []
  const outbox = new Outbox((bytes) => written.push(bytes), new TurnEnd())
  outbox.publish(topic, Buffer.from('first'), 0)
  outbox.flush()
  outbox.publish(topic, Buffer.from('other'), 0)
  outbox.flush()
  expect(Buffer.from(written[0] ?? [])).toEqual(publish('first'))
})

test('gives what is not written to who ends the connection, once', async () => {
  const { outbox, writes } = rig()
  outbox.acknowledge(1)
  expect(outbox.take()).toEqual(generate({ cmd: 'puback', messageId: 1 }))
  await turn()
  expect(writes).toEqual([])
})
