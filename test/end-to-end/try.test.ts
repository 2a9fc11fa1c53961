import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { type BrowserRig, signIn } from '#rig/browser.ts'
import { select } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { violations } from '#rig/violations.ts'

let server: ServerProcess
let browser: BrowserRig
let page: Page

const flow: Flow = {
  ...emptyFlow('warm', 'Warm'),
  nodes: [
    {
      id: 'sensor',
      type: 'simulated-sensor',
      name: 'Room',
      at: [80, 96],
      config: { sensor: 'temperature', periodMs: 86_400_000 },
    },
    {
      id: 'limit',
      type: 'switch',
      name: 'Too warm',
      at: [336, 96],
      config: { rules: [{ operator: '>', value: 25 }] },
    },
    { id: 'show', type: 'debug', name: 'Show', at: [592, 96], config: {} },
  ],
  wires: [
    ['sensor.out', 'limit.in'],
    ['limit.out1', 'show.in'],
  ],
  tests: [
    {
      name: '30 degrees is too warm',
      send: [{ to: 'sensor', at: 0, payload: 30 }],
      expect: [{ at: 'show.in', payloads: [31] }],
      within: 60_000,
    },
  ],
}

beforeAll(async () => {
  server = await startServerProcess()
  await server.api('PUT', '/api/flows/warm', flow)
  await server.api('POST', '/api/flows/warm/deploy', {})
  browser = await signIn(server.url, '/flows/warm')
  page = browser.page
})
afterAll(async () => {
  expect(browser.complaints).toEqual([])
  await browser[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const inspector = () => page.locator('[data-inspector]')
const draft = async () => (await server.api('GET', '/api/flows/warm')).body as Flow

test('a typed message goes through the running flow, and its way is shown', async () => {
  await select(page, 'limit')
  await inspector().getByRole('tab', { name: 'Try' }).click()
  await inspector().getByLabel('Payload: Kind of payload').click()
  await page.getByRole('option', { name: 'Number' }).click()
  await inspector().getByLabel('Payload', { exact: true }).fill('warm')
  await inspector().getByText('Write a number, like 21.5.').waitFor()
  expect(await inspector().getByRole('button', { name: 'Send' }).isDisabled()).toBe(true)
  await inspector().getByLabel('Payload', { exact: true }).fill('28')
  await inspector().getByRole('button', { name: 'Send' }).click()
  await inspector()
    .getByText(/^Done in /)
    .waitFor()
  await inspector().locator('li', { hasText: 'Show' }).waitFor()
})

test('a message is saved with the flow, and undo takes that back', async () => {
  await inspector().getByLabel('Save it with the flow as').fill('hot')
  await inspector().getByRole('button', { name: 'Save', exact: true }).click()
  await expect.poll(async () => (await draft()).messages).toEqual([{ name: 'hot', payload: 28 }])
  await page.locator('.react-flow__pane').click({ position: { x: 20, y: 400 } })
  await page.keyboard.press('Control+z')
  await expect.poll(async () => (await draft()).messages).toBeUndefined()
})

test('a rehearsal shows what would come of a message, and the running flow sees nothing of it', async () => {
  await select(page, 'sensor')
  await inspector().getByRole('tab', { name: 'Try' }).click()
  await inspector().getByRole('radio', { name: 'Rehearsal' }).click()
  await inspector().getByLabel('Payload: Kind of payload').click()
  await page.getByRole('option', { name: 'Number' }).click()
  await inspector().getByLabel('Payload', { exact: true }).fill('30.5')
  await inspector().getByRole('button', { name: 'Send' }).click()
  await inspector()
    .getByText(/^Rehearsed: /)
    .waitFor()
  await inspector().locator('li', { hasText: 'Show' }).getByText('30.5').waitFor()
})

test('a test that fails shows the difference, takes over what came, and passes', async () => {
  await page.getByRole('button', { name: 'Debug', exact: true }).click()
  await page.getByRole('tab', { name: 'Tests' }).click()
  await page.getByRole('button', { name: 'Run all' }).click()
  const row = page.locator('tr[data-differs="true"]')
  await row.waitFor()
  expect(await row.locator('td').allTextContents()).toEqual(['31', '30'])
  await page.getByRole('button', { name: 'Expect what came' }).click()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByText('It has passed.').waitFor()
  expect((await draft()).tests[0]?.expect).toEqual([{ at: 'show.in', payloads: [30] }])
})

test('a deploy that its tests keep back can be made all the same', async () => {
  await page.getByRole('switch', { name: 'Must pass before a deploy' }).click()
  await page.getByLabel('Expectation 1: Payload 1', { exact: true }).fill('29')
  await page.getByLabel('Name', { exact: true }).first().click()
  await expect.poll(async () => (await draft()).tests[0]?.expect).toEqual([{ at: 'show.in', payloads: [29] }])
  const refused = await server.api('POST', '/api/flows/warm/deploy', {})
  expect([refused.status, refused.body.code, refused.body.problems[0].node]).toEqual([
    422,
    'TESTS_FAILED',
    'show',
  ])
  await page.getByRole('button', { name: 'More about deploying' }).click()
  await page.getByRole('menuitem', { name: 'Review changes…' }).click()
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('The sensor is repaired tomorrow')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Deploy anyway' }).click()
  await page.getByText(/^Deployed as revision/).waitFor()
  const { body } = await server.api('GET', '/api/flows/warm/revisions')
  expect(body[0].message).toBe('The sensor is repaired tomorrow')
})

/** The pause in the recording, and so in its replay: long enough to see what is said meanwhile. */
const LASTS_MS = 1_500

test('what was recorded is replayed, says that it is not real, and can be rehearsed', async () => {
  await page.getByRole('tab', { name: 'Recordings' }).click()
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await page.getByText('Recording: 0 messages.').waitFor()
  await server.api('POST', '/api/flows/warm/nodes/sensor/inject', { payload: 40 })
  await page.getByText('Recording: 1 message.').waitFor()
  await new Promise((resolve) => setTimeout(resolve, LASTS_MS))
  await server.api('POST', '/api/flows/warm/nodes/sensor/inject', { payload: 41 })
  await page.getByText('Recording: 2 messages.').waitFor()
  await page.getByRole('button', { name: 'Stop recording' }).click()
  await page.getByRole('button', { name: 'Rehearse' }).click()
  await page.getByText(/^Rehearsed: /).waitFor()
  expect(await violations(page)).toEqual([])

  const [recording] = (await server.api('GET', '/api/flows/warm/recordings')).body
  const { messages } = (await server.api('GET', `/api/recordings/${recording.id}`)).body
  expect(messages).toMatchObject([
    { to: 'limit.in', payload: 40 },
    { to: 'limit.in', payload: 41 },
  ])
  await Promise.all([
    page.getByText('Not everything that goes through this flow now is real.').waitFor(),
    page.getByText(/is over: 2 messages\./).waitFor(),
    page.getByRole('button', { name: 'Replay', exact: true }).click(),
  ])
})

test('nothing of it keeps anybody out', async () => {
  await page.getByRole('tab', { name: 'Tests' }).click()
  await select(page, 'limit')
  await inspector().getByRole('tab', { name: 'Try' }).click()
  await inspector().getByRole('button', { name: 'Send' }).waitFor()
  expect(await violations(page)).toEqual([])
})
