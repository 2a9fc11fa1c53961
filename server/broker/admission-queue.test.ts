import { expect, test } from 'vitest'
import { AdmissionQueue } from './admission-queue.ts'

const rig = () => {
  const queue = new AdmissionQueue()
  const log: string[] = []
  const add = (name: string, taken?: Promise<void>) =>
    queue.add(
      taken,
      () => log.push(name),
      (error) => log.push(`${name}: ${(error as Error).message}`),
    )
  return { queue, log, add }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('admits at once what need not wait', () => {
  const { queue, log, add } = rig()
  add('a')
  expect(log).toEqual(['a'])
  expect(queue.admission(undefined)).toBeUndefined()
})

test('admits in the order of arrival, whatever is settled first', async () => {
  const { queue, log, add } = rig()
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  add('1', first.promise)
  add('2', second.promise)
  const third = queue.admission(undefined)?.then(() => log.push('3'))
  second.resolve()
  await turn()
  expect(log).toEqual([])
  first.resolve()
  await third
  expect(log).toEqual(['1', '2', '3'])
})

test('a message that is refused does not hold up the next', async () => {
  const { log, add } = rig()
  add('1', Promise.reject(new Error('full')))
  add('2')
  await turn()
  expect(log).toEqual(['1: full', '2'])
})

test('keeps the order through thousands that wait', async () => {
  const { log, add } = rig()
  const waits = Array.from({ length: 5_000 }, () => Promise.withResolvers<void>())
  for (const [index, { promise }] of waits.entries()) add(String(index), promise)
  for (const { resolve } of waits.toReversed().slice(0, 2_500)) resolve()
  await turn()
  for (const { resolve } of waits) resolve()
  await turn()
  expect(log).toEqual(waits.map((_, index) => String(index)))
})
