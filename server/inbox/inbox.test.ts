import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Writer } from '#server/store/writer/writer.ts'
import { type Inbox, type InboxLimits, openInbox } from './inbox.ts'

let folder: string
let path: string
let clock: VirtualClock
/** Of the inbox that was opened last. */
let writer: Writer
const writers = new AsyncDisposableStack()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-inbox-'))
  path = join(folder, 'inbox.db')
  clock = new VirtualClock()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
afterAll(() => writers.disposeAsync())

function open(limits: Partial<InboxLimits> = {}): Inbox {
  writer = writers.use(new Writer({ onFatal: () => {} }))
  return openInbox({ path, clock, writer, limits })
}
const packet = (text: string) =>
  ({ topic: 'door', payload: Buffer.from(text), qos: 1, retain: false }) as const

/** Gives a message to the inbox; it will be written when time goes on. */
const give = (inbox: Inbox, number: number, text = `message ${number}`): Promise<void> =>
  new Promise((resolve, reject) => {
    const message = { number, flow: 'alarm', node: 'bell', packet: packet(text) }
    inbox.keep(message, (error) => (error ? reject(error) : resolve()))
  })
const keep = (inbox: Inbox, number: number, text?: string) =>
  Promise.all([give(inbox, number, text), clock.advance(1)])
const keepAll = (inbox: Inbox, numbers: readonly number[]) =>
  Promise.all(numbers.map((number) => keep(inbox, number)))
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)
const leftIn = (inbox: Inbox) => inbox.left.map(({ number }) => number)

/** What another process would find on the disk now. */
function rowsOnDisk(): number {
  const database = new Database(path, { readonly: true })
  try {
    return Number(database.prepare('select count(*) from chunk').pluck().get())
  } finally {
    database.close()
  }
}

test('what was kept and not forgotten is there again, as it was', async () => {
  const before = open()
  await keepAll(before, [1, 2, 3])
  before.forget(2)
  await before[Symbol.asyncDispose]()
  await using after = open()
  expect(after.left).toEqual(
    [1, 3].map((number) => ({
      number,
      flow: 'alarm',
      node: 'bell',
      packet: packet(`message ${number}`),
      at: clock.now(),
      failures: 0,
      ends: 0,
    })),
  )
  expect(after.size).toBe(2)
})

test('calls back in the order of the calls, only once it is on disk', async () => {
  await using inbox = open()
  const order: number[] = []
  const given = upTo(100).map((number) => give(inbox, number).then(() => order.push(number)))
  await clock.advance(0)
  expect(order).toEqual([])
  await clock.advance(1)
  await given[0]
  expect(rowsOnDisk()).toBeGreaterThan(0)
  await Promise.all(given)
  expect(order).toEqual(upTo(100))
})

test('messages that arrive together share a commit and a few rows', async () => {
  await using inbox = open()
  await keepAll(inbox, upTo(1_000))
  expect(writer.commits).toBe(1)
  expect(rowsOnDisk()).toBe(Math.ceil(1_000 / 32))
})

test('what its flow has settled before it was written needs no row, and is answered in its turn', async () => {
  await using inbox = open()
  const order: number[] = []
  const given = [1, 2, 3].map((number) => give(inbox, number).then(() => order.push(number)))
  inbox.forget(2)
  await clock.advance(0)
  expect(order).toEqual([])
  inbox.forget(1)
  await clock.advance(0)
  expect(order).toEqual([1, 2])
  await clock.advance(1)
  await given[2]
  inbox.forget(3)
  await using after = open()
  expect(leftIn(after)).toEqual([3])
})

test('what is forgotten while it is being written does not come back', async () => {
  const before = open()
  const given = Promise.all([give(before, 1), give(before, 2)])
  await clock.advance(1) // now it is on its way to the disk
  before.forget(1)
  await given
  await before[Symbol.asyncDispose]()
  await using after = open()
  expect(leftIn(after)).toEqual([2])
})

test('the disk hears within a tenth of a second what was forgotten, and remembers it for two', async () => {
  await using inbox = open()
  const { write } = writer
  const untilWritten = () => write.call(writer, 'inbox', []) // behind what the inbox has given
  await keepAll(inbox, [1, 2])
  inbox.forget(1)
  inbox.forget(2)
  await clock.advance(100)
  await untilWritten()
  const crashed = join(folder, 'crashed.db')
  for (const end of ['', '-wal']) copyFileSync(`${path}${end}`, `${crashed}${end}`)
  await using after = openInbox({ path: crashed, clock })
  expect(leftIn(after)).toEqual([])
  expect(after.takeLately().map(({ payload }) => String(payload))).toEqual(['message 1', 'message 2'])
  expect(after.takeLately()).toEqual([])
  expect(rowsOnDisk()).toBe(1)
  await clock.advance(2_000)
  await untilWritten()
  expect(rowsOnDisk()).toBe(0)
})

test('what was left can be forgotten one by one, also after another restart', async () => {
  for (const expected of [[1, 2, 3], [2, 3], [3], []]) {
    await using inbox = open()
    if (expected.length === 3) await keepAll(inbox, [1, 2, 3])
    else expect(leftIn(inbox)).toEqual(expected)
    if (expected[0] !== undefined) inbox.forget(expected[0])
  }
  expect(rowsOnDisk()).toBe(0)
})

test('what an earlier version knew to be settled stays so', async () => {
  const before = open()
  await Promise.all([...upTo(32).map((number) => give(before, number)), clock.advance(1)])
  await before[Symbol.asyncDispose]()
  const database = new Database(path)
  database.exec(`drop table gone;
    alter table chunk add column gone blob not null default x'05000180';
    pragma user_version = 2`)
  database.close()
  await using after = open()
  expect(upTo(32).filter((number) => !leftIn(after).includes(number))).toEqual([1, 3, 17, 32])
})

test('the memory of what was left is given back when all of it is settled', async () => {
  const before = open()
  await keepAll(before, [1, 2])
  await before[Symbol.asyncDispose]()
  await using after = open()
  await keep(after, 3)
  after.forget(3)
  after.forget(1)
  expect(leftIn(after)).toEqual([1, 2])
  after.forget(2)
  expect([leftIn(after), after.size]).toEqual([[], 0])
})

test('a number that does not rise is a broken promise', async () => {
  const before = open()
  await keep(before, 5)
  await before[Symbol.asyncDispose]()
  await using after = open()
  expect(() => after.keep({ number: 5, flow: 'f', node: 'n', packet: packet('') }, () => {})).toThrow(
    '5 after 5',
  )
})

test('an inbox that is full says so at once, and takes more when flows have settled some', async () => {
  await using inbox = open({ messages: 2 })
  await keepAll(inbox, [1, 2])
  await expect(keep(inbox, 3)).rejects.toMatchObject({ code: 'INBOX_FULL', status: 503 })
  inbox.forget(1)
  await keep(inbox, 4)
  expect(inbox.size).toBe(2)
})

test('bytes on the disk are bounded, and come free with the last message of their row', async () => {
  await using inbox = open({ bytes: 10_000 })
  await Promise.all([keep(inbox, 1, 'x'.repeat(4_000)), keep(inbox, 2, 'x'.repeat(4_000))])
  inbox.forget(1)
  await expect(keep(inbox, 3, 'x'.repeat(4_000))).rejects.toMatchObject({ code: 'INBOX_FULL' })
  inbox.forget(2)
  await keep(inbox, 4, 'x'.repeat(4_000))
})

test('a full disk keeps nothing and says so, and all is well again when there is room', async () => {
  await using inbox = open()
  await keep(inbox, 1)
  await writer.write('inbox', [{ sql: 'PRAGMA max_page_count = 4', params: [] }])
  await expect(keep(inbox, 2, 'x'.repeat(100_000))).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(inbox.size).toBe(1)
  await writer.write('inbox', [{ sql: 'PRAGMA max_page_count = 100000', params: [] }])
  await keep(inbox, 3, 'x'.repeat(100_000))
  expect(inbox.size).toBe(2)
})

test('what its flow has settled is good even if the disk has failed meanwhile', async () => {
  await using inbox = open()
  await writer.write('inbox', [{ sql: 'PRAGMA max_page_count = 2', params: [] }])
  const write = writer.write.bind(writer)
  Object.defineProperty(writer, 'write', {
    value: (...batch: Parameters<typeof write>) => {
      const written = write(...batch)
      inbox.forget(1) // while it is on its way to the disk, before any answer
      return written
    },
  })
  const given = Promise.allSettled([give(inbox, 1, 'x'.repeat(100_000)), give(inbox, 2)])
  await clock.advance(1)
  expect(await given).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'DISK_FULL' } }])
  expect(inbox.size).toBe(0)
})

test('closing keeps what was given, and takes no more', async () => {
  const inbox = open()
  const given = Promise.all([give(inbox, 1), give(inbox, 2)])
  await inbox[Symbol.asyncDispose]()
  await given
  await expect(keep(inbox, 3)).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  await using after = open()
  expect(leftIn(after)).toEqual([1, 2])
})

test('a writer that is gone refuses what comes', async () => {
  const inbox = open()
  await writer[Symbol.asyncDispose]()
  await expect(keep(inbox, 1)).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  await inbox[Symbol.asyncDispose]()
})

test('a damaged file says so in one clear line', () => {
  writeFileSync(path, 'this is no database')
  expect(() => open()).toThrow(
    expect.objectContaining({
      code: 'DATABASE_DAMAGED',
      message: `The inbox ${path} is damaged. Put a backup in its place, or move it away with its -wal file to begin without the messages that wait in it.`,
    }),
  )
  expect(readFileSync(path, 'utf8')).toBe('this is no database')
})

test('a row that is no chunk counts as damage', async () => {
  await open()[Symbol.asyncDispose]()
  await writer.write('inbox', [
    { sql: 'insert into chunk values (1, 0, ?, 0)', params: [Buffer.from('nonsense')] },
  ])
  expect(() => open()).toThrow(expect.objectContaining({ code: 'DATABASE_DAMAGED' }))
})

/** What lies in the inbox of a house that comes to an abrupt end now: its file is not closed. */
async function afterPowerCut(): Promise<Inbox> {
  await writer[Symbol.asyncDispose]() // but the inbox does not say that it is closed
  return open()
}

test('numbers never come again, though none of the messages is left', async () => {
  const first = open()
  const number = first.firstFree
  await keep(first, number)
  first.forget(number)
  const second = await afterPowerCut()
  expect(second.firstFree).toBeGreaterThan(number)
  await second[Symbol.asyncDispose]()
  await clock.advance(1)
  await using third = open()
  expect(third.firstFree).toBeGreaterThan(second.firstFree)
})

test('numbers are above all of another file that was lost', async () => {
  const before = open().firstFree
  await writer[Symbol.asyncDispose]()
  rmSync(path)
  rmSync(`${path}-wal`, { force: true })
  rmSync(`${path}-shm`, { force: true })
  await clock.advance(60_000)
  await using inbox = open()
  expect(inbox.firstFree).toBeGreaterThan(before + 2 ** 24)
})

test('counts the abrupt ends since a message was kept, and no others', async () => {
  const first = open()
  await keep(first, 1)
  const second = await afterPowerCut()
  await keep(second, second.firstFree)
  expect(second.left.map(({ ends }) => ends)).toEqual([1])
  const third = await afterPowerCut()
  expect(third.left.map(({ ends }) => ends)).toEqual([2, 1])
  await third[Symbol.asyncDispose]()
  await using fourth = open()
  expect(fourth.left.map(({ ends }) => ends)).toEqual([2, 1])
})

test('remembers how often the flow of a message has failed, until it is settled', async () => {
  const first = open()
  await keepAll(first, [1, 2])
  first.failed(1, 1)
  first.failed(1, 2)
  first.failed(2, 1)
  first.forget(2)
  await using second = await afterPowerCut()
  expect(second.left.map(({ number, failures }) => [number, failures])).toEqual([
    [1, 2],
    [2, 0],
  ])
})

test('a node that was slow is not waited for the next time, until it is quick again', async () => {
  await using inbox = open()
  await keep(inbox, 1)
  await give(inbox, 2) // the clock stands still
  const third = give(inbox, 3)
  inbox.forget(3)
  await third
  const fourth = give(inbox, 4)
  let isKept = false
  void fourth.then(() => {
    isKept = true
  })
  await writer.write('inbox', []) // whatever was to be written before it, is
  expect(isKept).toBe(false)
  await Promise.all([fourth, clock.advance(1)])
})
