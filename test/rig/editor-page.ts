import type { Locator, Page } from 'playwright-core'

/** What a person does on the canvas, by mouse. */

/** Drags a node type from the palette to a place on the canvas; answers the new node's id. */
export async function drop(page: Page, type: string, x: number, y: number): Promise<string> {
  const before = await nodeIds(page)
  await page.locator(`button[data-type="${type}"]`).dragTo(page.locator('.react-flow__pane'), {
    targetPosition: { x, y },
  })
  await page.waitForFunction(
    (count) => document.querySelectorAll('.react-flow__node').length > count,
    before.length,
  )
  const fresh = (await nodeIds(page)).find((id) => !before.includes(id))
  if (fresh === undefined) throw new Error(`no node of type ${type} came to stand`)
  return fresh
}

export const nodeIds = (page: Page): Promise<string[]> =>
  page
    .locator('.react-flow__node')
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-id') ?? ''))

/** The middle of a port, in pixels of the page. */
export async function portAt(page: Page, port: string): Promise<[number, number]> {
  const box = await page.locator(`[data-port="${port}"]`).boundingBox()
  if (!box) throw new Error(`no port ${port}`)
  return [box.x + box.width / 2, box.y + box.height / 2]
}

export async function wire(page: Page, from: string, to: string): Promise<void> {
  await page.mouse.move(...(await portAt(page, from)))
  await page.mouse.down()
  await page.mouse.move(...(await portAt(page, to)), { steps: 10 })
  await page.mouse.up()
}

/** The middle of a wire that leads to the right: wires are painted, and found by their place. */
export async function wireAt(page: Page, from: string, to: string): Promise<[number, number]> {
  const [start, end] = [await portAt(page, from), await portAt(page, to)]
  return [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2]
}

export async function clickWire(page: Page, from: string, to: string): Promise<void> {
  await page.mouse.click(...(await wireAt(page, from, to)))
}

export async function select(page: Page, node: string): Promise<void> {
  await page.locator(`.react-flow__node[data-id="${node}"]`).click()
}

/** A node on the canvas. */
export const nodeCard = (page: Page, node: string): Locator =>
  page.locator(`.react-flow__node[data-id="${node}"]`)
