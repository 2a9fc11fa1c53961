// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useLive } from '../api/live.ts'
import { noticeMissingParts, useMissingParts, whenLoadable } from './parts.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  useLive.setState({ state: 'connecting', since: undefined })
})

const away = () => useLive.setState({ state: 'away', since: 0 })

/** Answers so, time after time, and the last for good. */
function health(...answers: readonly (number | Error)[]): { readonly asked: () => number } {
  const fetch = vi.fn(async () => {
    const answer = answers[Math.min(fetch.mock.calls.length, answers.length) - 1]
    if (typeof answer !== 'number') throw answer
    return new Response(null, { status: answer })
  })
  vi.stubGlobal('fetch', fetch)
  return { asked: () => fetch.mock.calls.length }
}

test('as long as the house is there, or nothing is known yet, parts are loaded at once', async () => {
  const { asked } = health(new Error('offline'))
  await whenLoadable()
  useLive.setState({ state: 'on', since: undefined })
  await whenLoadable()
  expect(asked()).toBe(0)
})

test('while it is away they wait for its answer, all together', async () => {
  const { asked } = health(new Error('offline'), 503, 200)
  away()
  let loaded = 0
  const parts = Promise.all([1, 2, 3].map(async () => whenLoadable().then(() => loaded++)))
  await vi.advanceTimersByTimeAsync(1_900)
  expect([loaded, asked()]).toEqual([0, 2])
  await vi.advanceTimersByTimeAsync(200)
  await parts
  expect([loaded, asked()]).toEqual([3, 3])
})

test('the live channel is believed as well', async () => {
  const { asked } = health(new Error('offline'))
  away()
  const loadable = whenLoadable()
  useLive.setState({ state: 'on', since: undefined })
  await vi.advanceTimersByTimeAsync(1_000)
  await loadable
  expect(asked()).toBe(1)
})

test('what cannot be fetched is noticed', () => {
  noticeMissingParts()
  expect(useMissingParts.getState().isAny).toBe(false)
  window.dispatchEvent(new Event('vite:preloadError'))
  expect(useMissingParts.getState().isAny).toBe(true)
})
