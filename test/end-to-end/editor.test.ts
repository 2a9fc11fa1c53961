import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, signIn } from '#rig/browser.ts'
import { drop, nodeCard, nodeIds, select, wire } from '#rig/editor-page.ts'
import { OWNER, type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

const exampleFile = (name: string) => join(import.meta.dirname, `../../flows/examples/${name}.json`)

/** A new flow of its own for a test, open on the canvas. */
async function openFlow(flow: Record<string, unknown>, options: Parameters<typeof openBrowser>[1] = {}) {
  await server.api(
    'PUT',
    `/api/flows/${flow['id']}`,
    { format: 'wirehouse/flow@1', nodes: [], wires: [], ...flow },
    {
      prefer: 'handling=lenient',
    },
  )
  const browser = await signIn(server.url, `/flows/${flow['id']}`, options)
  await browser.page.locator('.react-flow__pane').waitFor()
  return browser
}

const thermometer = {
  id: 'thermometer',
  type: 'tinkerforge-device',
  at: [80, 80],
  config: { uid: 'tM1', device: 'temperature-v2' },
}
const lamp = {
  id: 'lamp',
  type: 'tinkerforge-device',
  at: [400, 80],
  config: { uid: 'dR1', device: 'industrial-dual-relay' },
}

const saved = (page: Page) => page.getByText('Saved', { exact: true }).waitFor()

describe('drawing', () => {
  test('a wire between kinds that do not fit is refused, and the reason is said', async () => {
    await using browser = await openFlow({ id: 'refused', name: 'Refused', nodes: [thermometer, lamp] })
    const { page } = browser
    await wire(page, 'thermometer.out', 'lamp.relay0')
    await page
      .getByText(/sends numbers.*takes true or false/i)
      .first()
      .waitFor()
    expect((await server.api('GET', '/api/flows/refused')).body.wires).toEqual([])
  })

  test('every step can be undone and done again, and is saved by itself', async () => {
    await using browser = await openFlow({ id: 'undone', name: 'Undone' })
    const { page } = browser
    const inject = await drop(page, 'inject', 60, 60)
    const debug = await drop(page, 'debug', 320, 60)
    await wire(page, `${inject}.out`, `${debug}.in`)
    await saved(page)
    const wires = async () => (await server.api('GET', '/api/flows/undone')).body.wires
    await expect.poll(wires).toEqual([[`${inject}.out`, `${debug}.in`]])
    await page.keyboard.press('Control+z')
    await expect.poll(wires).toEqual([])
    await page.keyboard.press('Control+z')
    expect(await nodeIds(page)).toEqual([inject])
    await page.keyboard.press('Control+Shift+z')
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(wires).toEqual([[`${inject}.out`, `${debug}.in`]])
  })

  test('nodes are copied with the wires between them, and deleted', async () => {
    const nodes = [
      { id: 'a', type: 'inject', at: [80, 80], config: {} },
      { id: 'b', type: 'debug', at: [320, 80], config: {} },
    ]
    await using browser = await openFlow({ id: 'copied', name: 'Copied', nodes, wires: [['a.out', 'b.in']] })
    const { page } = browser
    await select(page, 'a')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+c')
    await page.keyboard.press('Control+v')
    await expect.poll(async () => (await nodeIds(page)).length).toBe(4)
    await expect.poll(async () => (await server.api('GET', '/api/flows/copied')).body.wires.length).toBe(2)
    await page.keyboard.press('Delete')
    await expect.poll(async () => (await nodeIds(page)).length).toBe(2)
  })

  test('a wire dropped into the void asks what should stand there, and is connected to it', async () => {
    const nodes = [{ id: 'a', type: 'inject', at: [80, 80], config: {} }]
    await using browser = await openFlow({ id: 'void', name: 'Void', nodes })
    const { page } = browser
    const port = await page.locator('[data-port="a.out"]').boundingBox()
    if (!port) throw new Error('no port')
    await page.mouse.move(port.x + port.width / 2, port.y + port.height / 2)
    await page.mouse.down()
    await page.mouse.move(port.x + 200, port.y + 120, { steps: 8 })
    await page.mouse.up()
    await page.keyboard.type('debug')
    await page.keyboard.press('Enter')
    await expect
      .poll(async () => (await server.api('GET', '/api/flows/void')).body.wires)
      .toEqual([['a.out', 'debug.in']])
  })
})

describe('values for functions', () => {
  test('are saved once they have a name, and undone like anything else', async () => {
    await using browser = await openFlow({ id: 'values', name: 'Values' })
    const { page } = browser
    const env = async () => (await server.api('GET', '/api/flows/values')).body.env
    await page.getByRole('button', { name: 'Add a value' }).click()
    await page.getByText('Give it a name.').waitFor()
    await page.getByLabel('Value', { exact: true }).fill('Wien')
    await page.getByLabel('Name', { exact: true }).fill('city')
    await expect.poll(env).toEqual({ city: 'Wien' })
    await page.getByLabel('Value', { exact: true }).fill('Graz')
    await expect.poll(env).toEqual({ city: 'Graz' })
    await page.getByRole('button', { name: /^Undo/ }).click()
    await expect.poll(env).toEqual({ city: 'Wien' })
    expect(await page.getByLabel('Value', { exact: true }).inputValue()).toBe('Wien')
    await page.getByRole('button', { name: /^Undo/ }).click()
    await expect.poll(env).toBeUndefined()
    expect(browser.complaints).toEqual([])
  })
})

describe('deploying', () => {
  test('shows a problem at its node and does not run', async () => {
    const nodes = [{ id: 'sensor', type: 'mqtt-in', at: [80, 80], config: { topic: '' } }]
    await using browser = await openFlow({ id: 'problem', name: 'Problem', nodes })
    const { page } = browser
    await page
      .getByRole('button', { name: /problem/ })
      .first()
      .waitFor()
    await page.getByRole('button', { name: /^Deploy/ }).click()
    await page.getByText('The flow was not deployed').first().waitFor()
    expect((await server.api('GET', '/api/flows/problem/revisions')).body).toEqual([])
  })

  test('a button on a node sends, and the debug panel shows what arrived', async () => {
    const nodes = [
      {
        id: 'go',
        type: 'inject',
        name: 'Go',
        at: [80, 80],
        config: { payloadType: 'text', payload: 'here I am' },
      },
      { id: 'show', type: 'debug', at: [320, 80], config: {} },
    ]
    await using browser = await openFlow({ id: 'live', name: 'Live', nodes, wires: [['go.out', 'show.in']] })
    const { page } = browser
    await page.getByRole('button', { name: /^Deploy/ }).click()
    await page.getByText('This flow runs now').waitFor()
    await page.getByRole('button', { name: 'Debug', exact: true }).click()
    await nodeCard(page, 'go').getByRole('button').click()
    await page.getByText('here I am').last().waitFor()
    expect(browser.complaints).toEqual([])
  })

  test('a node that fails turns red and says why', async () => {
    const nodes = [
      { id: 'f', type: 'function', at: [80, 80], config: { code: 'throw new Error("out of milk")' } },
    ]
    await using browser = await openFlow({ id: 'fails', name: 'Fails', nodes })
    const { page } = browser
    await page.getByRole('button', { name: /^Deploy/ }).click()
    await page.getByText('This flow runs now').waitFor()
    await server.api('POST', '/api/flows/fails/nodes/f/inject', { payload: 1 })
    await nodeCard(page, 'f')
      .getByText(/out of milk/)
      .waitFor()
  })
})

describe('files', () => {
  test('an example from the gallery becomes a flow, and its file comes out as it went in', async () => {
    await using fresh = await startServerProcess()
    await using browser = await openBrowser(fresh.url)
    const { page } = browser
    await page.getByLabel('Name').fill(OWNER.name)
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: /Use a template/ }).click()
    await page.getByRole('button', { name: 'Use “Light rule”' }).click()
    await page.locator('.react-flow__node').first().waitFor()
    const exported = await fresh.api('GET', '/api/flows/light-rule/export')
    const original = await readFile(exampleFile('light-rule'), 'utf8')
    expect(typeof exported.body === 'string' ? JSON.parse(exported.body) : exported.body).toEqual(
      JSON.parse(original),
    )
  })

  test('a file is imported by choosing it, under a free id', async () => {
    await using browser = await signIn(server.url, '/flows')
    const { page } = browser
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await (await chooser).setFiles(exampleFile('weather-station'))
    const preview = page.getByRole('dialog', { name: 'Import' })
    await preview.getByText('Weather station').waitFor()
    expect((await server.api('GET', '/api/flows/weather-station')).status).toBe(404)
    await preview.getByRole('button', { name: 'Import', exact: true }).click()
    await expect.poll(async () => (await server.api('GET', '/api/flows/weather-station')).status).toBe(200)
  })
})

describe('everywhere', () => {
  test('German is complete: no English word of the frame is left', async () => {
    const nodes = [{ id: 'q', type: 'debounce', at: [80, 80], config: {} }]
    await using browser = await openFlow({ id: 'deutsch', name: 'Deutsch', nodes }, { language: 'de' })
    const { page } = browser
    await select(page, 'q')
    await page.getByText('Ruhezeit').first().waitFor()
    const text = await page.locator('body').innerText()
    for (const english of ['Deploy ', 'Quiet time', 'Search', 'Settings', 'Saved', 'Help', 'Undo'])
      expect(text).not.toContain(english)
  })

  test.each(['/flows', '/flows/phone', '/connections', '/history', '/settings'])(
    'on a phone %s needs no sideways scrolling',
    async (path) => {
      const nodes = [{ id: 'q', type: 'debounce', at: [80, 80], config: {} }]
      await server.api('PUT', '/api/flows/phone', {
        format: 'wirehouse/flow@1',
        id: 'phone',
        name: 'Phone',
        nodes,
        wires: [],
      })
      await using browser = await signIn(server.url, path, { width: 390, height: 844 })
      await browser.page.waitForLoadState('networkidle')
      const { scroll, width } = await browser.page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        width: document.documentElement.clientWidth,
      }))
      expect(scroll).toBe(width)
    },
  )

  test('who may only look sees the flow, and nothing to change it with', async () => {
    const nodes = [{ id: 'go', type: 'inject', at: [80, 80], config: {} }]
    await server.api('PUT', '/api/flows/looked-at', {
      format: 'wirehouse/flow@1',
      id: 'looked-at',
      name: 'Looked at',
      nodes,
      wires: [],
    })
    const guest = { name: 'guest', password: 'many coloured stones' }
    await server.api('POST', '/api/users', { ...guest, role: 'viewer' })
    await using browser = await openBrowser(server.url)
    const { page } = browser
    await page.getByLabel('Name').fill(guest.name)
    await page.getByLabel('Password', { exact: true }).fill(guest.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation').first().waitFor()
    await page.goto(`${server.url}/flows/looked-at`)
    await page.getByRole('heading', { level: 1, name: 'Looked at' }).waitFor()
    await page.locator('[data-id="go"]').click({ position: { x: 60, y: 12 } })
    await page.getByText('View only', { exact: true }).waitFor()
    expect(await page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true)
    for (const name of ['Deploy', 'Undo', 'Duplicate', 'Delete', 'Run “Inject” now'])
      expect(await page.getByRole('button', { name }).count()).toBe(0)
  })

  test('a stranger who opens a flow has to sign in first', async () => {
    await using browser = await openBrowser(`${server.url}/flows/anything`)
    await browser.page.getByRole('button', { name: 'Sign in' }).waitFor()
  })
})

describe('the guarantee of a flow', () => {
  const bell = {
    id: 'bell',
    type: 'mqtt-in',
    name: 'Bell',
    at: [80, 80],
    config: { topic: 'home/bell', qos: 0 },
  }
  const lamp = {
    id: 'lamp',
    type: 'mqtt-out',
    name: 'Lamp',
    at: [400, 80],
    config: { topic: 'home/lamp', qos: 1 },
  }
  const wires = [['bell.out', 'lamp.in']]

  test('is told in the bar with the node that breaks the chain, and follows what is drawn', async () => {
    await using browser = await openFlow({ id: 'chain', name: 'Chain', nodes: [bell, lamp], wires })
    const { page } = browser
    await page.getByRole('button', { name: 'Best effort: 1 node' }).click()
    await page.getByRole('button', { name: /^Bell It receives at QoS 0/ }).click()
    await nodeCard(page, 'bell')
      .getByText(/Only best effort/)
      .waitFor({ state: 'attached' })
    await page.getByLabel('QoS').click()
    await page.getByRole('option', { name: /^1:/ }).click()
    await page.getByRole('button', { name: 'Guaranteed', exact: true }).waitFor()
    expect(
      await nodeCard(page, 'bell')
        .getByText(/Only best effort/)
        .count(),
    ).toBe(0)
    expect(browser.complaints).toEqual([])
  })

  test('is told in the list of flows, from where one gets to the node', async () => {
    await server.api('PUT', '/api/flows/listed', {
      ...{ format: 'wirehouse/flow@1', id: 'listed', name: 'Listed', nodes: [bell, lamp], wires },
    })
    await using browser = await signIn(server.url, '/flows')
    const { page } = browser
    const row = page.getByRole('listitem').filter({ hasText: 'Listed' })
    await row.getByRole('button', { name: 'Best effort: 1 node' }).click()
    await page.getByRole('button', { name: /^Bell/ }).click()
    await page.locator('.react-flow__node[data-id="bell"].selected').waitFor()
  })
})
