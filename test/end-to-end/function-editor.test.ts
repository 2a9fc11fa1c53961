import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A flow with one function behind a source, with the function's settings open. */
async function openFunction(id: string, config: Record<string, unknown>, source: Record<string, unknown>) {
  const flow = {
    ...{ format: 'wirehouse/flow@1', id, name: id, wires: [['source.out', 'convert.in']] },
    nodes: [
      { id: 'source', at: [80, 80], ...source },
      { id: 'convert', type: 'function', at: [320, 80], config },
    ],
  }
  await server.api('PUT', `/api/flows/${id}`, flow, { prefer: 'handling=lenient' })
  const browser = await signIn(server.url, `/flows/${id}?node=convert`)
  const code = browser.page.getByRole('textbox', { name: 'Code' })
  await code.and(browser.page.locator('.cm-content')).waitFor()
  return { browser, page: browser.page, code }
}

/** Types at the end of the code, and waits until the compiler offers something. */
async function typeUntilOffered(page: Page, code: ReturnType<Page['locator']>, text: string, offer: string) {
  await code.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(text)
  await page.locator('.cm-completionLabel', { hasText: offer }).waitFor({ timeout: 20_000 })
}

test('TypeScript completes a payload by the kind of its wire, and marks what is wrong', async () => {
  const template = { type: 'template', config: { template: '{{ payload }}', output: 'text' } }
  const { browser, page, code } = await openFunction(
    'typed',
    { language: 'typescript', code: 'const length: number = message.payload\n' },
    template,
  )
  await using _ = browser
  await page.locator('.cm-lintRange-error').waitFor({ timeout: 30_000 })
  await typeUntilOffered(page, code, 'return message.payload.toUpp', 'toUpperCase')
  expect(browser.complaints).toEqual([])
})

test('JavaScript is typed as well, and names that nobody declared are marked', async () => {
  const { browser, page, code } = await openFunction(
    'plain',
    { code: 'return mesage\n' },
    { type: 'inject', config: {} },
  )
  await using _ = browser
  await page.locator('.cm-lintRange-error', { hasText: 'mesage' }).waitFor({ timeout: 30_000 })
  await typeUntilOffered(page, code, 'clock.', 'sleep')
  expect(browser.complaints).toEqual([])
})

test('a payload is completed by what was really seen', async () => {
  const { browser, page, code } = await openFunction('seen', { code: '\n' }, { type: 'inject', config: {} })
  await using _ = browser
  await server.api('POST', '/api/flows/seen/deploy', {})
  await page.reload()
  await code.waitFor()
  await expect
    .poll(
      async () => {
        await server.api('POST', '/api/flows/seen/nodes/source/inject', { payload: { humidity: 40 } })
        const { body } = await server.api('GET', '/api/flows/seen/wire-messages?wire=source.out+convert.in')
        return JSON.stringify(body)
      },
      { timeout: 10_000 },
    )
    .toContain('humidity')
  await page.locator('[data-id="source"]').click()
  await page.locator('[data-id="convert"]').click()
  await code.waitFor()
  await typeUntilOffered(page, code, 'return message.payload.hum', 'humidity')
})

test('code is run with a message beside it, and nothing is touched', async () => {
  const config = {
    language: 'typescript',
    code: 'const n: number = message.payload\nreturn { payload: n * 2 }',
  }
  const { browser, page } = await openFunction('beside', config, { type: 'inject', config: {} })
  await using _ = browser
  await page.getByRole('button', { name: 'Larger window' }).first().click()
  const window = page.getByRole('dialog', { name: 'Code' })
  await window.getByRole('textbox', { name: 'Payload' }).fill('21')
  await window.getByRole('button', { name: 'Send', exact: true }).click()
  await window.getByText('42', { exact: true }).waitFor({ timeout: 20_000 })
  expect(browser.complaints).toEqual([])
})
