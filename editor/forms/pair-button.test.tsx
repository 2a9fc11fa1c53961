// @vitest-environment happy-dom
import { setImmediate as nextTurn } from 'node:timers/promises'
import { QueryClientProvider } from '@tanstack/react-query'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { telegramNotify } from '#nodes/telegram-notify/definition.ts'
import { queryClient } from '../api/queries.ts'
import { setLanguage } from '../i18n/language.ts'
import { ConfigForm } from './config-form.tsx'

const link = (start: string) => `https://t.me/house_bot?${start}=abc`
const offer = {
  code: 'abc',
  until: 0,
  links: [
    { title: { code: 'TELEGRAM_PAIR_PERSON', message: 'A person' }, url: link('start') },
    { title: { code: 'TELEGRAM_PAIR_GROUP', message: 'A group' }, url: link('startgroup') },
  ],
}

let root: ReturnType<typeof createRoot>
let calls: string[]
let answers: Record<string, unknown>
const changed = vi.fn()

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  vi.stubGlobal('fetch', async (path: string, { method }: { method: string }) => {
    calls.push(`${method} ${path}`)
    const answer = answers[`${method} ${path}`]
    const status = answer === undefined ? 422 : 200
    return new Response(JSON.stringify(answer ?? { code: 'TELEGRAM_AWAY', message: 'Away.' }), { status })
  })
  void setLanguage('en')
  queryClient.clear()
  changed.mockClear()
  calls = []
  answers = { 'GET /api/connections': [] }
  root = createRoot(document.body.appendChild(document.createElement('div')))
})

afterEach(async () => {
  await act(async () => root.unmount())
  document.body.replaceChildren()
  vi.unstubAllGlobals()
})

async function open(config: Record<string, unknown>) {
  const form = (
    <ConfigForm definition={telegramNotify} config={config} onChange={() => {}} onChangeMany={changed} />
  )
  await act(async () => root.render(<QueryClientProvider client={queryClient}>{form}</QueryClientProvider>))
  await act(async () => button('Pair')?.click())
}
const button = (label: string) =>
  [...document.querySelectorAll('button')].find((each) => each.textContent === label)
const labelled = (label: string) =>
  [...document.querySelectorAll('label')].find((each) => each.textContent === label)
async function until(condition: () => boolean) {
  while (!condition()) await act(() => nextTurn())
}

test('shows a code and a link for a person, and one for a group', async () => {
  answers['POST /api/connections/bot/pair'] = offer
  answers['GET /api/connections/bot/pair/abc'] = { kind: 'waiting' }
  await open({ bot: 'bot' })
  await until(() => document.querySelector('svg title')?.textContent === 'Code to scan with a phone')
  const shown = () => document.querySelector('a[target=_blank]')?.getAttribute('href')
  expect(shown()).toBe(link('start'))
  await act(async () => labelled('A group')?.click())
  expect(shown()).toBe(link('startgroup'))
  expect(document.body.textContent).toContain('Waiting for the phone')
})

test('fills in what was paired, and closes', async () => {
  const found = { label: 'Anna', fields: { chat: '4711', chatName: 'Anna' } }
  answers['POST /api/connections/bot/pair'] = offer
  answers['GET /api/connections/bot/pair/abc'] = { kind: 'paired', found }
  await open({ bot: 'bot' })
  await until(() => changed.mock.calls.length > 0)
  expect(changed.mock.calls).toEqual([[found.fields]])
  await until(() => document.querySelector('[role=dialog]') === null)
})

test('offers a new code when the time is over, or nobody could be asked', async () => {
  answers['POST /api/connections/bot/pair'] = offer
  answers['GET /api/connections/bot/pair/abc'] = { kind: 'ended' }
  await open({ bot: 'bot' })
  await until(() => document.body.textContent?.includes('Nobody came within ten minutes.') ?? false)
  delete answers['POST /api/connections/bot/pair']
  await act(async () => button('Get a new code')?.click())
  await until(() => calls.filter((call) => call.startsWith('POST')).length === 2)
})

test('needs a connection first', async () => {
  await open({})
  expect(button('Pair')?.disabled).toBe(true)
  expect(calls.filter((call) => call.includes('/pair'))).toEqual([])
})
