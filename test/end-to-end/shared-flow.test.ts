import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserRig, openBrowser, signIn } from '#rig/browser.ts'
import { drop, nodeCard, nodeIds, select } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  await server.api('POST', '/api/users', { ...ada, role: 'editor' })
})
afterAll(() => server[Symbol.asyncDispose]())

const ada = { name: 'Ada Lovelace', password: 'many coloured stones' }
const bell = { id: 'bell', type: 'mqtt-in', name: 'Bell', at: [80, 80], config: { topic: 'home/bell' } }

const newFlow = (id: string) =>
  server.api('PUT', `/api/flows/${id}`, { format: 'wirehouse/flow@1', id, name: id, nodes: [bell] })
const isOpen = (page: Page) => page.locator('.react-flow__node').first().waitFor()

async function asOwner(flow: string): Promise<BrowserRig> {
  const browser = await signIn(server.url, `/flows/${flow}`)
  await isOpen(browser.page)
  return browser
}

async function asAda(flow: string): Promise<BrowserRig> {
  const browser = await openBrowser(server.url)
  const { page } = browser
  await page.getByLabel('Name').fill(ada.name)
  await page.getByLabel('Password', { exact: true }).fill(ada.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation').first().waitFor()
  await page.goto(`${server.url}/flows/${flow}`)
  await isOpen(page)
  return browser
}

test('undo survives a reload, takes back own steps alone, and can itself be taken back', async () => {
  await newFlow('reloaded')
  await using own = await asOwner('reloaded')
  const { page } = own
  const added = await drop(page, 'debug', 320, 60)
  await page.getByText('Saved', { exact: true }).waitFor()
  await using other = await asAda('reloaded')
  const theirs = await drop(other.page, 'filter', 320, 260)
  await page.reload()
  await nodeCard(page, theirs).waitFor()
  await page.getByRole('button', { name: 'Undo: add node' }).click()
  await expect.poll(() => nodeIds(other.page)).toEqual(['bell', theirs])
  await page.getByRole('button', { name: 'Redo: add node' }).click()
  await expect
    .poll(async () => (await nodeIds(other.page)).toSorted())
    .toEqual(['bell', added, theirs].toSorted())
  expect([...own.complaints, ...other.complaints]).toEqual([])
})

test('what has not arrived is kept over a reload, and sent then', async () => {
  await newFlow('kept')
  await using browser = await asOwner('kept')
  const { page } = browser
  await page.route('**/api/flows/kept/changes', (route) => route.abort())
  const added = await drop(page, 'debug', 320, 60)
  await page.getByText('Server away').waitFor()
  await page.unroute('**/api/flows/kept/changes')
  await page.reload()
  await nodeCard(page, added).waitFor()
  await expect
    .poll(async () => (await server.api('GET', '/api/flows/kept')).body.nodes.length, { timeout: 10_000 })
    .toBe(2)
})

test('people see what others have selected, and a field is locked while somebody types in it', async () => {
  await newFlow('seen')
  await using own = await asOwner('seen')
  await using other = await asAda('seen')
  await own.page.getByRole('button', { name: /^Ada Lovelace has this flow open/ }).waitFor()
  await select(other.page, 'bell')
  await own.page.locator('[data-person="Ada Lovelace"]').waitFor()
  await select(own.page, 'bell')
  await other.page.getByLabel('Name', { exact: true }).fill('Door bell')
  await own.page.getByText('Ada Lovelace is typing here').waitFor()
  await expect.poll(() => own.page.getByLabel('Name', { exact: true }).inputValue()).toBe('Door bell')
  await own.page.getByText('Ada Lovelace is typing here').waitFor({ state: 'detached' })
  await own.page.getByLabel('Name', { exact: true }).fill('Front door')
  await expect.poll(() => other.page.getByLabel('Name', { exact: true }).inputValue()).toBe('Front door')
  await other.page.close()
  await own.page.getByRole('button', { name: /^Ada Lovelace has/ }).waitFor({ state: 'detached' })
})

test('the list of steps says who did what, and leads back to before an own one', async () => {
  await newFlow('steps')
  await using own = await asOwner('steps')
  const { page } = own
  for (const [type, y] of [
    ['debug', 60],
    ['filter', 160],
    ['delay', 260],
  ] as const)
    await drop(page, type, 320, y)
  await page.getByRole('button', { name: 'All steps' }).click()
  const steps = page.getByRole('button', { name: 'Undo back to here: add node' })
  await expect.poll(() => steps.count()).toBe(3)
  await steps.nth(1).click()
  await expect.poll(async () => (await nodeIds(page)).length).toBe(2)
  await expect.poll(async () => (await server.api('GET', '/api/flows/steps')).body.nodes.length).toBe(2)
})

test('what a script saves through the API is there at once, and own steps can still be undone', async () => {
  await newFlow('script')
  await using browser = await asAda('script')
  const { page } = browser
  const added = await drop(page, 'debug', 320, 60)
  await page.getByText('Saved', { exact: true }).waitFor()
  const read = await server.api('GET', '/api/flows/script')
  const body = { ...read.body, name: 'By a script' }
  const etag = read.headers.get('etag') ?? ''
  expect((await server.api('PUT', '/api/flows/script', body, { 'if-match': etag })).status).toBe(200)
  await expect.poll(() => page.getByLabel('Name of the flow').inputValue()).toBe('By a script')
  expect((await server.api('PUT', '/api/flows/script', body, { 'if-match': etag })).status).toBe(412)
  await page.getByRole('button', { name: 'Undo: add node' }).click()
  await expect.poll(() => nodeIds(page)).not.toContain(added)
  expect((await server.api('GET', '/api/flows/script')).body.name).toBe('By a script')
})
