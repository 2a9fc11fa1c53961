import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A flow with its drawer open, and what makes that larger. */
async function openDrawer(id: string) {
  await server.api('PUT', `/api/flows/${id}`, {
    format: 'wirehouse/flow@1',
    id,
    name: id,
    nodes: [],
    wires: [],
  })
  const browser = await signIn(server.url, `/flows/${id}`)
  const { page } = browser
  await page.locator('.react-flow').waitFor()
  await page.keyboard.press('Control+j')
  const edge = page.getByRole('separator', { name: 'Height of the panel' })
  await edge.waitFor()
  const pane = edge.locator('..')
  const height = async () => Math.round((await pane.boundingBox())?.height ?? 0)
  return { browser, page, edge, height }
}

test('the drawer is made higher by its edge with the mouse, and stays so', async () => {
  const { browser, page, edge, height } = await openDrawer('mouse')
  await using _ = browser
  expect(await height()).toBe(280)
  const box = await edge.boundingBox()
  if (!box) throw new Error('the edge does not show')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x, y - 40)
  await page.mouse.move(x, y - 120)
  await page.mouse.up()
  await page.mouse.move(x, y - 300)
  expect(Math.abs((await height()) - 400)).toBeLessThanOrEqual(5)
  const chosen = await height()
  await page.reload()
  await page.locator('.react-flow').waitFor()
  await page.keyboard.press('Control+j')
  await expect.poll(height).toBe(chosen)
  expect(browser.complaints).toEqual([])
})

test('keys on its edge make it higher and lower, within what the window has room for', async () => {
  const { browser, page, edge, height } = await openDrawer('keys')
  await using _ = browser
  await edge.focus()
  await page.keyboard.press('ArrowUp')
  await expect.poll(height).toBe(304)
  expect(await edge.getAttribute('aria-valuenow')).toBe('304')
  await page.keyboard.press('Home')
  await expect.poll(height).toBe(120)
  await page.keyboard.press('End')
  await expect.poll(height).toBe(640)
  await page.setViewportSize({ width: 1440, height: 600 })
  await expect.poll(height).toBe(340)
})
