// @vitest-environment happy-dom
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'
import { setLanguage } from '../i18n/language.ts'
import { ConfigForm } from './config-form.tsx'
import { SeenContext, type SeenMessage } from './seen-messages.ts'

const sample = defineConnection<undefined>()({
  ...{ type: 'sample', version: 1, icon: 'box', title: 'Sample', summary: 'For tests.' },
  config: z.object({
    text: z.string().default('').meta({ title: 'Text', control: 'template' }),
    when: z.string().default('').meta({ title: 'When', control: 'cron' }),
  }),
})

let page: HTMLElement
let root: ReturnType<typeof createRoot>
beforeEach(async () => {
  await setLanguage('en')
  page = document.body.appendChild(document.createElement('div'))
  root = createRoot(page)
})
afterEach(() => {
  root.unmount()
  page.remove()
})

function show(config: Record<string, unknown>, seen: readonly SeenMessage[] = []) {
  root.render(
    <SeenContext value={{ kind: 'any', read: async () => seen }}>
      <ConfigForm definition={sample} config={config} onChange={vi.fn()} />
    </SeenContext>,
  )
}

test('a template shows what it makes of the last message', async () => {
  show({ text: '{{ payload | fixed 1 }} °C' }, [{ payload: 20 }, { payload: 21.47 }])
  await expect.poll(() => page.textContent).toContain('With the last message: 21.5 °C')
})

test('a template that is not finished shows nothing beside what is wrong', async () => {
  show({ text: '{{ payload' }, [{ payload: 20 }])
  await expect.poll(() => page.textContent).toContain('Text')
  expect(page.textContent).not.toContain('With the last message')
})

test.each([
  ['en', 'At 07:30, Monday through Friday'],
  ['de', 'Um 07:30, Montag bis Freitag'],
] as const)('cron fields are said in words, in %s', async (language, words) => {
  await setLanguage(language)
  show({ when: '30 7 * * 1-5' })
  await expect.poll(() => page.textContent).toContain(words)
})

test('the next five runs are shown', async () => {
  show({ when: '0 12 * * *' })
  await expect.poll(() => page.textContent?.match(/12:00/g)?.length).toBe(6)
})
