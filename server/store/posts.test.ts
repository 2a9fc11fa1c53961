import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OutboxStore, PostRow } from './outbox-store.ts'
import type { PostState } from './store.ts'
import { storeRig } from './store-rig.ts'

let rig: ReturnType<typeof storeRig>
let outbox: OutboxStore
beforeEach(async () => {
  rig = storeRig()
  outbox = (await rig.open()).outbox
})
afterEach(() => rig[Symbol.asyncDispose]())

const save = (number: number, state: PostState, doneAt: number | null, more: Partial<PostRow> = {}) =>
  outbox.save({ row: { ...rowOf(number), state, doneAt, ...more }, body: Buffer.from(`body ${number}`) })

const rowOf = (number: number): PostRow => ({
  ...{ number, key: `k${number}`, digest: 'd', flow: 'f', node: 'n', tells: true, connection: 'bot' },
  ...{ target: 'ada', title: 'Door', urgency: 'alarm', atMostOnce: false, alarm: 'a1', fold: null, count: 2 },
  ...{ at: 5, expiresAt: 9, state: 'waiting', attempts: 3, mayBeDouble: true, pausedUntil: 7 },
  ...{ targetPaidAt: 8, connectionPaidAt: 9, doneAt: null, receipt: Buffer.from([1]), keep: null },
  error: { code: 'AWAY', message: 'Away.', values: { seconds: 5 } },
})
const numbers = (state: PostState) => outbox.newest(state, 100).map(({ number }) => number)

test('a row comes back as it was saved, and as it was saved last', async () => {
  await save(1, 'waiting', null)
  expect(outbox.find(1)).toEqual(rowOf(1))
  await outbox.save({ row: { ...rowOf(1), attempts: 4, error: null, receipt: null } })
  expect(outbox.waiting()).toEqual([
    { row: { ...rowOf(1), attempts: 4, error: null, receipt: null }, bytes: 6 },
  ])
  expect(Buffer.from(outbox.body(1) ?? []).toString()).toBe('body 1')
})

test('what has ended goes by age and by number, and never what waits or is the newest', async () => {
  await save(1, 'waiting', null)
  for (const number of [2, 3, 4, 5, 6]) await save(number, number % 2 ? 'failed' : 'sent', number * 100)
  await save(7, 'sent', 0)
  expect(await outbox.prune({ before: 250, keep: 4, keepBodies: 10 })).toBe(2)
  expect([numbers('waiting'), numbers('failed'), numbers('sent')]).toEqual([[1], [5], [7, 6, 4]])
  expect(outbox.lastNumbers().post).toBe(7)
})

test('a row takes its body, its keys and its answers along', async () => {
  await outbox.save({
    row: { ...rowOf(1), state: 'sent', doneAt: 1 },
    folded: [{ key: 'other', digest: 'e' }],
  })
  await save(2, 'sent', 1_000)
  await outbox.answer({ post: 1, action: 'acknowledge', by: 'Ada', at: 2 }, [])
  expect(outbox.findKey('other')).toEqual({ key: 'other', digest: 'e', post: 1 })
  await outbox.prune({ before: 500, keep: 100, keepBodies: 10 })
  expect([outbox.findKey('k1'), outbox.findKey('other'), outbox.findAnswer(1, 'acknowledge')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('of what has failed only the newest can be sent again', async () => {
  for (const number of [1, 2, 3]) await save(number, 'failed', 1_000)
  await save(4, 'waiting', null)
  await outbox.prune({ before: 0, keep: 100, keepBodies: 2 })
  expect([1, 2, 3, 4].filter((number) => outbox.body(number) !== undefined)).toEqual([2, 3, 4])
})
