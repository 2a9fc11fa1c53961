import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { nodeCard } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A flow with one node before two others, its settings open. */
async function openNode(id: string, node: Record<string, unknown>, wires: readonly string[]) {
  const flow = {
    ...{ format: 'wirehouse/flow@1', id, name: id },
    nodes: [
      { id: 'sorts', name: 'Sorts', at: [80, 120], ...node },
      { id: 'a', type: 'debug', at: [400, 80], config: {} },
      { id: 'b', type: 'debug', at: [400, 240], config: {} },
    ],
    connections: [{ id: 'desk', type: 'brickd', name: 'Desk', config: { host: '127.0.0.1', port: 1 } }],
    wires: wires.map((wire) => wire.split(' ')),
  }
  expect((await server.api('PUT', `/api/flows/${id}`, flow)).status).toBe(201)
  const browser = await signIn(server.url, `/flows/${id}`)
  await nodeCard(browser.page, 'sorts').click({ position: { x: 60, y: 12 } })
  const draft = async () => (await server.api('GET', `/api/flows/${id}`)).body
  return {
    browser,
    page: browser.page,
    wires: async () => (await draft()).wires.map((wire: readonly string[]) => wire.join(' ')),
    config: async () => (await draft()).nodes[0].config,
  }
}

test('outputs of a function get names, and take their wires along; what an older file says is still read', async () => {
  const { browser, page, wires, config } = await openNode(
    'function',
    { type: 'function', config: { outputs: 2, code: "emit('cold', message)" } },
    ['sorts.out1 a.in', 'sorts.out2 b.in'],
  )
  await using _ = browser
  await page.getByLabel('Output 1: Name').fill('cold')
  await page.getByRole('combobox', { name: 'Output 1: Carries' }).click()
  await page.getByRole('option', { name: 'Numbers' }).click()
  await expect.poll(config).toMatchObject({ outputs: [{ title: 'cold', kind: 'number' }, {}] })
  await page.getByRole('button', { name: 'Move down' }).first().press('Enter')
  await expect.poll(wires).toEqual(['sorts.out2 a.in', 'sorts.out1 b.in'])
  await page.getByRole('button', { name: 'Remove', exact: true }).first().click()
  await expect.poll(wires).toEqual(['sorts.out a.in'])
  expect(await page.getByRole('button', { name: 'Remove', exact: true }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Add an output' }).click()
  await page.getByLabel('Output 2: Name').fill('cold')
  await page.getByLabel('Output 2: Name').blur()
  await page.getByText('Two outputs are called "cold"').first().waitFor()
  expect(browser.complaints).toEqual([])
})

test('a rule of a switch that goes takes its wires along in one step, which undo brings back', async () => {
  const rules = [{ operator: 'true' }, { operator: 'false' }]
  const { browser, page, wires, config } = await openNode('switch', { type: 'switch', config: { rules } }, [
    'sorts.out1 a.in',
    'sorts.out2 b.in',
  ])
  await using _ = browser
  await page.getByRole('button', { name: 'Remove', exact: true }).first().click()
  await expect.poll(wires).toEqual(['sorts.out1 b.in'])
  await page.getByRole('button', { name: /^Undo/ }).first().click()
  await expect.poll(wires).toEqual(['sorts.out1 a.in', 'sorts.out2 b.in'])
  expect((await config()).rules).toEqual(rules)
})

test('a colour is picked, or typed in short, and what is none is said at the field', async () => {
  const { browser, page, config } = await openNode(
    'colour',
    { type: 'tinkerforge-device', config: { brickd: 'desk', uid: 'tM1', device: 'rgb-led-button' } },
    [],
  )
  await using _ = browser
  const typed = page.getByLabel('Colour when on', { exact: true })
  expect(await typed.inputValue()).toBe('#ffffff')
  await page.getByLabel('Colour when on: pick it').fill('#c02626')
  await expect.poll(config).toMatchObject({ colour: '#c02626' })
  await typed.fill('F80')
  await page.keyboard.press('Tab')
  await expect.poll(config).toMatchObject({ colour: '#ff8800' })
  expect(await page.getByLabel('Colour when on: pick it').inputValue()).toBe('#ff8800')
  await typed.fill('reddish')
  await page.keyboard.press('Tab')
  await page.getByText('A colour is written like #ff8800.').waitFor()
  expect(browser.complaints).toEqual([])
})
