// @vitest-environment happy-dom
import { QueryClientProvider } from '@tanstack/react-query'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetSession, queryClient, setSession, useSession } from './queries.ts'
import type { User } from './types.ts'

const ada: User = { name: 'ada', role: 'owner' }
type Reply = PromiseWithResolvers<Response>

let root: ReturnType<typeof createRoot>
/** What the house was asked, to be answered in any order. */
let asked: Reply[]

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  asked = []
  vi.stubGlobal('fetch', () => {
    const reply = Promise.withResolvers<Response>()
    asked.push(reply)
    return reply.promise
  })
  queryClient.clear()
  root = createRoot(document.body.appendChild(document.createElement('div')))
})
afterEach(async () => {
  await act(async () => root.unmount())
  document.body.replaceChildren()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const Shown = () => {
  const { data, error } = useSession()
  return error ? 'unknown' : data === undefined ? 'asking' : (data?.name ?? 'nobody')
}

const settle = (work: () => unknown) =>
  act(async () => {
    await work()
    await vi.advanceTimersByTimeAsync(0)
  })
const open = () =>
  settle(() =>
    root.render(
      <QueryClientProvider client={queryClient}>
        <Shown />
      </QueryClientProvider>,
    ),
  )
const answer = (reply: Reply | undefined, status: number, body: unknown) =>
  settle(() => reply?.resolve(new Response(JSON.stringify(body), { status })))

test.each([
  [401, 'SIGN_IN_NEEDED'],
  [403, 'SETUP_NEEDED'],
])('%d %s: nobody is signed in, and nothing more is asked', async (status, code) => {
  await open()
  await answer(asked[0], status, { code, message: '' })
  expect(document.body.textContent).toBe('nobody')
  await settle(() => vi.advanceTimersByTimeAsync(10_000))
  expect(asked.length).toBe(1)
})

test('what was asked before somebody came in is not believed afterwards', async () => {
  await open()
  await settle(() => setSession(ada))
  expect(document.body.textContent).toBe('ada')
  await answer(asked[0], 401, { code: 'SIGN_IN_NEEDED', message: '' })
  expect(document.body.textContent).toBe('ada')
})

test('nor what was asked before they went', async () => {
  await open()
  await settle(forgetSession)
  await answer(asked[0], 200, ada)
  expect(document.body.textContent).toBe('nobody')
})
