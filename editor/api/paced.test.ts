// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { paced } from './paced.ts'

const FRAME_MS = 16
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('calls with the next frame after a rest, however often it was asked', () => {
  const call = vi.fn()
  const ask = paced(call, 200)
  ask()
  ask()
  expect(call).not.toHaveBeenCalled()
  vi.advanceTimersByTime(FRAME_MS)
  expect(call).toHaveBeenCalledOnce()
})

test('calls five times a second while it is asked without a rest, and once more for what was asked last', () => {
  const call = vi.fn()
  const ask = paced(call, 200)
  for (let ms = 0; ms < 1_000; ms += 10) {
    ask()
    vi.advanceTimersByTime(10)
  }
  expect(call).toHaveBeenCalledTimes(5)
  vi.advanceTimersByTime(200 + FRAME_MS)
  expect(call).toHaveBeenCalledTimes(6)
})
