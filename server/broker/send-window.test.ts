import { expect, test } from 'vitest'
import { SendWindow, WINDOW } from './send-window.ts'

const most = 65_535
const open = (most: number) => new SendWindow(() => most)
const takeAll = (window: SendWindow, count: number) => Array.from({ length: count }, () => window.take() ?? 0)

test('gives each id once until it is released, and none when the client takes no more', () => {
  const window = open(most)
  const ids = takeAll(window, most)
  expect([new Set(ids).size, Math.min(...ids), Math.max(...ids)]).toEqual([most, 1, most])
  expect(window.take()).toBeUndefined()
  window.release(40_000)
  expect(window.take()).toBe(40_000)
})

test('leaves out ids in use when it comes round', () => {
  const window = open(most)
  const first = window.take()
  for (let count = 1; count < most; count++) window.release(window.take() ?? 0)
  expect(window.take((id) => id === 2)).toBe(3)
  expect(first).toBe(1)
})

test('has room for publishers again once enough is acknowledged, or the client is gone', async () => {
  const window = open(most)
  const [first = 0] = takeAll(window, WINDOW)
  expect(window.hasRoom).toBe(false)
  const room = window.room()
  window.release(first)
  await room
  window.take()
  const again = window.room()
  window.clear()
  await again
  expect(window.hasRoom).toBe(true)
})

test('ignores an acknowledgement of what it has not sent', () => {
  const window = open(1)
  window.release(5)
  expect([window.take(), window.take()]).toEqual([1, undefined])
})

test('what waits goes out in order as the client acknowledges, and nothing overtakes it', () => {
  const window = open(2)
  const sent: string[] = []
  const send = (name: string) => (id: number) => sent.push(`${name} ${id}`) > 0
  takeAll(window, 2)
  for (const name of ['a', 'b', 'c']) expect(window.postpone(1, send(name))).toBe(true)
  window.release(1)
  expect(sent).toEqual(['a 3'])
  window.release(2)
  expect(sent).toEqual(['a 3', 'b 4'])
  expect(window.take()).toBeUndefined()
})

test('what is not worth sending any more gives its place to the next', () => {
  const window = open(1)
  const sent: number[] = []
  window.take()
  for (let count = 0; count < 10_000; count++) window.postpone(1, () => false)
  window.postpone(1, (id) => sent.push(id) > 0)
  window.release(1)
  expect(sent).toHaveLength(1)
})

test('holds publishers, and at last refuses, when too many bytes wait', () => {
  const window = open(1)
  const megabyte = 1024 * 1024
  window.take()
  const postpone = () => window.postpone(megabyte, () => true)
  for (let count = 0; count < 8; count++) expect(postpone()).toBe(true)
  expect(window.hasRoom).toBe(false)
  for (let count = 8; count < 16; count++) postpone()
  expect(postpone()).toBe(false)
})
