import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BrowserOptions, signIn } from '#rig/browser.ts'
import { type Chains, chains } from '#rig/chains.ts'
import { clickWire, nodeCard, portAt, wireAt } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

async function openFlow(id: string, parts: Partial<Chains>, options: BrowserOptions = {}) {
  const file = { format: 'wirehouse/flow@1', id, name: id, nodes: [], wires: [], ...parts }
  const saved = await server.api('PUT', `/api/flows/${id}`, file, { prefer: 'handling=lenient' })
  expect(saved.status).toBeLessThan(300)
  const browser = await signIn(server.url, `/flows/${id}`, options)
  await browser.page.locator('.react-flow__pane').waitFor()
  return browser
}
const flowOf = async (id: string) => (await server.api('GET', `/api/flows/${id}`)).body
const placesOf = async (id: string) =>
  (await flowOf(id)).nodes.map(({ at }: { at: [number, number] }) => at) as [number, number][]

const node = (id: string, x: number, y = 80) => ({ id, type: 'debounce', at: [x, y] as const, config: {} })
const three = {
  nodes: [node('a', 80), node('b', 400), node('c', 400, 240)],
  wires: [['a.out', 'b.in'] as const],
}

describe('wires', () => {
  test('one is selected by a click near it, and removed by its button', async () => {
    await using browser = await openFlow('removed', three)
    const { page } = browser
    const [x, y] = await wireAt(page, 'a.out', 'b.in')
    await page.mouse.click(x, y + 6)
    await page.getByRole('button', { name: 'Remove wire' }).first().click()
    await expect.poll(async () => (await flowOf('removed')).wires).toEqual([])
    expect(browser.complaints).toEqual([])
  })

  test('a click beside it lets go of what is selected', async () => {
    await using browser = await openFlow('let-go', three)
    const { page } = browser
    await clickWire(page, 'a.out', 'b.in')
    await page.locator('.react-flow__edge').waitFor({ state: 'attached' })
    const [x, y] = await wireAt(page, 'a.out', 'b.in')
    await page.mouse.click(x, y + 20)
    await page.locator('.react-flow__edge').waitFor({ state: 'detached' })
  })

  test('an end is led to another node by hand, as one step of undo', async () => {
    await using browser = await openFlow('led', three)
    const { page } = browser
    await clickWire(page, 'a.out', 'b.in')
    await page.locator('.react-flow__edgeupdater-target').hover()
    await page.mouse.down()
    await page.mouse.move(...(await portAt(page, 'c.in')), { steps: 6 })
    await page.mouse.up()
    await expect.poll(async () => (await flowOf('led')).wires).toEqual([['a.out', 'c.in']])
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await flowOf('led')).wires).toEqual([['a.out', 'b.in']])
  })

  test('are drawn by tapping two ports', async () => {
    await using browser = await openFlow('tapped', { nodes: three.nodes })
    const { page } = browser
    await page.mouse.click(...(await portAt(page, 'a.out')))
    await page.locator('[data-port="c.in"][data-role="target"]').waitFor()
    await page.mouse.click(...(await portAt(page, 'c.in')))
    await expect.poll(async () => (await flowOf('tapped')).wires).toEqual([['a.out', 'c.in']])
  })
})

async function dragNode(page: Page, id: string, by: readonly [number, number]): Promise<void> {
  const box = await nodeCard(page, id).boundingBox()
  if (!box) throw new Error(`no node ${id}`)
  const [x, y] = [box.x + 40, box.y + 10]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + by[0], y + by[1], { steps: 5 })
}

describe('moving by hand', () => {
  test('puts a node on the grid, as one step of undo', async () => {
    await using browser = await openFlow('moved', { nodes: [node('a', 80)] })
    const { page } = browser
    await dragNode(page, 'a', [51, 30])
    await page.mouse.up()
    await expect.poll(() => placesOf('moved')).toEqual([[128, 112]])
    await page.keyboard.press('Control+z')
    await expect.poll(() => placesOf('moved')).toEqual([[80, 80]])
  })

  test('goes on where it was when a line appears over the canvas meanwhile', async () => {
    await using browser = await openFlow('steady', { nodes: [node('a', 80)] })
    const { page } = browser
    expect((await server.api('POST', '/api/flows/steady/deploy')).status).toBe(200)
    await dragNode(page, 'a', [51, 30])
    const held = await nodeCard(page, 'a').boundingBox()
    await server.api('PUT', '/api/flows/steady/safe-mode', { on: true, browser: 'another-one' })
    await page.getByText('No alarm goes out').waitFor()
    await expect.poll(() => nodeCard(page, 'a').boundingBox()).toEqual(held)
    await page.mouse.up()
    await expect.poll(() => placesOf('steady')).toEqual([[128, 112]])
  })

  test('takes along all that is selected', async () => {
    await using browser = await openFlow('together', three)
    const { page } = browser
    await page.getByTestId('canvas').focus()
    await page.keyboard.press('Control+a')
    await dragNode(page, 'a', [0, 80])
    await page.mouse.up()
    await expect.poll(async () => (await placesOf('together'))[0]).not.toEqual([80, 80])
    const [a, b, c] = await placesOf('together')
    const down = (a?.[1] ?? 0) - 80
    expect([b, c]).toEqual([
      [400, 80 + down],
      [400, 240 + down],
    ])
  })

  test('is taken back by Escape', async () => {
    await using browser = await openFlow('kept', { nodes: [node('a', 80)] })
    const { page } = browser
    const before = await nodeCard(page, 'a').boundingBox()
    await dragNode(page, 'a', [80, 80])
    expect(await nodeCard(page, 'a').boundingBox()).not.toEqual(before)
    await page.keyboard.press('Escape')
    await page.mouse.up()
    expect(await nodeCard(page, 'a').boundingBox()).toEqual(before)
    expect(await placesOf('kept')).toEqual([[80, 80]])
  })
})

/** Where a place of the flow is on the screen. */
const onScreen = (page: Page, [x, y]: readonly [number, number]): Promise<[number, number]> =>
  page.evaluate(
    ([left, top]) => {
      const viewport = document.querySelector('.react-flow__viewport')
      const flow = document.querySelector('.react-flow')?.getBoundingClientRect()
      if (!viewport || !flow) throw new Error('no canvas')
      const { a, e, f } = new DOMMatrix(getComputedStyle(viewport).transform)
      return [flow.x + e + left * a, flow.y + f + top * a] as [number, number]
    },
    [x, y] as const,
  )

describe('a flow of 600 nodes, seen whole', () => {
  const large = chains(600)

  test('is painted: no node is an element', async () => {
    await using browser = await openFlow('painted', large)
    const { page } = browser
    await page.getByText('600 nodes, 500 wires').waitFor()
    expect(await page.locator('.react-flow__node').count()).toBe(0)
    expect(browser.complaints).toEqual([])
  })

  test('a painted node is selected by a click, and moved', async () => {
    await using browser = await openFlow('painted-moved', large)
    const { page } = browser
    const [x, y] = await onScreen(page, [88, 24])
    await page.mouse.click(x, y)
    await page.getByRole('heading', { name: 'Inject' }).waitFor()
    await page.mouse.down()
    await page.mouse.move(x, y - 30, { steps: 4 })
    await page.mouse.up()
    await expect.poll(async () => (await placesOf('painted-moved'))[0]?.[1]).toBeLessThan(-100)
    expect((await placesOf('painted-moved'))[1]).toEqual([240, 0])
  })

  test('all of it is moved as outlines, as one step of undo', async () => {
    await using browser = await openFlow('outlines', large)
    const { page } = browser
    await page.getByTestId('canvas').focus()
    await page.keyboard.press('Control+a')
    await page.getByRole('heading', { name: '600 nodes selected' }).waitFor()
    const [x, y] = await onScreen(page, [88, 24])
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 20, y + 20, { steps: 4 })
    expect(await page.getByTestId('ghost').count()).toBe(1)
    await page.mouse.up()
    await expect.poll(async () => (await placesOf('outlines'))[599]?.[1]).not.toBe(large.nodes[599]?.at[1])
    await page.keyboard.press('Control+z')
    await expect.poll(() => placesOf('outlines')).toEqual(large.nodes.map(({ at }) => at))
  })

  test('a frame drawn with Shift selects what it touches', async () => {
    await using browser = await openFlow('framed', large)
    const { page } = browser
    await page.keyboard.down('Shift')
    await page.mouse.move(...(await onScreen(page, [-40, -40])))
    await page.mouse.down()
    await page.mouse.move(...(await onScreen(page, [500, 120])), { steps: 4 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await page.getByRole('heading', { name: '6 nodes selected' }).waitFor()
  })

  test('shows cards once one is near enough', async () => {
    await using browser = await openFlow('nearer', large)
    const { page } = browser
    await page.goto(`${server.url}/flows/nearer?node=n300`)
    await nodeCard(page, 'n300').waitFor()
    const count = await page.locator('.react-flow__node').count()
    expect(count).toBeGreaterThan(10)
    expect(count).toBeLessThan(150)
  })
})

describe('the map', () => {
  const large = chains(600)
  const viewOf = (page: Page) => page.locator('.react-flow__viewport').getAttribute('style')

  test('leads to the place that is pressed on it, and along while it is dragged', async () => {
    await using browser = await openFlow('mapped', large)
    const { page } = browser
    const box = await page.getByTestId('minimap').boundingBox()
    if (!box) throw new Error('no map')
    const start = await viewOf(page)
    await page.mouse.move(box.x + 90, box.y + 30)
    await page.mouse.down()
    await expect.poll(() => viewOf(page)).not.toBe(start)
    const pressed = await viewOf(page)
    await page.mouse.move(box.x + 90, box.y + 80)
    await page.mouse.up()
    await expect.poll(() => viewOf(page)).not.toBe(pressed)
    expect(browser.complaints).toEqual([])
  })

  test('is put away, and stays so', async () => {
    await using browser = await openFlow('put-away', large)
    const { page } = browser
    await page.getByRole('button', { name: 'Hide the map' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Show the map' }).waitFor()
  })

  test('has no place on a phone', async () => {
    await using browser = await openFlow('unmapped', large, { width: 390, height: 844 })
    expect(await browser.page.getByTestId('minimap').isVisible()).toBe(false)
  })
})
