import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { type BrowserOptions, signIn } from '#rig/browser.ts'
import { clickWire, nodeCard, select, wireAt } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  return () => server[Symbol.asyncDispose]()
})

const node = (id: string, type: string, at: [number, number], config = {}): FlowNode => ({
  ...{ id, type, at, config },
})
const lamps = (id: string): Flow => ({
  ...emptyFlow(id, 'House'),
  nodes: [
    node('bell', 'inject', [80, 120], { payload: 1 }),
    { ...node('hall', 'subflow', [400, 120], { subflow: 'lamp' }), name: 'Hall' },
    { ...node('porch', 'subflow', [400, 240], { subflow: 'lamp' }), name: 'Porch' },
    node('sink', 'debug', [720, 120]),
  ],
  wires: [
    ['bell.out', 'hall.in'],
    ['hall.out', 'sink.in'],
  ],
  subflows: [
    {
      ...{ id: 'lamp', name: 'Lamp', description: '', groups: [] },
      nodes: [
        node('in', 'subflow-input', [80, 120]),
        { ...node('dim', 'template', [400, 120], { template: 'bright' }), name: 'Dim' },
        node('out', 'subflow-output', [720, 120]),
      ],
      wires: [
        ['in.out', 'dim.in'],
        ['dim.out', 'out.in'],
      ],
    },
  ],
})
async function open(flow: Flow, options: BrowserOptions = {}) {
  await server.api('PUT', `/api/flows/${flow.id}`, flow)
  const browser = await signIn(server.url, `/flows/${flow.id}`, { width: 1600, ...options })
  onTestFinished(() => browser[Symbol.asyncDispose]())
  await nodeCard(browser.page, 'bell').waitFor()
  return browser
}
const wires = async (id: string) =>
  ((await server.api('GET', `/api/flows/${id}`)).body as Flow).wires.map((wire) => wire.join(' '))

test('the wire under the pointer offers to put a node in, and can still be clicked itself', async () => {
  const { page, complaints } = await open(lamps('plus'))
  await page.mouse.move(...(await wireAt(page, 'bell.out', 'hall.in')))
  const plus = page.getByRole('button', { name: 'Put a node here' })
  const box = await plus.boundingBox()
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24)
  await plus.click()
  await page.getByRole('combobox', { name: 'Add a node' }).fill('delay')
  await page.keyboard.press('Enter')
  await expect
    .poll(() => wires('plus'))
    .toEqual(['bell.out delay.in', 'delay.out hall.in', 'hall.out sink.in'])
  await clickWire(page, 'hall.out', 'sink.in')
  await page.getByTestId('canvas').getByRole('button', { name: 'Remove wire' }).waitFor()
  await page.mouse.move(10, 10)
  expect(await plus.count()).toBe(1) // that of the selected wire
  expect(complaints).toEqual([])
})

test('a message is sent at the port of a node in a subflow, at the place through which it was opened', async () => {
  const { page, complaints } = await open(lamps('play'))
  await server.api('POST', '/api/flows/play/deploy', {})
  await select(page, 'porch')
  await page.keyboard.press('Enter')
  // While the view still moves to fit what was opened, the card can leave a pointer that stands still.
  const hoverAndPlay = async () => {
    await nodeCard(page, 'dim').hover()
    await page.getByRole('button', { name: 'Send a message here' }).click({ timeout: 500 })
    return 'played'
  }
  await expect.poll(hoverAndPlay).toBe('played')
  const inspector = page.locator('[data-inspector]')
  await inspector.getByRole('combobox', { name: 'In which place' }).waitFor()
  await inspector.getByText('Typed').click()
  await inspector.getByRole('button', { name: 'Send', exact: true }).click()
  await inspector.getByText('Done in').waitFor()
  await inspector.getByText('Porch › Dim').first().waitFor()
  expect(complaints).toEqual([])
})

test('on a phone the node that was tapped has the button, large enough for a finger', async () => {
  const { page } = await open(lamps('touch'), { width: 390, height: 844, hasTouch: true })
  await nodeCard(page, 'hall').tap()
  const play = page.getByTestId('play-here')
  const box = await play.boundingBox()
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24)
  await play.tap()
  await page.getByRole('dialog').getByText('Sends one message here').waitFor()
})
