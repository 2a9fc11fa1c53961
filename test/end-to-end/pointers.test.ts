import type { Page } from 'playwright-core'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { type BrowserRig, openBrowser, signIn } from '#rig/browser.ts'
import { nodeCard, select } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const ada = { name: 'Ada', password: 'many coloured stones' }
let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  await server.api('POST', '/api/users', { ...ada, role: 'viewer' })
  await server.api('PUT', '/api/flows/house', house)
  return () => server[Symbol.asyncDispose]()
})

const node = (id: string, type: string, at: [number, number], config = {}): FlowNode => ({
  ...{ id, type, at, config },
})
const house: Flow = {
  ...emptyFlow('house', 'House'),
  nodes: [node('bell', 'inject', [80, 120]), node('hall', 'subflow', [400, 120], { subflow: 'lamp' })],
  subflows: [
    {
      ...{ id: 'lamp', name: 'Lamp', description: '', groups: [], wires: [] },
      nodes: [node('in', 'subflow-input', [80, 120])],
    },
  ],
}

async function asAda(): Promise<BrowserRig> {
  const browser = await openBrowser(server.url)
  const { page } = browser
  await page.getByLabel('Name').fill(ada.name)
  await page.getByLabel('Password', { exact: true }).fill(ada.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation').first().waitFor()
  await page.goto(`${server.url}/flows/house`)
  return browser
}
/** How far the tip of the pointer is from the middle of a node, in pixels of the screen. */
async function distanceTo(page: Page, id: string): Promise<number> {
  const tip = await page.locator('[data-pointer="Ada"]').boundingBox()
  const card = await nodeCard(page, id).boundingBox()
  if (!tip || !card) return Number.POSITIVE_INFINITY
  return Math.hypot(tip.x - (card.x + card.width / 2), tip.y - (card.y + card.height / 2))
}

test('people see where others point, also who only looks, on the same drawing and while it moves', async () => {
  const own = await signIn(server.url, '/flows/house', { width: 1200 })
  onTestFinished(() => own[Symbol.asyncDispose]())
  await nodeCard(own.page, 'bell').waitFor()
  const other = await asAda()
  onTestFinished(() => other[Symbol.asyncDispose]())
  await nodeCard(other.page, 'bell').waitFor()
  await own.page.getByRole('button', { name: /Ada/ }).waitFor()

  await nodeCard(other.page, 'bell').hover()
  await own.page.locator('[data-pointer="Ada"]').waitFor()
  await expect.poll(() => distanceTo(own.page, 'bell')).toBeLessThan(2)
  await nodeCard(other.page, 'hall').hover()
  await expect.poll(() => distanceTo(own.page, 'hall')).toBeLessThan(2)

  await select(own.page, 'hall')
  await own.page.keyboard.press('Enter')
  await nodeCard(own.page, 'in').waitFor()
  await own.page.locator('[data-pointer="Ada"]').waitFor({ state: 'detached' })
  expect([...own.complaints, ...other.complaints]).toEqual([])
})
