import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '#rig/browser.ts'
import { chains } from '#rig/chains.ts'
import { OWNER, type ServerProcess, startServerProcess } from '#rig/server-process.ts'

// What can be counted holds on every machine; times are measured by `npm run bench -- --only editor`.

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A flow of so many nodes, opened by somebody who was never here but is signed in. */
async function openFirst(nodes: number, watch: (session: CDPSession) => void = () => undefined) {
  const id = `chains-${nodes}`
  const file = { format: 'wirehouse/flow@1', id, name: id, ...chains(nodes) }
  await server.api('PUT', `/api/flows/${id}`, file, { prefer: 'handling=lenient' })
  const browser = await openBrowser('about:blank')
  const context = browser.page.context()
  const answer = await context.request.post(`${server.url}/api/session`, {
    data: OWNER,
    headers: { origin: server.url },
  })
  expect(answer.ok()).toBe(true)
  const session = await context.newCDPSession(browser.page)
  await session.send('Network.enable')
  await session.send('Performance.enable')
  watch(session)
  await browser.page.goto(`${server.url}/flows/${id}`)
  await browser.page.getByTestId('canvas').waitFor()
  await browser.page.waitForLoadState('networkidle')
  return { browser, session }
}

const metricsOf = async (session: CDPSession): Promise<Readonly<Record<string, number>>> => {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}
const elementsOf = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length)
test.each([0, 2_000])('the first look at a flow of %d nodes asks for little', async (nodes) => {
  let [bytes, requests] = [0, 0]
  const { browser } = await openFirst(nodes, (session) => {
    session.on('Network.requestWillBeSent', ({ request }) => {
      if (request.url.startsWith('http')) requests++
    })
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
  })
  await using page = browser
  void page
  expect(requests).toBeLessThanOrEqual(MOST_REQUESTS)
  expect(bytes / 1_000).toBeLessThanOrEqual(MOST_KILOBYTES)
})

/** On the wire, packed; all that is asked for until nothing more comes. */
const MOST_KILOBYTES = 300
const MOST_REQUESTS = 15

test('a flow of 2,000 nodes is a small page, seen whole and at 100 %', async () => {
  const { browser, session } = await openFirst(2_000)
  await using rig = browser
  const { page } = rig
  expect(await elementsOf(page)).toBeLessThan(1_000)
  const { JSHeapUsedSize = 0, JSEventListeners = 0 } = await metricsOf(session)
  expect(JSHeapUsedSize / 1e6).toBeLessThan(25)
  expect(JSEventListeners).toBeLessThan(2_000)
  await page.goto(`${server.url}/flows/chains-2000?node=n1000`)
  await page.locator('.react-flow__node[data-id="n1000"]').waitFor()
  expect(await elementsOf(page)).toBeLessThan(3_000)
})

test('a flow of 2,000 nodes is panned over from end to end, and nothing is left behind', async () => {
  const { browser, session } = await openFirst(2_000)
  await using rig = browser
  const { page } = rig
  const jump = async (node: string) => {
    await page.goto(`${server.url}/flows/chains-2000?node=${node}`)
    await page.locator(`.react-flow__node[data-id="${node}"]`).waitFor()
  }
  await jump('n0')
  const pane = await page.locator('.react-flow__pane').boundingBox()
  if (!pane) throw new Error('no canvas')
  const panOver = async () => {
    for (let stroke = 0; stroke < 6; stroke++) {
      await page.mouse.move(pane.x + pane.width / 2, pane.y + pane.height - 30)
      await page.mouse.down({ button: 'middle' })
      await page.mouse.move(pane.x + pane.width / 2, pane.y + 60, { steps: 6 })
      await page.mouse.up({ button: 'middle' })
    }
  }
  await panOver()
  const before = await metricsOf(session)
  await panOver()
  const after = await metricsOf(session)
  expect(after['JSEventListeners']).toBeLessThan((before['JSEventListeners'] ?? 0) * 1.5)
  expect(await elementsOf(page)).toBeLessThan(3_000)
})

test('a press on a button whose icon comes meanwhile is a click', async () => {
  await server.api('PUT', '/api/flows/chains-0', { format: 'wirehouse/flow@1', name: 'chains-0', nodes: [] })
  await using browser = await openBrowser('about:blank', {}, server.url)
  const { page } = browser
  const icons = Promise.withResolvers<void>()
  await page.route('**/more-icon-*.js', async (route) => {
    await icons.promise
    await route.continue()
  })
  await page.request.post(`${server.url}/api/session`, { data: OWNER, headers: { origin: server.url } })
  await page.goto(`${server.url}/flows`)
  const button = page.getByRole('main').getByRole('button', { name: 'Actions for chains-0' })
  const place = await button.boundingBox()
  if (!place) throw new Error('no button')
  await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2)
  await page.mouse.down()
  expect(await button.locator('path, circle').count()).toBe(0)
  icons.resolve()
  await button.locator('path, circle').first().waitFor({ state: 'attached' })
  await page.mouse.up()
  await page.getByRole('menuitem', { name: 'Delete' }).waitFor()
})
