import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserOptions, signIn } from '#rig/browser.ts'
import { focused, go } from '#rig/by-keyboard.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

async function openFlow(id: string, flow: Record<string, unknown> = {}, options: BrowserOptions = {}) {
  await server.api('PUT', `/api/flows/${id}`, {
    format: 'wirehouse/flow@1',
    id,
    name: id,
    nodes: [],
    wires: [],
    ...flow,
  })
  const browser = await signIn(server.url, `/flows/${id}`, options)
  await browser.page.locator('.react-flow__pane').waitFor()
  return browser
}

test('nodes are found by what people call them, in both languages at once', async () => {
  await using browser = await openFlow('words')
  const { page } = browser
  const field = page.getByRole('searchbox', { name: 'Search nodes' })
  const first = () => page.locator('button[data-type]').first().getAttribute('data-type')
  for (const [query, type] of [
    ['cron', 'inject'],
    ['Zeitschaltuhr', 'inject'],
    ['Weiche', 'switch'],
    ['subscribe', 'mqtt-in'],
    ['Türklingel', null],
  ] as const) {
    await field.fill(query)
    if (type === null) await page.getByText('Nothing found for “Türklingel”.').waitFor()
    else await expect.poll(first).toBe(type)
  }
})

test('what one likes stands first, here and in quick add, and stays so', async () => {
  await using browser = await openFlow('liked')
  const { page } = browser
  await page.getByRole('button', { name: 'Favourite: Template' }).click()
  await page.reload()
  await page.getByRole('heading', { name: 'Favourites' }).waitFor()
  await page.locator('.react-flow__pane').dblclick({ position: { x: 200, y: 200 } })
  await expect.poll(() => page.getByRole('option').first().innerText()).toMatch(/^Template/)
})

test('the palette is one tab stop, worked by arrows', async () => {
  await using browser = await openFlow('arrows')
  const { page } = browser
  await go(page, /^Search nodes/)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Favourites' }).waitFor()
  expect(await focused(page)).toMatch(/^Favourite: /)
  await page.keyboard.press('Tab')
  expect(await focused(page)).toMatch(/^Flow: /)
})

test('one topic is found among 2,000 nodes', async () => {
  const nodes = Array.from({ length: 2_000 }, (_, n) => ({
    id: `n${n}`,
    type: n % 6 === 0 ? 'mqtt-in' : 'debounce',
    at: [(n % 6) * 240, Math.floor(n / 6) * 100],
    config: n % 6 === 0 ? { topic: `home/${n}/temperature` } : {},
  }))
  await using browser = await openFlow('many', { nodes })
  const { page } = browser
  await page.getByTestId('canvas').focus()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Search and commands' }).waitFor()
  await page.keyboard.type('home/666')
  await page.getByRole('option', { name: /home\/666\/temperature/ }).waitFor()
})
