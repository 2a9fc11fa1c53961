import { expect, test } from 'vitest'
import type { AedesClient } from '../aedes.ts'
import { keepIdsApart, PacketIds } from './packet-ids.ts'

const all = 32_768

test('gives each id once until it is released, and none when all are in use', () => {
  const ids = new PacketIds()
  const taken = Array.from({ length: all }, () => ids.take())
  expect(new Set(taken).size).toBe(all)
  expect(ids.take()).toBeUndefined()
  ids.release(40_000)
  expect(ids.take()).toBe(40_000)
  expect([Math.min(...(taken as number[])), Math.max(...(taken as number[]))]).toEqual([32_768, 65_535])
})

test('leaves out ids in use when it comes round', () => {
  const ids = new PacketIds()
  const first = ids.take()
  for (let count = 1; count < all; count++) ids.release(ids.take() ?? 0)
  expect(ids.take()).not.toBe(first)
})

test('has room again once half of the ids are free, or the client is gone', async () => {
  const ids = new PacketIds()
  const taken = Array.from({ length: all / 2 }, () => ids.take() ?? 0)
  expect(ids.hasRoom).toBe(false)
  const room = ids.room()
  ids.release(taken[0] ?? 0)
  await room
  ids.take()
  const again = ids.room()
  ids.clear()
  await again
  expect(ids.hasRoom).toBe(true)
})

test('ignores an acknowledgement of what it has not sent', () => {
  const ids = new PacketIds()
  ids.release(5)
  ids.release(40_000)
  expect(ids.take()).toBe(32_768)
})

test.each([1, 32_767, 32_768, 65_535])('aedes, at id %i, never comes to those of the lane', (start) => {
  const client = { _nextId: start } as AedesClient
  keepIdsApart(client)
  // as aedes does it in qos-packet.js
  const next = (): number => {
    const id = client._nextId
    if (client._nextId >= 65_535) client._nextId = 1
    else client._nextId++
    return id
  }
  const given = Array.from({ length: 40_000 }, next)
  expect([Math.min(...given), Math.max(...given)]).toEqual([1, 32_767])
})
