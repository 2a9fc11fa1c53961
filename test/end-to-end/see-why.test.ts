import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { violations } from '#rig/violations.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A flow that converts what comes on its topic, publishes and shows it; open in the editor, and running. */
async function openRunning(id: string, options: Parameters<typeof signIn>[2] = {}) {
  const nodes = [
    { id: 'in', type: 'mqtt-in', name: 'Sensor', at: [80, 120], config: { topic: `${id}/in`, qos: 1 } },
    {
      ...{ id: 'calc', type: 'function', name: 'Convert', at: [340, 120] },
      config: { code: 'return { ...message, payload: message.payload.t }' },
    },
    {
      id: 'out',
      type: 'mqtt-out',
      name: 'Publish',
      at: [600, 60],
      config: { topic: `${id}/out`, retain: true },
    },
    { id: 'show', type: 'debug', name: 'Show', at: [600, 200], config: {} },
  ]
  const wires = [
    ['in.out', 'calc.in'],
    ['calc.out', 'out.in'],
    ['calc.out', 'show.in'],
  ]
  const flow = { format: 'wirehouse/flow@1', id, name: id, nodes, wires }
  await server.api('PUT', `/api/flows/${id}`, flow)
  await server.api('POST', `/api/flows/${id}/deploy`, {})
  const browser = await signIn(server.url, `/flows/${id}`, options)
  await nodeBadge(browser.page, 'in').waitFor()
  return { ...browser, send: (t: number) => server.api('POST', `/api/mqtt/${id}/in`, { t }) }
}

const nodeBadge = (page: Page, node: string) => page.locator(`.react-flow__node[data-id="${node}"]`)
const notice = (page: Page, text: RegExp) => page.getByRole('status').filter({ hasText: text })
const published = async (id: string) => (await server.api('GET', `/api/mqtt/${id}/out`)).body

test('a value stands at its wire; its messages are looked into, pinned, and followed through the flow', async () => {
  await using browser = await openRunning('values')
  const { page, send } = browser
  await send(20.5)
  await send(21.5)
  await page.getByRole('button', { name: '21.5', exact: true }).first().click()
  await page.getByRole('button', { name: 'Show the message 21.5' }).click()
  await page.getByRole('button', { name: 'Pin', exact: true }).click()
  await page.getByRole('button', { name: 'Show its way' }).first().click()
  const way = page.getByRole('tabpanel', { name: 'Trace' }).getByRole('listitem')
  await expect.poll(() => way.count()).toBe(4)
  expect(await way.first().textContent()).toContain('Sensor')
  await expect.poll(() => nodeBadge(page, 'out').textContent()).toMatch(/[µm]?s/)
  await page.reload()
  await nodeBadge(page, 'in').waitFor()
  await send(22.5)
  await page.getByRole('button', { name: '22.5', exact: true }).first().click()
  await page.getByRole('heading', { name: 'Pinned' }).waitFor()
  expect(browser.complaints).toEqual([])
})

test('a message stops at a breakpoint, steps to the next wire, and goes on', async () => {
  await using browser = await openRunning('stops')
  const { page, send } = browser
  await send(1)
  await expect.poll(() => published('stops')).toBe(1)
  await page.getByRole('button', { name: '{"t":1}' }).click()
  await page.getByTestId('canvas').focus()
  await page.keyboard.press('b')
  await page.getByText('Without one, every message stops.').waitFor()
  await send(2)
  const stands = notice(page, /A message stands/)
  await stands.getByText(/between “Sensor” and “Convert”/).waitFor()
  expect(await published('stops')).toBe(1)
  await stands.getByRole('button', { name: 'Step' }).click()
  await stands.getByText(/between “Convert” and “(Publish|Show)”.*1 more/).waitFor()
  for (let stopped = 2; stopped > 0; stopped--) {
    await stands.getByRole('button', { name: 'Go on' }).click()
    if (stopped > 1) await stands.getByText(/more/).waitFor({ state: 'detached' })
  }
  await stands.waitFor({ state: 'detached' })
  await expect.poll(() => published('stops')).toBe(2)
  await page.getByRole('button', { name: '{"t":2}' }).click()
  await page.getByRole('switch', { name: 'Stop messages here' }).click()
  await page.getByText('Without one, every message stops.').waitFor({ state: 'detached' })
  await send(3)
  await expect.poll(() => published('stops')).toBe(3)
  expect(browser.complaints).toEqual([])
})

test('a breakpoint stops where all of its conditions hold, or any of them', async () => {
  await using browser = await openRunning('asked')
  const { page, send } = browser
  await send(1)
  await page.getByRole('button', { name: '{"t":1}' }).click()
  await page.getByRole('switch', { name: 'Stop messages here' }).click()
  const breakpoint = page.getByRole('region', { name: 'Breakpoint' })
  const add = async (property: string, operator: string, value: string) => {
    await breakpoint.getByRole('button', { name: 'Conditions' }).click()
    await breakpoint.getByLabel('Property').last().fill(property)
    await breakpoint.getByRole('combobox', { name: 'Condition' }).last().click()
    await page.getByRole('option', { name: operator }).click()
    await breakpoint.getByLabel('Value').last().fill(value)
    await page.keyboard.press('Enter')
  }
  const asked = async () =>
    (await server.api('GET', '/api/flows/asked/control')).body.breakpoints[0]?.condition
  await add('payload.t', 'is more than', '5')
  await add('payload.t', 'is less than', '8')
  await expect.poll(asked).toEqual({
    match: 'all',
    conditions: [
      { property: 'payload.t', operator: '>', value: 5 },
      { property: 'payload.t', operator: '<', value: 8 },
    ],
  })
  await send(9)
  await expect.poll(() => published('asked')).toBe(9)
  await send(6)
  const stands = notice(page, /A message stands/)
  await stands.getByRole('button', { name: 'Go on' }).click()
  await stands.waitFor({ state: 'hidden' })
  await expect.poll(() => published('asked')).toBe(6)
  await breakpoint.getByRole('radio', { name: 'any holds' }).click()
  expect(await violations(page)).toEqual([])
  await expect.poll(async () => (await asked()).match).toBe('any')
  await send(9)
  await stands.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => published('asked')).toBe(9)
  expect(browser.complaints).toEqual([])
})

test('in safe mode nothing leaves the flow, loudly, until it is switched off', async () => {
  await using browser = await openRunning('safe')
  const { page, send } = browser
  await page.getByRole('button', { name: 'More', exact: true }).first().click()
  await page.getByRole('menuitem', { name: 'Switch safe mode on' }).click()
  const safe = notice(page, /No alarm goes out/)
  await safe.waitFor()
  await send(1)
  await expect.poll(() => nodeBadge(page, 'out').textContent()).toContain('1 muted')
  expect((await server.api('GET', '/api/mqtt/safe/out')).status).toBe(404)
  await safe.getByRole('button', { name: 'Switch safe mode off' }).click()
  await safe.waitFor({ state: 'detached' })
  await send(2)
  await expect.poll(() => published('safe')).toBe(2)
  expect(browser.complaints).toEqual([])
})

test('the debug panel is filtered, paused with a count, and saved', async () => {
  await using browser = await openRunning('shown')
  const { page, send } = browser
  await page.getByRole('button', { name: 'Debug', exact: true }).click()
  await send(11)
  await send(12)
  const lines = page.getByRole('log').getByRole('time')
  await expect.poll(() => lines.count()).toBe(2)
  await page.getByRole('button', { name: 'Pause' }).click()
  await send(13)
  await page.getByText('1 came meanwhile').waitFor()
  expect(await lines.count()).toBe(2)
  await page.getByLabel('Search messages').fill('12')
  await expect.poll(() => lines.count()).toBe(1)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save what is shown as a file' }).click(),
  ])
  const saved = JSON.parse(await readFile(await file.path(), 'utf8'))
  expect(saved).toMatchObject({ node: 'Show', message: { payload: 12 } })
  expect(browser.complaints).toEqual([])
})

test('on a phone, a selected wire shows its messages in a sheet', async () => {
  await using browser = await openRunning('phone', { width: 390, height: 844 })
  const { page, send } = browser
  await send(7)
  await page.getByRole('button', { name: '7', exact: true }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Show the message 7' }).click()
  expect(browser.complaints).toEqual([])
})
