import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { type BrowserOptions, signIn } from '#rig/browser.ts'
import { nodeCard, select } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  return () => server[Symbol.asyncDispose]()
})

const node = (id: string, type: string, x: number, config = {}): FlowNode => ({
  ...{ id, type, at: [x, 120], config },
})
const house = (id: string): Flow => ({
  ...emptyFlow(id, 'House'),
  nodes: [
    node('bell', 'inject', 80, { payload: 1 }),
    node('wrong', 'debounce', 336, { quietMs: 'soon' }),
    node('sink', 'debug', 592),
  ],
  wires: [
    ['bell.out', 'wrong.in'],
    ['bell.out', 'sink.in'],
  ],
})
async function open(flow: Flow, options: BrowserOptions = {}) {
  // A draft may be wrong; what is put by this door may not.
  const disabled = flow.nodes.map((each) => (each.id === 'wrong' ? { ...each, disabled: true } : each))
  await server.api('PUT', `/api/flows/${flow.id}`, { ...flow, nodes: disabled })
  const browser = await signIn(server.url, `/flows/${flow.id}`, options)
  onTestFinished(() => browser[Symbol.asyncDispose]())
  await nodeCard(browser.page, 'bell').waitFor()
  return browser
}
const disabledIn = async (id: string) => {
  const { body } = await server.api('GET', `/api/flows/${id}`)
  return (body as Flow).nodes.flatMap((each) => (each.disabled ? [each.id] : []))
}
const soon = (ask: () => Promise<unknown>) => expect.poll(ask, { timeout: 5_000 })

test('a node is disabled and enabled by D, says so on its card and aloud, and undo takes it back', async () => {
  const { page, complaints } = await open(house('by-key'))
  await select(page, 'sink')
  await page.keyboard.press('d')
  await nodeCard(page, 'sink').getByText('Disabled').waitFor()
  await page.getByText(/^Debug selected, .*disabled$/i).waitFor({ state: 'attached' })
  await soon(() => disabledIn('by-key')).toEqual(['wrong', 'sink'])
  await page.keyboard.press('Control+z')
  await soon(() => disabledIn('by-key')).toEqual(['wrong'])
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await soon(() => disabledIn('by-key')).toEqual(['wrong'])
  expect(complaints).toEqual([])
})

test('what is wrong with a disabled node keeps nothing from running, and nothing reaches it', async () => {
  await open(house('runs'))
  const deployed = await server.api('POST', '/api/flows/runs/deploy')
  expect(deployed.status).toBe(200)
  await server.api('POST', '/api/flows/runs/nodes/bell/inject', { payload: 1 })
  expect((await server.api('POST', '/api/flows/runs/nodes/sink/inject', { payload: 2 })).status).toBe(200)
  expect((await server.api('POST', '/api/flows/runs/nodes/wrong/inject', { payload: 3 })).status).toBe(404)
})

test('on a phone it is seen in the list, and enabled where its settings are', async () => {
  const { page } = await open(house('by-touch'), { width: 390, height: 844, hasTouch: true })
  await page.getByRole('button', { name: 'Show as a list' }).tap()
  const row = page.getByRole('treeitem').filter({ hasText: 'Debounce' })
  await row.getByText('Disabled').waitFor()
  await row.tap()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Quiet time', { exact: true }).waitFor() // the form has come, and the sheet its height
  await sheet.getByRole('button', { name: 'Enable' }).first().tap()
  await soon(() => disabledIn('by-touch')).toEqual([])
})
