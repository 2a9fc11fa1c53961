import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

const flow = (id: string, name: string) => ({ format: 'wirehouse/flow@1', id, name, nodes: [] })
const bot = {
  type: 'telegram-bot',
  name: 'House bot',
  config: { token: '123456:abcdefghijklmnopqrstuvwxyz0123456789' },
}

test('a flow that was deleted comes back by the message that says so', async () => {
  await server.api('PUT', '/api/flows/attic', flow('attic', 'Attic'))
  await server.api('POST', '/api/flows/attic/deploy')
  await using browser = await signIn(server.url, '/flows')
  const { page } = browser
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Attic' })
  await row.getByRole('button', { name: /Attic/ }).last().click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect.poll(async () => (await server.api('GET', '/api/flows/attic')).status).toBe(404)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await row.waitFor()
  expect((await server.api('GET', '/api/flows/attic/revisions')).body).toHaveLength(1)
  expect(browser.complaints).toEqual([])
})

test('what was done on a page is undone and done again by keys, and stands in the settings', async () => {
  await server.api('PUT', '/api/connections/bot', bot)
  await using browser = await signIn(server.url, '/connections')
  const { page } = browser
  const stored = async () => (await server.api('GET', '/api/connections')).body
  const row = page.locator('main li', { hasText: 'House bot' })
  await page.route('**/api/connections/bot', async (route) => {
    const response = await route.fetch()
    await row.waitFor({ state: 'detached' }) // the live channel may be quicker than the answer
    await route.fulfill({ response })
  })
  await row.getByRole('button').last().click()
  await page.getByRole('menuitem', { name: /Delete|Remove/ }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Delete|Remove/ })
    .click()
  await expect.poll(stored).toEqual([])
  await page.getByText('“House bot” is deleted.').waitFor()
  await page.keyboard.press('Control+z')
  await expect.poll(stored).toMatchObject([{ id: 'bot', name: 'House bot', secretsSet: ['token'] }])
  await page.getByText('Undone.').waitFor()
  await page.keyboard.press('Control+Shift+z')
  await expect.poll(stored).toEqual([])
  await page.goto(`${server.url}/settings#changes`)
  await page.getByRole('button', { name: 'Undo: Connection “House bot” deleted' }).first().click()
  await expect.poll(stored).toMatchObject([{ id: 'bot', secretsSet: ['token'] }])
  expect(browser.complaints).toEqual([])
})
