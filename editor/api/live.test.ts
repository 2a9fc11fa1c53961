// @vitest-environment happy-dom
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { forgetStatuses, onActivity, onStatus, statusOf, takeActivity, takeStatus } from './live.ts'
import type { NodeStatusEvent } from './types.ts'

const status = (node: string, text: string): NodeStatusEvent => ({
  flow: 'f',
  node,
  state: 'ok',
  text,
  at: 0,
})
/** Listeners are told by then. */
const told = () => vi.advanceTimersByTime(300)

beforeAll(() => void vi.useFakeTimers())
afterAll(() => void vi.useRealTimers())

test('tells the listener of one node once, however often it changed', () => {
  const bell = vi.fn()
  const lamp = vi.fn()
  const stop = [onStatus('f', 'bell', bell), onStatus('f', 'lamp', lamp)]
  for (const text of ['1', '2', '3']) takeStatus(status('bell', text))
  told()
  expect([bell.mock.calls.length, lamp.mock.calls.length]).toEqual([1, 0])
  expect(statusOf('f', 'bell')?.text).toBe('3')
  for (const each of stop) each()
})

test('tells nobody who has left', () => {
  const bell = vi.fn()
  onStatus('f', 'bell', bell)()
  takeStatus(status('bell', '4'))
  told()
  expect(bell).not.toHaveBeenCalled()
})

test('forgets the statuses of a flow that was stopped, and says so', () => {
  takeStatus(status('bell', '5'))
  told()
  const bell = vi.fn()
  const stop = onStatus('f', 'bell', bell)
  forgetStatuses('f')
  told()
  expect(bell).toHaveBeenCalledOnce()
  expect(statusOf('f', 'bell')).toBeUndefined()
  stop()
})

test('sums what went over the wires in between, and keeps the last sample of each', () => {
  const heard = vi.fn()
  const stop = onActivity('f', heard)
  takeActivity({ flow: 'f', counts: { a: 1, b: 2 }, samples: { a: { text: '20' } } })
  takeActivity({ flow: 'f', counts: { a: 3 }, samples: { a: { text: '21' } } })
  takeActivity({ flow: 'g', counts: { a: 9 } })
  told()
  expect(heard.mock.calls).toEqual([[{ counts: { a: 4, b: 2 }, samples: { a: { text: '21' } } }]])
  stop()
})
