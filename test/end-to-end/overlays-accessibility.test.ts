import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { nodeCard } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { violations } from '#rig/violations.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  const nodes = [
    { id: 'bell', type: 'mqtt-in', name: 'Bell', at: [80, 80], config: { topic: 'home/bell' } },
    { id: 'open', type: 'filter', at: [320, 80], config: { rejected: true } },
    { id: 'show', type: 'debug', at: [560, 80], config: {} },
    { id: 'mail', type: 'email', at: [80, 240], config: {} },
  ]
  const wires = [
    ['bell.out', 'open.in'],
    ['open.out', 'show.in'],
    ['open.error', 'show.in'],
  ]
  const flow = { format: 'wirehouse/flow@1', id: 'seen', name: 'Seen', nodes, wires }
  await server.api('PUT', '/api/flows/seen', flow, { prefer: 'handling=lenient' })
})
afterAll(() => server[Symbol.asyncDispose]())

const looks = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 1440, height: 900, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const

/** Opens something over the page, or in its place. */
const views: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'the flow with a node selected': async (page) => {
    await nodeCard(page, 'open').click({ position: { x: 60, y: 12 } })
  },
  'quick add': async (page) => {
    await page.keyboard.press('a')
    await page.getByRole('combobox', { name: 'Add a node' }).waitFor()
  },
  'the menu of a node': async (page) => {
    await page.keyboard.press('Escape')
    await nodeCard(page, 'open').click({ button: 'right', position: { x: 60, y: 12 } })
    await page.getByRole('menu').waitFor()
  },
  'the command palette': async (page) => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Search and commands' }).waitFor()
    await page.keyboard.type('be')
  },
  'the command palette without an answer': (page) => page.keyboard.type(' zzzz'),
  'the shortcuts': async (page) => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  },
  'the list of the flow': async (page) => {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Show as a list' }).click()
    const tree = page.getByRole('tree', { name: /^The flow as a list/ })
    await tree.focus()
    await page.keyboard.press('ArrowDown')
  },
  'a step being added': async (page) => {
    await page.keyboard.press('a')
    await page.getByRole('combobox', { name: 'Add a step after it' }).waitFor()
  },
}

test.each(looks)(
  'axe finds nothing in what opens over a flow: $width wide, $colorScheme',
  { timeout: 90_000 },
  async (look) => {
    await using browser = await signIn(server.url, '/flows/seen', look)
    const { page } = browser
    await page.locator('.react-flow__node').first().waitFor()
    const found: Record<string, string[]> = {}
    for (const [name, open] of Object.entries(views)) {
      await open(page)
      found[name] = await violations(page)
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(views).map((name) => [name, []])))
  },
)
