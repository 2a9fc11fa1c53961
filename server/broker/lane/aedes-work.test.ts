import { expect, test } from 'vitest'
import type { AedesClient } from '../aedes.ts'
import { AedesWork } from './aedes-work.ts'

const rig = () => {
  const log: string[] = []
  const client = { _nextBatch: () => void log.push('next') }
  const stream = { readableLength: 0 }
  const work = new AedesWork(client as unknown as AedesClient, stream)
  return { log, client, stream, work }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('aedes is busy until a turn after it is done with its packets, for it writes in that turn', async () => {
  const { log, client, work } = rig()
  const [first, second] = [client._nextBatch, client._nextBatch]
  first()
  first()
  await turn()
  expect([work.isIdle, log]).toEqual([false, ['next', 'next']])
  setImmediate(() => log.push(`written, idle: ${work.isIdle}`))
  second()
  expect(work.isIdle).toBe(false)
  await turn()
  expect([work.isIdle, log.at(-1)]).toEqual([true, 'written, idle: false'])
})

test('aedes is busy while there is something that it has not read', () => {
  const { stream, work } = rig()
  stream.readableLength = 1
  expect(work.isIdle).toBe(false)
})

test('who waits is called once, never at once', async () => {
  const { log, work } = rig()
  work.whenIdle(() => log.push('idle'))
  expect(log).toEqual([])
  await turn()
  await turn()
  expect(log).toEqual(['idle'])
})
