import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let dataDir: string
let server: ServerProcess
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))
beforeEach(async () => {
  server = await startServerProcess({ dataDir })
  const nodes = [{ id: 'go', type: 'inject', at: [80, 80], config: {} }]
  const flow = { format: 'wirehouse/flow@1', id: 'door', name: 'Door alarm', nodes, wires: [] }
  await server.api('PUT', '/api/flows/door', flow)
})
afterEach(() => server[Symbol.asyncDispose]())

/** The same house again, at the same address. */
async function startAgain(): Promise<void> {
  const env = { WIREHOUSE_HTTP_PORT: String(server.httpPort) }
  server = await startServerProcess({ dataDir, env })
}

const workerReady = (page: Page) => page.evaluate(async () => (await navigator.serviceWorker.ready).scope)

/** The addresses of all that the browser has kept for the worker. */
const keptFiles = (page: Page) =>
  page.evaluate(async () => {
    const caches = await Promise.all((await window.caches.keys()).map((name) => window.caches.open(name)))
    const requests = await Promise.all(caches.map((cache) => cache.keys()))
    return requests.flat().map(({ url }) => new URL(url).pathname)
  })

test('a page says that the server is away, shows what is old as old, and is live again by itself', async () => {
  await using browser = await signIn(server.url, '/flows/door')
  const { page } = browser
  await page.locator('.react-flow__node').waitFor()
  await server.kill('SIGKILL')
  await page.getByText(/^Server away since \d+:\d+/).waitFor()
  expect(await page.locator('[data-old]').count()).toBe(1)
  await page.getByRole('button', { name: 'Try now' }).click()
  // said for some seconds only, and perhaps before the rig itself knows
  await Promise.all([page.getByText('The server is back.').waitFor(), startAgain()])
  expect(await page.locator('[data-old]').count()).toBe(0)
  expect(await page.getByText('Server away since').count()).toBe(0)
})

/** A browser that keeps nothing of the app, as any does that did not come by https. */
async function keepNothing(page: Page): Promise<void> {
  await workerReady(page)
  await page.evaluate(async () => {
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister()
  })
  await page.addInitScript(() => {
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('There are no workers here.'))
  })
  await page.reload()
}

test('what is first needed while the house is away comes when it is back', async () => {
  await using browser = await signIn(server.url, '/flows/door')
  const { page } = browser
  await keepNothing(page)
  await page.locator('.react-flow__node').waitFor()
  await server.kill('SIGKILL')
  await page.getByText(/^Server away since/).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('button', { name: 'Try now' }).click()
  await Promise.all([page.getByText('The server is back.').waitFor(), startAgain()])
  await page.getByRole('dialog', { name: 'Commands' }).waitFor()
  expect(await page.getByText('Parts of this page').count()).toBe(0)
})

test('what the house no longer has is missed and said, and nothing else breaks', async () => {
  await using browser = await signIn(server.url, '/flows/door')
  const { page } = browser
  await page.route('**/assets/command-palette*', (route) => route.abort())
  await keepNothing(page)
  await page.locator('.react-flow__node').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByText('Parts of this page could not be fetched').waitFor()
  expect(await page.locator('.react-flow__node').count()).toBe(1)
  await page.unroute('**/assets/command-palette*')
  await page.getByRole('button', { name: 'Load again' }).click()
  await page.locator('.react-flow__node').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Commands' }).waitFor()
})

test('the app opens while the house is away, shows nothing of it, and comes in when it is back', async () => {
  await using browser = await signIn(server.url, '/flows', { language: 'de' })
  const { page } = browser
  await page.getByText('Door alarm').waitFor()
  await workerReady(page)
  await server.kill('SIGKILL')
  await page.goto(`${server.url}/flows/door`)
  await page.getByRole('heading', { name: 'Das Haus antwortet nicht' }).waitFor()
  expect(await page.getByText('Door alarm').count()).toBe(0)
  await startAgain()
  await page.locator('.react-flow__node').waitFor({ timeout: 20_000 })
})

test('the worker keeps the shell, and nothing that the house said', async () => {
  await using browser = await signIn(server.url, '/flows')
  const { page } = browser
  await workerReady(page)
  await page.reload()
  await page.getByText('Door alarm').waitFor()
  const kept = await keptFiles(page)
  expect(kept).toContain('/index.html')
  expect(kept.filter((path) => path !== '/index.html' && !path.startsWith('/assets/'))).toEqual([])
  expect(browser.complaints).toEqual([])
})

test('the manifest names icons that are there, in the sizes that it says', async () => {
  await using browser = await signIn(server.url, '/settings')
  const { page } = browser
  const devtools = await page.context().newCDPSession(page)
  const { url, errors } = await devtools.send('Page.getAppManifest')
  expect([new URL(url).pathname, errors]).toEqual(['/app.webmanifest', []])
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
  const ids = installabilityErrors.map(({ errorId }) => errorId)
  expect(ids.filter((id) => id !== 'in-incognito')).toEqual([])
  await page.getByRole('heading', { name: 'As an app on this device' }).waitFor()
})
