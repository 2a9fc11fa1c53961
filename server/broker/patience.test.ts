import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Patience } from './patience.ts'

const rig = () => {
  const clock = new VirtualClock()
  const patience = new Patience(100, clock)
  const log: string[] = []
  const wait = (name: string, ...promises: Promise<void>[]) =>
    patience.all(promises).then(() => void log.push(name))
  return { clock, log, wait }
}
const never = new Promise<void>(() => {})

test('waits until all have settled, and a failure counts as settled', async () => {
  const { clock, log, wait } = rig()
  const flow = Promise.withResolvers<void>()
  const waiting = wait('a', Promise.reject(new Error('no')), flow.promise)
  await clock.advance(50)
  expect(log).toEqual([])
  flow.resolve()
  await waiting
  expect(log).toEqual(['a'])
})

test('waits no longer than its time, each from its own beginning', async () => {
  const { clock, log, wait } = rig()
  wait('1', never).catch(() => {})
  await clock.advance(40)
  wait('2', never).catch(() => {})
  await clock.advance(59)
  expect(log).toEqual([])
  await clock.advance(1)
  expect(log).toEqual(['1'])
  await clock.advance(40)
  expect(log).toEqual(['1', '2'])
})

test('one that is done early neither ends nor delays the others', async () => {
  const { clock, log, wait } = rig()
  const waits = [
    wait('1', Promise.resolve()),
    wait('2', never),
    wait('3', Promise.resolve()),
    wait('4', never),
  ]
  await clock.advance(99)
  expect(log).toEqual(['1', '3'])
  await clock.advance(1)
  await Promise.all(waits)
  expect(log).toEqual(['1', '3', '2', '4'])
})

test('starts anew after a quiet time', async () => {
  const { clock, log, wait } = rig()
  await wait('1', Promise.resolve())
  await clock.advance(99)
  wait('2', never).catch(() => {})
  await clock.advance(99)
  expect(log).toEqual(['1'])
  await clock.advance(1)
  expect(log).toEqual(['1', '2'])
})
