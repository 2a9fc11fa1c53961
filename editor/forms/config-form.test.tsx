// @vitest-environment happy-dom
import { QueryClientProvider } from '@tanstack/react-query'
import { act, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'
import { queryClient } from '../api/queries.ts'
import { setLanguage } from '../i18n/language.ts'
import { ConfigForm } from './config-form.tsx'

const sample = defineConnection<undefined>()({
  type: 'sample',
  version: 1,
  icon: 'box',
  title: 'Sample',
  summary: 'A connection for tests.',
  config: z.object({
    host: z.string().min(1).default('localhost').meta({ title: 'Host' }),
    port: z.number().int().min(1).max(65_535).default(1883).meta({ title: 'Port' }),
    tls: z.boolean().default(false).meta({ title: 'Encrypted' }),
    ca: z
      .string()
      .default('')
      .meta({ title: 'Certificate', when: { tls: [true] } }),
    password: z.string().default('').meta({ title: 'Password', secret: true }),
  }),
})

let page: HTMLElement
let unmount: () => void

async function show(form: ReactNode) {
  await act(async () => root.render(wrap(form)))
}
const wrap = (form: ReactNode) => <QueryClientProvider client={queryClient}>{form}</QueryClientProvider>
let root: ReturnType<typeof createRoot>

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  void setLanguage('en')
  page = document.body.appendChild(document.createElement('div'))
  root = createRoot(page)
  unmount = () => root.unmount()
})

afterEach(async () => {
  await act(async () => unmount())
  page.remove()
  vi.unstubAllGlobals()
})

const labels = () => [...page.querySelectorAll('label')].map((label) => label.textContent)
function field(label: string): HTMLInputElement {
  const found = [...page.querySelectorAll('label')].find((each) => each.textContent === label)
  const control = document.getElementById(found?.htmlFor ?? '')
  if (!(control instanceof HTMLInputElement)) throw new Error(`no field "${label}"`)
  return control
}
const leave = (control: HTMLInputElement) =>
  act(async () => void control.dispatchEvent(new FocusEvent('focusout', { bubbles: true })))

test('shows the defaults, and a field only when its condition holds', async () => {
  await show(<ConfigForm definition={sample} config={{}} onChange={vi.fn()} />)
  expect(labels()).toEqual(['Host', 'Port', 'Encrypted', 'Password'])
  expect([field('Host').value, field('Port').value]).toEqual(['localhost', '1883'])
  await show(<ConfigForm definition={sample} config={{ tls: true }} onChange={vi.fn()} />)
  expect(labels()).toContain('Certificate')
})

test('says what is wrong with a field once it was left', async () => {
  await show(<ConfigForm definition={sample} config={{ port: 70_000 }} onChange={vi.fn()} />)
  expect(page.textContent).not.toContain('At most')
  await leave(field('Port'))
  expect(page.textContent).toContain('At most 65,535.')
  expect(field('Port').getAttribute('aria-invalid')).toBe('true')
})

test('shows at the field what the server found', async () => {
  const problem = { code: 'HOST_AWAY', level: 'error', field: 'host', message: 'Nobody is there.' } as const
  await show(<ConfigForm definition={sample} config={{}} problems={[problem]} onChange={vi.fn()} />)
  const note = document.getElementById(field('Host').getAttribute('aria-describedby') ?? '')
  expect(note?.textContent).toBe('Nobody is there.')
})

test('never shows a stored secret, and clears it with null', async () => {
  const onChange = vi.fn()
  await show(<ConfigForm definition={sample} config={{}} secretsSet={['password']} onChange={onChange} />)
  expect(page.textContent).toContain('Set, and kept encrypted')
  expect(page.querySelector('input[type=password]')).toBeNull()
  const clear = [...page.querySelectorAll('button')].find((button) => button.textContent === 'Clear')
  await act(async () => clear?.click())
  expect(onChange).toHaveBeenCalledWith('password', null)
})
