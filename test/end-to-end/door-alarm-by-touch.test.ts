import { expect, test } from 'vitest'
import { openBrowser } from '#rig/browser.ts'
import { fingerOn } from '#rig/by-touch.ts'
import { nodeCard } from '#rig/editor-page.ts'
import { OWNER, startServerProcess } from '#rig/server-process.ts'

test('the door alarm is built and deployed with a thumb, 390 pixels wide', { timeout: 90_000 }, async () => {
  await using server = await startServerProcess()
  await using browser = await openBrowser(server.url, { width: 390, height: 844, hasTouch: true })
  const { page } = browser
  page.setDefaultTimeout(10_000)
  const finger = await fingerOn(page)
  const tap = (name: string | RegExp) => finger.tap(page.getByRole('button', { name }).first())
  /** The letters come from the keyboard of the screen. */
  const write = async (field: string | RegExp, text: string) => {
    const input = page.getByLabel(field).last()
    await finger.tap(input)
    await input.fill(text)
  }

  await write('Name', OWNER.name)
  await write(/^Password/, OWNER.password)
  await tap('Sign in')
  await finger.tap(page.getByText('Empty flow'))
  await page.getByRole('dialog').waitFor()
  await write('Name', 'Door alarm')
  await tap('Create')
  await page.getByTestId('canvas').waitFor()

  const add = async (name: string) => {
    await tap('Nodes')
    await page.getByRole('dialog', { name: 'Nodes' }).waitFor()
    await write('Search nodes', name)
    await finger.tap(page.getByRole('dialog').getByRole('button', { name: new RegExp(`^${name}`) }))
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  const settings = async (node: string, fill: () => Promise<void>) => {
    await finger.tap(nodeCard(page, node))
    await tap('Settings')
    await page.getByRole('dialog', { name: 'Settings' }).waitFor()
    await fill()
    await tap('Close')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  const port = (end: string) => page.locator(`[data-port="${end}"]`)

  await add('MQTT in')
  await settings('mqtt-in', () => write('Topic', 'home/door/state'))
  await add('Filter')
  await settings('filter', async () => {
    await finger.tap(page.getByLabel('Condition', { exact: true }))
    await finger.tap(page.getByRole('option', { name: 'is equal to', exact: true }))
    await write('Value', 'open')
  })
  await add('Debounce')
  await settings('debounce', async () => {
    await write('Quiet time', '60')
    await finger.tap(page.getByLabel('Unit').first())
    await finger.tap(page.getByRole('option', { name: 'seconds' }))
  })
  await tap('Show everything')

  // Port and port …
  await finger.tap(port('mqtt-in.out'))
  await page.getByText('Wire from “MQTT in”: choose where it goes').waitFor()
  expect(await port('filter.in').getAttribute('data-role')).toBe('target')
  await finger.tap(port('filter.in'))
  // … port and card …
  await finger.tap(port('filter.out'))
  await finger.tap(nodeCard(page, 'debounce'))
  // … and port and void, which asks what should stand there.
  const box = await nodeCard(page, 'debounce').boundingBox()
  await finger.tap(port('debounce.out'))
  await finger.tapAt(200, (box?.y ?? 300) + 130)
  await page.getByRole('combobox', { name: 'Add a node' }).waitFor()
  await page.keyboard.insertText('browser notification')
  await finger.tap(page.getByRole('option', { name: /^Browser notification/ }))

  const flow = async () => (await server.api('GET', '/api/flows/door-alarm')).body
  await expect
    .poll(async () => (await flow()).wires)
    .toEqual([
      ['mqtt-in.out', 'filter.in'],
      ['filter.out', 'debounce.in'],
      ['debounce.out', 'web-push.in'],
    ])
  // A node too many goes by the menu that a long press opens.
  await add('Debug')
  await finger.press(nodeCard(page, 'debug'))
  await finger.tap(page.getByRole('menuitem', { name: 'Delete', exact: true }))
  await expect.poll(async () => (await flow()).nodes.length).toBe(4)

  await tap(/^Deploy/)
  await page.getByText('This flow runs now').waitFor()
  expect(browser.complaints).toEqual([])
})

test('two fingers zoom, and ports have room for one', async () => {
  await using server = await startServerProcess()
  const nodes = [{ id: 'quiet', type: 'debounce', at: [80, 80], config: {} }]
  await server.api('PUT', '/api/flows/zoom', {
    format: 'wirehouse/flow@1',
    id: 'zoom',
    name: 'Zoom',
    nodes,
    wires: [],
  })
  await using browser = await openBrowser(server.url, { width: 390, height: 844, hasTouch: true })
  const { page } = browser
  const finger = await fingerOn(page)
  await page.getByLabel('Name').fill(OWNER.name)
  await page.getByLabel(/^Password/).fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).tap()
  await page.getByText('Zoom').tap()
  const card = nodeCard(page, 'quiet')
  const width = async () => (await card.boundingBox())?.width ?? 0
  const before = await width()
  const box = await page.getByTestId('canvas').boundingBox()
  await finger.pinch(195, (box?.y ?? 0) + 300, 80, 200)
  await expect.poll(width).toBeGreaterThan(before * 1.4)
  await finger.pinch(195, (box?.y ?? 0) + 300, 240, 120)
  const room = await page.locator('[data-port="quiet.out"]').evaluate((port) => {
    const { width: wide, height: high } = getComputedStyle(port, '::before')
    const zoom = port.getBoundingClientRect().width / 12
    return [Number.parseFloat(wide) * zoom, Number.parseFloat(high) * zoom]
  })
  expect(Math.min(...room)).toBeGreaterThanOrEqual(32)
})
