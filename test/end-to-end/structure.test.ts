import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { type BrowserOptions, signIn } from '#rig/browser.ts'
import { nodeCard, select, wireAt } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  return () => server[Symbol.asyncDispose]()
})

const node = (id: string, type: string, at: [number, number], config = {}): FlowNode => ({
  id,
  type,
  at,
  config,
})

const house = (id: string): Flow => ({
  ...emptyFlow(id, 'House'),
  nodes: [
    node('bell', 'inject', [80, 120], { payload: 1 }),
    node('first', 'filter', [336, 120]),
    node('second', 'filter', [592, 120]),
    node('sink', 'debug', [848, 120]),
    node('free', 'filter', [336, 320]),
  ],
  wires: [
    ['bell.out', 'first.in'],
    ['first.out', 'second.in'],
    ['second.out', 'sink.in'],
  ],
})

async function open(flow: Flow, options: BrowserOptions = {}) {
  await server.api('PUT', `/api/flows/${flow.id}`, flow)
  const browser = await signIn(server.url, `/flows/${flow.id}`, { width: 1600, ...options })
  onTestFinished(() => browser[Symbol.asyncDispose]())
  await nodeCard(browser.page, flow.nodes[0]?.id ?? '').waitFor()
  return browser
}
const stored = async (id: string): Promise<Flow> => (await server.api('GET', `/api/flows/${id}`)).body
const wires = async (id: string) => (await stored(id)).wires.map((wire) => wire.join(' '))
const soon = (ask: () => Promise<unknown>) => expect.poll(ask, { timeout: 5_000 })

test('a group is made, shown as one card with its wires, opened and taken away, by keyboard', async () => {
  const { page, complaints } = await open(house('groups'))
  await select(page, 'first')
  await page.keyboard.down('Control')
  await select(page, 'second')
  await page.keyboard.up('Control')
  await page.keyboard.press('g')
  await page.getByTestId('frame').waitFor()
  await page.keyboard.press('Shift+F')
  await nodeCard(page, 'group/group').waitFor()
  expect(await nodeCard(page, 'first').count()).toBe(0)
  await soon(async () => (await stored('groups')).groups).toEqual([
    { id: 'group', name: '', collapsed: true },
  ])
  await page.keyboard.press('Enter')
  await nodeCard(page, 'first').waitFor()
  await page.keyboard.press('Shift+G')
  await soon(async () => (await stored('groups')).groups).toEqual([])
  expect(complaints).toEqual([])
})

test('a group is moved by its head, and what is dropped on it joins', async () => {
  const flow = house('frames')
  const grouped = flow.nodes.map((each) => (each.id === 'first' ? { ...each, group: 'g' } : each))
  const { page } = await open({ ...flow, nodes: grouped, groups: [{ id: 'g', name: 'Calm' }] })
  const head = page.locator('[data-frame="g"] > span')
  await head.hover()
  await page.mouse.down()
  const box = await head.boundingBox()
  await page.mouse.move((box?.x ?? 0) + 30, (box?.y ?? 0) + 160, { steps: 6 })
  await page.mouse.up()
  await soon(async () => ((await stored('frames')).nodes[1]?.at[1] ?? 0) > 200).toBe(true)
  const target = await nodeCard(page, 'first').boundingBox()
  const free = await nodeCard(page, 'free').boundingBox()
  await page.mouse.move((free?.x ?? 0) + 60, (free?.y ?? 0) + 20)
  await page.mouse.down()
  await page.mouse.move((target?.x ?? 0) + 66, (target?.y ?? 0) + 34, { steps: 8 })
  await page.mouse.up()
  await soon(async () => (await stored('frames')).nodes.at(-1)?.group).toBe('g')
})

test('a note is written by keyboard, shown as Markdown, and found again', async () => {
  const { page } = await open(house('notes'))
  await page.getByTestId('canvas').focus()
  await page.keyboard.press('n')
  await page.keyboard.type('Ask **Anna**')
  await page.keyboard.press('Escape')
  await page.getByTestId('note').locator('strong', { hasText: 'Anna' }).waitFor()
  await soon(async () => (await stored('notes')).notes?.map(({ text }) => text)).toEqual(['Ask **Anna**'])
})

test('a subflow is made of a selection, opens in place with what is live there, and runs as before', async () => {
  const { page, complaints } = await open(house('subflows'))
  await select(page, 'first')
  await page.keyboard.down('Control')
  await select(page, 'second')
  await page.keyboard.up('Control')
  await page.keyboard.press('s')
  await nodeCard(page, 'subflow').waitFor()
  await soon(() => wires('subflows')).toEqual(['bell.out subflow.in', 'subflow.out sink.in'])
  await server.api('POST', '/api/flows/subflows/deploy', {})
  await page.keyboard.press('Enter')
  await page.getByTestId('trail').waitFor()
  await server.api('POST', '/api/flows/subflows/nodes/bell/inject', { payload: 'ring' })
  await page
    .locator('span', { hasText: /^ring$/ })
    .first()
    .waitFor({ state: 'attached' })
  await page.getByTestId('trail').getByRole('button', { name: 'House' }).click()
  await nodeCard(page, 'bell').waitFor()
  await page.getByTestId('canvas').focus()
  await page.keyboard.press('Shift+S')
  await soon(() => wires('subflows')).toEqual(
    expect.arrayContaining(['bell.out first.in', 'first.out second.in', 'second.out sink.in']),
  )
  expect(complaints).toEqual([])
})

test('a node goes into the wire on which it is dropped, and one that is put in by key; what does not fit says so', async () => {
  const { page } = await open(house('splices'))
  const [x, y] = await wireAt(page, 'second.out', 'sink.in')
  const free = await nodeCard(page, 'free').boundingBox()
  await page.mouse.move((free?.x ?? 0) + (free?.width ?? 0) / 2, (free?.y ?? 0) + 10)
  await page.mouse.down()
  await page.mouse.move(x, y - 10, { steps: 8 })
  await page.mouse.up()
  await soon(() => wires('splices')).toContain('free.out sink.in')
  await page.mouse.click(...(await wireAt(page, 'bell.out', 'first.in')))
  await page.keyboard.press('i')
  const misfit = page.getByRole('listbox').locator('[data-type="inject"][data-misfit="true"]')
  expect(await misfit.textContent()).toContain('Does not fit in between')
  await page.keyboard.type('delay')
  await page.keyboard.press('Enter')
  await soon(() => wires('splices')).toContain('delay.out first.in')
  await page.keyboard.press('Shift+Delete')
  await soon(() => wires('splices')).toContain('bell.out first.in')
})

test('everything is tidied up in one step', async () => {
  const flow = house('tidy')
  const { page } = await open({
    ...flow,
    nodes: flow.nodes.map((each) => ({ ...each, at: [each.at[0] / 3, 120] as [number, number] })),
  })
  await page.getByTestId('canvas').focus()
  await page.keyboard.press('l')
  const xs = async () => (await stored('tidy')).nodes.slice(0, 4).map(({ at }) => at[0])
  await soon(xs).toEqual([27, 283, 539, 795].map((x) => Math.round(x / 8) * 8))
  await page.keyboard.press('Control+z')
  await soon(async () => (await stored('tidy')).nodes[1]?.at[0]).toBe(112)
})

test('where kinds do not fit, what converts between them is put there by one click', async () => {
  const flow: Flow = {
    ...emptyFlow('converts', 'Converts'),
    nodes: [
      node('in', 'mqtt-in', [80, 120], { topic: 'a', payload: 'text' }),
      node('log', 'subflow', [480, 120], { subflow: 'numbers' }),
    ],
    subflows: [
      {
        ...{ id: 'numbers', name: 'Numbers', description: '', wires: [], groups: [] },
        nodes: [node('in', 'subflow-input', [0, 0], { kind: 'number' })],
      },
    ],
  }
  const { page } = await open(flow)
  await page.locator('[data-port="in.out"]').hover()
  await page.mouse.down()
  const target = await page.locator('[data-port="log.in"]').boundingBox()
  await page.mouse.move((target?.x ?? 0) + 6, (target?.y ?? 0) + 6, { steps: 8 })
  await page.mouse.up()
  await page.getByRole('button', { name: 'Put it between them' }).click()
  await soon(() => wires('converts')).toEqual(['in.out function.in', 'function.out log.in'])
})
