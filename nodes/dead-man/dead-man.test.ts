import { expect, it } from 'vitest'
import { DiskState } from '#rig/disk-state.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { type NodeRigOptions, nodeRig } from '#rig/node-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { deadManRuntime } from './runtime.ts'

const MINUTE = 60_000

/** Listens for ten minutes. */
async function listen(config: Record<string, unknown> = {}, options: NodeRigOptions = {}) {
  const clock = options.clock ?? new VirtualClock()
  const start = clock.now()
  const node = await nodeRig(deadManRuntime, {
    ...{ store: new DiskState(clock), services: fakeServices() },
    ...{ ...options, clock, config: { silentMs: 10 * MINUTE, ...config } },
  })
  return {
    clock,
    node,
    hear: (topic = '') => node.send('in', { topic, payload: 1 }),
    /** What it has said, each with its topic. */
    get said() {
      return node.sent.map(({ port, message: { topic } }) =>
        topic === undefined ? port : `${port} ${topic}`,
      )
    },
    minute: (minutes: number) => clock.advance(start + minutes * MINUTE - clock.now()),
  }
}

it('says so once when nothing was ever heard', async () => {
  const { minute, node } = await listen()
  await minute(9.9)
  expect(node.sent).toEqual([])
  await minute(60)
  expect(node.payloads('silent')).toEqual([
    { lastAt: expect.any(Number), silentMs: 10 * MINUTE, reminders: 1 },
  ])
  expect(node.statuses.at(-1)).toMatchObject({ state: 'warn', text: '1 silent' })
})

it('waits anew after each message', async () => {
  const house = await listen()
  for (const minute of [5, 14, 23]) {
    await house.minute(minute)
    await house.hear()
  }
  await house.minute(32.9)
  expect(house.said).toEqual([])
  await house.minute(33)
  expect(house.said).toEqual(['silent'])
})

it('says when it is heard again, and for how long it was not', async () => {
  const { minute, node, hear, clock } = await listen()
  await minute(25)
  void hear()
  await clock.advance(2_000)
  expect(node.payloads('back')).toEqual([{ lastAt: expect.any(Number), silentMs: 25 * MINUTE }])
  expect(node.statuses.at(-1)).toMatchObject({ state: 'ok' })
})

it('says so again while it stays silent, on request', async () => {
  const { minute, node } = await listen({ remindMs: 30 * MINUTE })
  await minute(75)
  expect(node.payloads('silent')).toMatchObject([{ reminders: 1 }, { reminders: 2 }, { reminders: 3 }])
})

it('watches each topic by itself from its first message on, until it is to be forgotten', async () => {
  const house = await listen({ perTopic: true })
  for (const topic of ['a', 'b', 'c']) await house.hear(topic)
  await house.minute(5)
  await house.hear('b')
  await house.node.send('forget', { topic: 'c' })
  await house.minute(10)
  expect(house.said).toEqual(['silent a'])
  await house.minute(15)
  expect(house.said).toEqual(['silent a', 'silent b'])
  await house.minute(60)
  expect(house.said).toHaveLength(2)
})

it('does not count the time in which the house was down', async () => {
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await listen({ perTopic: true }, { clock, store })
  await before.hear('a')
  await before.minute(6)
  const disk = store.afterPowerCut(clock)
  await before.node.stop()
  await clock.advance(60 * MINUTE)
  const after = await listen({ perTopic: true }, { clock, store: disk })
  await after.minute(3.9)
  expect(after.said).toEqual([])
  await after.minute(6)
  expect(after.said).toEqual(['silent a'])
})

it('does not say again after a restart what it has said, and says when it is back', async () => {
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await listen({}, { clock, store })
  await before.minute(12)
  const disk = store.afterPowerCut(clock)
  await before.node.stop()
  await clock.advance(60 * MINUTE)
  const after = await listen({}, { clock, store: disk })
  await after.minute(30)
  expect(after.said).toEqual([])
  void after.hear()
  await clock.advance(2_000)
  expect(after.said).toEqual(['back'])
})

it('writes seldom, however often it hears', async () => {
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const house = await listen({}, { clock, store })
  for (let second = 0; second < 600; second++) {
    await house.hear()
    await clock.advance(1_000)
  }
  expect(store.changes).toBeLessThan(40)
})

it('tries again what fails behind it', async () => {
  let isBroken = true
  const house = await listen(
    {},
    {
      downstream: () => {
        if (isBroken) throw new Error('no')
      },
    },
  )
  await house.minute(10)
  isBroken = false
  await house.minute(11)
  expect(house.said).toEqual(['silent', 'silent'])
  expect(house.node.sent.at(-1)?.message).toMatchObject({ repeated: true })
})

it('refuses more topics than it can watch', async () => {
  const { node } = await listen({ perTopic: true })
  for (let count = 0; count < 5_000; count++) void node.send('in', { topic: String(count) })
  await expect(node.send('in', { topic: 'more' })).rejects.toMatchObject({ code: 'DEAD_MAN_FULL' })
})
