// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import {
  browserName,
  removeBreakpoint,
  setBreakpoint,
  setSafeMode,
  take,
  useControls,
} from './flow-control.ts'
import { mutedAt } from './use-flow-values.ts'

const view = (isSafe: boolean) => ({ flow: 'f', breakpoints: [], isSafe, stopped: [], muted: {} })

/** Answers each request with this; tells what was asked. */
function answering(answer: unknown): unknown[] {
  const asked: unknown[] = []
  vi.stubGlobal('fetch', async (path: string, { method, body }: RequestInit) => {
    asked.push([method, path, ...(body ? [JSON.parse(String(body))] : [])])
    return new Response(answer === undefined ? null : JSON.stringify(answer), {
      status: answer === undefined ? 204 : 200,
      headers: { 'content-type': 'application/json' },
    })
  })
  return asked
}

afterEach(() => {
  vi.unstubAllGlobals()
  useControls.setState({}, true)
})

test('a tab has one name, which the server takes', () => {
  expect(browserName()).toMatch(/^[\w-]{8,40}$/)
  expect([browserName(), sessionStorage.getItem('wirehouse.browser')]).toEqual([browserName(), browserName()])
})

test('safe mode is asked for in the name of this tab', async () => {
  const asked = answering(view(true))
  await setSafeMode('f', true)
  expect(asked).toEqual([['PUT', '/api/flows/f/safe-mode', { on: true, browser: browserName() }]])
})

test('an answer that is read after newer news does not take its place', async () => {
  answering(view(false))
  take(view(true))
  await setSafeMode('f', true)
  await setBreakpoint('f', 'a.out b.in')
  expect(useControls.getState()['f']?.isSafe).toBe(true)
})

test('a breakpoint goes with its condition, and is taken away by its wire', async () => {
  const condition = { match: 'any', conditions: [{ property: 'payload', operator: '>', value: 3 }] } as const
  const asked = answering(view(false))
  await setBreakpoint('f', 'a.out b.in', condition)
  answering(undefined)
  await removeBreakpoint('f', 'a.out b.in')
  expect(asked).toEqual([
    ['PUT', '/api/flows/f/breakpoints', { wire: 'a.out b.in', condition, browser: browserName() }],
  ])
})

test('a node that stands for a subflow counts what is muted in it', () => {
  const muted = { out: 1, 'hall/out': 2, 'hall/lamp/out': 4, hallway: 8 }
  expect(['out', 'hall', 'door'].map((node) => mutedAt(muted, node))).toEqual([1, 6, 0])
})

test('what the server says of one flow leaves the others', () => {
  take(view(true))
  take({ ...view(false), flow: 'g' })
  expect(Object.keys(useControls.getState())).toEqual(['f', 'g'])
})
