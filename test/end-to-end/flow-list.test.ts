import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserOptions, signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

const nodes = [
  { id: 'bell', type: 'mqtt-in', name: 'Bell', at: [80, 120], config: { topic: 'home/bell' } },
  { id: 'quiet', type: 'debounce', at: [320, 120], config: {} },
  { id: 'show', type: 'debug', at: [560, 120], config: {} },
]
const wires = [
  ['bell.out', 'quiet.in'],
  ['quiet.out', 'show.in'],
]

/** A flow of its own for a test, open as a list. */
async function openList(id: string, flow: Record<string, unknown> = {}, options: BrowserOptions = {}) {
  await server.api('PUT', `/api/flows/${id}`, {
    format: 'wirehouse/flow@1',
    id,
    name: id,
    nodes,
    wires,
    ...flow,
  })
  const browser = await signIn(server.url, `/flows/${id}`, options)
  await browser.page.getByRole('button', { name: 'Show as a list' }).click()
  const tree = browser.page.getByRole('tree', { name: /^The flow as a list/ })
  await tree.or(browser.page.getByText('Start with a rule')).first().waitFor()
  return { browser, page: browser.page, tree }
}

/** The rows that show, as their level and what is read aloud. */
const rows = (page: Page) =>
  page
    .getByTestId('flow-list')
    .getByRole('treeitem')
    .evaluateAll((items) =>
      items.map((item) => {
        const text = document.getElementById(item.getAttribute('aria-labelledby') ?? '')?.textContent
        return `${item.ariaLevel} ${text?.replaceAll(/\s+/g, ' ').trim()}`
      }),
    )
const wiresOf = async (id: string) => (await server.api('GET', `/api/flows/${id}`)).body.wires

test('a flow reads as rules, and is walked through as a tree', async () => {
  const { browser, page, tree } = await openList('read')
  await using _ = browser
  expect(await rows(page)).toEqual([
    '1 When Bell home/bell',
    '2 Then Debounce 500 ms, trailing',
    '2 Then Debug',
  ])
  await tree.focus()
  await page.keyboard.press('End')
  await page.getByRole('heading', { name: 'Debug' }).waitFor()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  expect(await rows(page)).toEqual(['1 When Bell home/bell'])
  await page.keyboard.press('ArrowRight')
  expect((await rows(page)).length).toBe(3)
  expect(browser.complaints).toEqual([])
})

test('steps are added, moved, branched and removed by keys, and undone', async () => {
  const { browser, page, tree } = await openList('edit')
  await using _ = browser
  await tree.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('a')
  await page.getByRole('combobox', { name: 'Add a step after it' }).waitFor()
  await page.keyboard.type('delay')
  await page.keyboard.press('Enter')
  const chain = (...ids: readonly string[]) =>
    ids.slice(1).map((id, index) => [`${ids[index]}.out`, `${id}.in`])
  await expect
    .poll(async () => (await wiresOf('edit')).toSorted())
    .toEqual(chain('bell', 'delay', 'quiet', 'show').toSorted())
  await page.keyboard.press('Alt+ArrowDown')
  await expect
    .poll(async () => (await wiresOf('edit')).toSorted())
    .toEqual(chain('bell', 'quiet', 'delay', 'show').toSorted())
  await page.keyboard.press('Delete')
  await expect
    .poll(async () => (await wiresOf('edit')).toSorted())
    .toEqual(chain('bell', 'quiet', 'show').toSorted())
  await page.keyboard.press('Home')
  await page.keyboard.press('b')
  await page.keyboard.type('debug')
  await page.keyboard.press('Enter')
  await expect.poll(() => rows(page)).toContain('2 Also')
  for (let step = 0; step < 4; step++) await page.keyboard.press('Control+z')
  await expect.poll(() => wiresOf('edit')).toEqual(wires)
})

test('a rule is begun in an empty flow on a phone, and its settings open with a tap', async () => {
  const { browser, page } = await openList('phone', { nodes: [], wires: [] }, { width: 390, height: 844 })
  await using _ = browser
  await page.getByRole('button', { name: 'New rule' }).click()
  await page.keyboard.type('mqtt')
  await page.getByRole('option', { name: /^MQTT in/ }).click()
  await page.getByRole('button', { name: 'Add a step after “MQTT in”' }).click()
  await page.getByRole('option', { name: /^Debug/ }).click()
  await expect.poll(() => wiresOf('phone')).toEqual([['mqtt-in.out', 'debug.in']])
  await page.getByRole('treeitem', { name: /^When MQTT in/ }).click()
  await page.getByRole('dialog').getByLabel('Topic').fill('home/bell')
  await expect
    .poll(async () => (await server.api('GET', '/api/flows/phone')).body.nodes[0].config)
    .toEqual({ topic: 'home/bell' })
})

test('what was chosen is remembered, for this kind of screen', async () => {
  const { browser, page, tree } = await openList('kept')
  await using _ = browser
  await page.reload()
  await tree.waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByTestId('canvas').waitFor()
})
