import type { Page } from 'playwright-core'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { signIn } from '#rig/browser.ts'
import { nodeCard, portAt } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  return () => server[Symbol.asyncDispose]()
})

const node = (id: string, type: string, at: [number, number], config = {}): FlowNode => ({
  ...{ id, type, at, config },
})
async function open(id: string) {
  const flow: Flow = {
    ...emptyFlow(id, 'House'),
    nodes: [node('heard', 'mqtt-in', [80, 120], { topic: 'a', payload: 'text' })],
    subflows: [
      {
        ...{ id: 'numbers', name: 'Numbers', description: '', wires: [], groups: [] },
        nodes: [node('in', 'subflow-input', [0, 0], { kind: 'number' })],
      },
    ],
  }
  await server.api('PUT', `/api/flows/${id}`, flow)
  const browser = await signIn(server.url, `/flows/${id}`)
  onTestFinished(() => browser[Symbol.asyncDispose]())
  await nodeCard(browser.page, 'heard').waitFor()
  return browser.page
}
async function dropInVoid(page: Page, down = 40): Promise<void> {
  const [x, y] = await portAt(page, 'heard.out')
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + 200, y + down, { steps: 6 })
  await page.mouse.up()
}
const wires = async (id: string) =>
  ((await server.api('GET', `/api/flows/${id}`)).body as Flow).wires.map((wire) => wire.join(' '))
const soon = (ask: () => Promise<unknown>) => expect.poll(ask, { timeout: 5_000 })

test('with a wire in hand what fits stands first, and the rest says why it does not', async () => {
  const page = await open('listed')
  await dropInVoid(page)
  const options = page.getByRole('option')
  await options.first().waitFor()
  const misfits = await options.evaluateAll((all) => all.map((one) => one.dataset['misfit'] === 'true'))
  expect(misfits.indexOf(true)).toBeGreaterThan(5)
  expect(misfits.slice(misfits.indexOf(true))).not.toContain(false)
  await options.filter({ hasText: 'Has no input: is not wired' }).first().waitFor()
  await options.filter({ hasText: 'Takes numbers: “Function” comes between' }).waitFor()
})

test('one that does not fit is wired through a converter, or stands unwired', async () => {
  const page = await open('through')
  await dropInVoid(page)
  await page.getByRole('combobox', { name: 'Add a node' }).fill('numbers')
  await page.keyboard.press('Enter')
  await soon(() => wires('through')).toEqual(['heard.out function.in', 'function.out subflow.in'])
  await dropInVoid(page, 240)
  await page.getByRole('combobox', { name: 'Add a node' }).fill('inject')
  await page.keyboard.press('Enter')
  await nodeCard(page, 'inject').waitFor()
  expect(await wires('through')).toHaveLength(2)
})

test('while a tapped port waits, the palette is sorted by what fits it, and wires what is chosen', async () => {
  const page = await open('palette')
  await page.mouse.click(...(await portAt(page, 'heard.out')))
  await page.getByRole('heading', { name: 'Fits this wire' }).waitFor()
  await page.locator('button[data-type="debug"]').click()
  await soon(() => wires('palette')).toEqual(['heard.out debug.in'])
  await page.getByRole('heading', { name: 'Fits this wire' }).waitFor({ state: 'detached' })
})
