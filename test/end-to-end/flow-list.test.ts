import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FlowNode } from '#flows/flow.ts'
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

test('what fits stands first, the rest says why it does not, and comes through a converter or unwired', async () => {
  const bell = {
    id: 'bell',
    type: 'mqtt-in',
    at: [80, 120],
    group: 'g',
    config: { topic: 'a', payload: 'text' },
  }
  const lamp = {
    ...house.subflows[0],
    nodes: [{ id: 'in', type: 'subflow-input', at: [0, 0], config: { kind: 'number' } }],
  }
  const flow = { nodes: [bell], wires: [], groups: house.groups, subflows: [{ ...lamp, wires: [] }] }
  const { browser, page, tree } = await openList('unfit', flow)
  await using _ = browser
  const draft = async () => (await server.api('GET', '/api/flows/unfit')).body
  const types = async () => (await draft()).nodes.map(({ type, group }: FlowNode) => [type, group])
  await tree.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('a')
  const options = page.getByRole('option')
  await options.filter({ hasText: 'Has no input: is not wired' }).first().waitFor()
  const misfits = await options.evaluateAll((all) => all.map((one) => one.dataset['misfit'] === 'true'))
  expect(misfits.indexOf(true)).toBeGreaterThan(5)
  expect(misfits.slice(misfits.indexOf(true))).not.toContain(false)
  await page.keyboard.type('lamp')
  await page.keyboard.press('Enter')
  await expect
    .poll(async () => (await draft()).wires)
    .toEqual([
      ['bell.out', 'function.in'],
      ['function.out', 'subflow.in'],
    ])
  await page.getByRole('button', { name: 'New rule' }).first().click()
  await options.filter({ hasText: 'Starts nothing: something has to lead to it' }).first().waitFor()
  await page.keyboard.type('debug')
  await page.keyboard.press('Enter')
  await expect.poll(types).toEqual([
    ['mqtt-in', 'g'],
    ['function', 'g'],
    ['subflow', 'g'],
    ['debug', undefined],
  ])
})

test('what was chosen is remembered, for this kind of screen', async () => {
  const { browser, page, tree } = await openList('kept')
  await using _ = browser
  await page.reload()
  await tree.waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByTestId('canvas').waitFor()
})

const house = {
  nodes: [
    { id: 'bell', type: 'mqtt-in', name: 'Bell', at: [80, 120], group: 'g', config: { topic: 'home/bell' } },
    { id: 'hall', type: 'subflow', name: 'Hall lamp', at: [320, 120], config: { subflow: 'lamp' } },
  ],
  wires: [['bell.out', 'hall.in']],
  groups: [{ id: 'g', name: 'Door', color: 'teal', description: 'When somebody rings.' }],
  notes: [
    {
      id: 'why',
      at: [80, 40],
      size: [240, 60],
      group: 'g',
      text: 'It **rings** <img src=x onerror=alert(1)>',
    },
  ],
  subflows: [
    {
      id: 'lamp',
      name: 'Lamp',
      groups: [],
      nodes: [
        { id: 'in', type: 'subflow-input', at: [80, 120], config: { name: 'in' } },
        { id: 'wait', type: 'delay', at: [320, 120], config: {} },
      ],
      wires: [['in.out', 'wait.in']],
    },
  ],
}

test('groups are sections, notes are rows, and a section folds', async () => {
  const { browser, page, tree } = await openList('sections', house)
  await using _ = browser
  const note = page.getByRole('treeitem', { name: /^Note/ })
  expect(await note.locator('strong').textContent()).toBe('rings')
  expect(await rows(page)).toEqual([
    '1 Group Door 1 node When somebody rings.',
    '2 NoteIt rings <img src=x onerror=alert(1)>',
    '2 When Bell home/bell',
    '3 goes on at “Hall lamp”',
    '1 Then Hall lamp goes on from “Bell” · Lamp',
  ])
  await tree.focus()
  await page.keyboard.press('Home')
  await page.getByLabel('Description').waitFor()
  await page.keyboard.press('ArrowLeft')
  expect((await rows(page)).length).toBe(2)
  expect(browser.complaints).toEqual([])
})

test('a subflow opens its own list in place, is worked on there, and left again', async () => {
  const { browser, page, tree } = await openList('inside', house)
  await using _ = browser
  await page.getByRole('button', { name: 'Open “Hall lamp”' }).click()
  await expect.poll(() => rows(page)).toEqual(['1 When Subflow input anything', '2 Then Delay 5 s'])
  await page.keyboard.press('End')
  await page.keyboard.press('a')
  await page.keyboard.type('debounce')
  await page.keyboard.press('Enter')
  const inside = async () => (await server.api('GET', '/api/flows/inside')).body.subflows[0].wires.map(String)
  await expect.poll(inside).toEqual(['in.out,wait.in', 'wait.out,debounce.in'])
  await page.getByRole('navigation', { name: 'Where you are in the flow' }).getByRole('button').click()
  await page.getByRole('treeitem', { name: /^Then Hall lamp/, selected: true }).waitFor()
  await page.keyboard.press('o')
  await page.getByRole('treeitem', { name: /^When Subflow input/ }).waitFor()
  await page.keyboard.press('Shift+Escape')
  await page.getByRole('treeitem', { name: /^Then Hall lamp/, selected: true }).waitFor()
  expect(await tree.evaluate((element) => element === document.activeElement)).toBe(true)
})

test('groups and notes are made, filled, taken away and undone by keys', async () => {
  const { browser, page, tree } = await openList('groups')
  await using _ = browser
  const draft = async () => (await server.api('GET', '/api/flows/groups')).body
  await tree.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('g')
  await expect.poll(() => rows(page)).toContain('1 Group Group without a name 3 nodes')
  await page.keyboard.press('a')
  await page.keyboard.type('inject')
  await page.keyboard.press('Enter')
  await expect
    .poll(async () => (await draft()).nodes.map(({ group }: { group?: string }) => group))
    .toEqual(['group', 'group', 'group', 'group'])
  await tree.focus()
  await page.keyboard.press('m')
  await page.getByLabel('Text (Markdown)').and(page.locator(':focus')).waitFor()
  await page.keyboard.type('Rings **twice**')
  await expect
    .poll(async () => (await draft()).notes)
    .toMatchObject([{ text: 'Rings **twice**', group: 'group' }])
  await tree.focus()
  await page.keyboard.press('Delete')
  await expect.poll(async () => (await draft()).notes ?? []).toEqual([])
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+G')
  await expect.poll(async () => (await draft()).groups).toEqual([])
  await tree.focus()
  for (let step = 0; step < 6; step++) await page.keyboard.press('Control+z')
  await expect
    .poll(async () => (await draft()).nodes.map(({ id }: { id: string }) => id))
    .toEqual([...['bell', 'quiet', 'show']])
})

test('a rule is added in a group by touch, and a note there is written', async () => {
  const phone = { width: 390, height: 844, hasTouch: true }
  const { browser, page } = await openList('touched', house, phone)
  await using _ = browser
  const draft = async () => (await server.api('GET', '/api/flows/touched')).body
  await page.getByRole('button', { name: 'Add a step after “Door”' }).tap()
  await page.getByRole('combobox', { name: 'New rule in “Door”' }).fill('inject')
  await page.getByRole('option', { name: /^Inject/ }).tap()
  await expect.poll(async () => (await draft()).nodes.at(-1)).toMatchObject({ type: 'inject', group: 'g' })
  await page.getByRole('treeitem', { name: /^Note/ }).tap({ position: { x: 100, y: 12 } })
  await page.getByRole('dialog').getByLabel('Text (Markdown)').fill('Once')
  await expect.poll(async () => (await draft()).notes[0].text).toBe('Once')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Open “Hall lamp”' }).tap()
  await expect.poll(() => rows(page)).toEqual(['1 When Subflow input anything', '2 Then Delay 5 s'])
})
