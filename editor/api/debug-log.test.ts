import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { clearDebug, DEBUG_KEPT, forgetDebug, takeDebug, takeLeftOut, useDebug } from './debug-log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  forgetDebug()
  vi.useRealTimers()
})

const show = (payload: unknown, flow = 'f') =>
  takeDebug({ kind: 'message', flow, node: 'a', at: 1, message: { id: 'm', payload } })
const payloads = (flow = 'f') =>
  useDebug.getState()[flow]?.entries.map((entry) => entry.kind === 'message' && entry.message['payload'])

test('what comes together shows together, the newest last, each flow by itself', () => {
  const heard = vi.fn()
  const stop = useDebug.subscribe(heard)
  for (const payload of [1, 2, 3]) show(payload)
  show(9, 'g')
  expect(heard).not.toHaveBeenCalled()
  vi.advanceTimersByTime(200)
  expect([heard.mock.calls.length, payloads(), payloads('g')]).toEqual([1, [1, 2, 3], [9]])
  stop()
})

test('keeps the newest, and counts all', () => {
  for (let round = 0; round < 3; round++) {
    for (let count = 0; count < DEBUG_KEPT / 2; count++) show(round)
    vi.advanceTimersByTime(200)
  }
  const log = useDebug.getState()['f']
  expect([log?.entries.length, log?.count, payloads()?.[0]]).toEqual([DEBUG_KEPT, 1.5 * DEBUG_KEPT, 1])
})

test('keeps fewer of large messages', () => {
  for (let count = 0; count < 300; count++) show('x'.repeat(100_000))
  vi.advanceTimersByTime(200)
  expect(useDebug.getState()['f']?.entries.length).toBeLessThan(201)
})

test('counts what was left out, until it is emptied', () => {
  takeLeftOut('f', 4_800)
  show(1)
  vi.advanceTimersByTime(200)
  expect(useDebug.getState()['f']).toMatchObject({ leftOut: 4_800, count: 1 })
  clearDebug('f')
  expect(useDebug.getState()['f']).toMatchObject({ leftOut: 0, count: 0, entries: [] })
})
