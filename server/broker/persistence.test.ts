import assert from 'node:assert'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AedesPublishPacket } from 'aedes'
import { afterAll, describe, expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Journal } from './journal.ts'
import { defaultLimits } from './limits.ts'
import { Persistence } from './persistence.ts'

const folder = mkdtempSync(join(tmpdir(), 'wirehouse-persistence-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newFile = () => join(folder, `${++files}.db`)

async function open(file = newFile(), limits = defaultLimits): Promise<Persistence> {
  const clock = new VirtualClock()
  const fail = (error: unknown) => {
    throw error
  }
  const persistence = new Persistence(Journal.open(file, clock, fail), limits, clock, fail)
  return persistence
}

/** Opens, and takes the part of aedes. */
async function openLive(file?: string, limits?: typeof defaultLimits): Promise<Persistence> {
  const persistence = await open(file, limits)
  await persistence.setup({ id: 'broker', counter: 0 })
  return persistence
}

async function publish(persistence: Persistence, topic: string, qos: 1 | 2, text = 'x', retain = false) {
  const packet = { cmd: 'publish', topic, qos, retain, dup: false, payload: Buffer.from(text) }
  const numbered = packet as unknown as AedesPublishPacket
  persistence.identify(numbered)
  await persistence.keep(numbered)
  return numbered
}

const queueOf = async (persistence: Persistence, id: string) =>
  ((await persistence.outgoingStream({ id }).toArray()) as AedesPublishPacket[]).map(
    (packet) => `${packet.payload} ${packet.qos}`,
  )

describe("the suite of aedes' persistences", () => {
  /** What the suite takes from node:test, counting the assertions that it plans. */
  function context() {
    let planned: number | undefined
    let made = 0
    const counted = <Args extends unknown[]>(check: (...args: Args) => void) => {
      return (...args: Args) => {
        made++
        check(...args)
      }
    }
    return {
      plan: (count: number) => {
        planned = count
      },
      diagnostic: () => {},
      assert: {
        ok: counted(assert.ok),
        equal: counted(assert.strictEqual),
        deepEqual: counted(assert.deepEqual), // legacy, as in node:test: a Buffer equals its bytes
        notEqual: counted(assert.notStrictEqual),
      },
      verify: () => {
        if (planned !== undefined) expect(made).toBe(planned)
      },
    }
  }

  // one wants the payload of a QoS 2 packet back that has gone on: kept is only its id
  const abstract = createRequire(import.meta.url)('aedes-persistence/abstract.js')
  abstract({
    testAsync: true,
    persistence: () => open(),
    test: (name: string, body: (t: unknown) => Promise<void>) =>
      test.skipIf(name === 'add incoming packet, get it, and clear with messageId')(name, async () => {
        const t = context()
        await body(t)
        t.verify()
      }),
  })
})

test('queues a message once for a session whose filters overlap, at the highest QoS that fits', async () => {
  const persistence = await openLive()
  await persistence.addSubscriptions({ id: 'a' }, [
    { topic: 'home/#', qos: 1 },
    { topic: 'home/+', qos: 2 },
    { topic: 'home/door', qos: 0 },
  ])
  await publish(persistence, 'home/door', 2, 'two')
  await publish(persistence, 'home/door', 1, 'one')
  expect(await queueOf(persistence, 'a')).toEqual(['two 2', 'one 1'])
  await persistence.destroy()
})

test('does nothing when aedes comes to store what has been kept already', async () => {
  const persistence = await openLive()
  await persistence.addSubscriptions({ id: 'a' }, [{ topic: '#', qos: 1 }])
  const packet = await publish(persistence, 'home/door', 1, 'open', true)
  await persistence.storeRetained({ ...packet, payload: Buffer.from('changed') })
  await persistence.outgoingEnqueueCombi([{ clientId: 'a' }], packet)
  expect(await queueOf(persistence, 'a')).toEqual(['open 1'])
  expect(String(persistence.retained.get('home/door')?.payload)).toBe('open')
  await persistence.destroy()
})

test('a full queue loses its oldest messages and counts them', async () => {
  const file = newFile()
  const limits = { ...defaultLimits, queuedMessages: 3, queuedBytes: 60 }
  const persistence = await openLive(file, limits)
  await persistence.addSubscriptions({ id: 'a' }, [{ topic: 't', qos: 1 }])
  for (const text of ['1', '2', '3', '4', '5']) await publish(persistence, 't', 1, text)
  expect(await queueOf(persistence, 'a')).toEqual(['3 1', '4 1', '5 1'])
  await publish(persistence, 't', 1, 'x'.repeat(57))
  expect((await queueOf(persistence, 'a')).length).toBe(2)
  expect([...persistence.sessions][0]?.dropped).toBe(4)
  await persistence.destroy()
  const again = await openLive(file, limits)
  expect((await queueOf(again, 'a')).length).toBe(2)
  await again.destroy()
})

test('everything stands again after a restart', async () => {
  const file = newFile()
  const before = await openLive(file)
  const client = { id: 'a', clean: false }
  await before.addSubscriptions(client, [{ topic: 't/+', qos: 2, rap: true }])
  const sent = await publish(before, 't/1', 2, 'sent', true)
  await publish(before, 't/2', 2, 'waiting')
  await before.outgoingUpdate(client, { ...sent, messageId: 7 })
  await before.incomingStorePacket(client, { ...sent, messageId: 9 })
  await before.putWill(client, { ...sent, topic: 'gone' })
  await before.destroy()

  const after = await openLive(file)
  expect(await after.subscriptionsByClient(client)).toEqual([{ topic: 't/+', qos: 2, rap: true }])
  expect(await queueOf(after, 'a')).toEqual(['sent 2', 'waiting 2', 'sent 2'])
  const ids = (await after.outgoingStream(client).toArray()).map(({ messageId }) => messageId)
  expect(ids).toEqual([7, undefined, undefined])
  await expect(after.incomingGetPacket(client, { messageId: 9 })).resolves.toBeDefined()
  expect(String(after.retained.get('t/1')?.payload)).toBe('sent')
  expect(await after.getWill(client)).toMatchObject({ topic: 'gone', clientId: 'a', qos: 2 })
  await after.destroy()
})

test('what has an id when it is loaded has been sent before', async () => {
  const file = newFile()
  const before = await openLive(file)
  await before.addSubscriptions({ id: 'a' }, [{ topic: 't', qos: 1 }])
  const packet = await publish(before, 't', 1)
  await before.outgoingUpdate({ id: 'a' }, { ...packet, messageId: 7 })
  await before.destroy()
  const after = await openLive(file)
  expect([...(after.session('a')?.waiting ?? [])]).toMatchObject([{ packetId: 7, timesSent: 1 }])
  await after.destroy()
})

test('leaves no message behind once every session has acknowledged it or is gone', async () => {
  const file = newFile()
  const before = await openLive(file)
  for (const id of ['a', 'b']) await before.addSubscriptions({ id }, [{ topic: 't', qos: 1 }])
  const packet = await publish(before, 't', 1)
  await before.outgoingUpdate({ id: 'a' }, { ...packet, messageId: 1 })
  await before.outgoingClearMessageId({ id: 'a' }, { messageId: 1 })
  await before.cleanSubscriptions({ id: 'b' })
  await before.destroy()

  await using journal = Journal.open(file, new VirtualClock(), () => {})
  expect(journal.snapshot).toMatchObject({ messages: [], outgoing: [], sessions: [{ client_id: 'a' }] })
})

test('forgets a session whose client stays away, but not one that is connected', async () => {
  const persistence = await openLive()
  for (const id of ['away', 'here']) await persistence.addSubscriptions({ id }, [{ topic: 't', qos: 1 }])
  await persistence.expire(-1, (id) => id === 'here')
  expect([...persistence.sessions].map(({ id }) => id)).toEqual(['here'])
  expect(await persistence.subscriptionsByTopic('t')).toHaveLength(1)
  await persistence.destroy()
})

test('keeps no more retained messages than there is room for', async () => {
  const refused: string[] = []
  const clock = new VirtualClock()
  const limits = { ...defaultLimits, retainedMessages: 1 }
  const journal = Journal.open(newFile(), clock, () => {})
  const persistence = new Persistence(journal, limits, clock, (error) => {
    throw error
  })
  persistence.onRetainedRefused = (topic) => refused.push(topic)
  await persistence.setup({ id: 'broker', counter: 0 })
  await publish(persistence, 'a', 1, '1', true)
  await publish(persistence, 'b', 1, '1', true)
  await publish(persistence, 'a', 1, '2', true)
  expect([...persistence.retained.matching(['#'])].map(({ payload }) => String(payload))).toEqual(['2'])
  expect(refused).toEqual(['b'])
  await persistence.destroy()
})
