import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { clickWire, nodeCard, select } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

const STUCK = 'The function ran without end and was stopped. Look for a loop that never ends.'

const drawing = (id: string, code: string, ...more: readonly { readonly id: string }[]) => ({
  format: 'wirehouse/flow@1',
  id,
  name: `House ${id}`,
  nodes: [
    { id: 'go', type: 'inject', name: 'Go', at: [80, 80], config: {} },
    { id: 'f', type: 'function', name: 'Guess', at: [320, 80], config: { code } },
    { id: 'show', type: 'debug', name: 'Show', at: [560, 80], config: {} },
    ...more,
  ],
  wires: [['go.out', 'f.in'], ['f.out', 'show.in'], ...more.map(({ id }) => ['go.out', `${id}.in`])],
})

async function deploy(flow: ReturnType<typeof drawing>): Promise<void> {
  await server.api('PUT', `/api/flows/${flow.id}?lenient=true`, flow)
  expect((await server.api('POST', `/api/flows/${flow.id}/deploy`)).status).toBe(200)
}
const poke = async (flow: string) =>
  (await server.api('POST', `/api/flows/${flow}/nodes/go/inject`, { payload: 1 })).body?.code
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

test('an endless loop is named on the canvas and in the log, put aside after three times, and runs again once it is mended', async () => {
  await deploy(drawing('bad', 'while (true) {}'))
  await deploy(drawing('good', 'return message'))
  await using browser = await signIn(server.url, '/flows/bad')
  const { page } = browser
  await press(page, 'Debug')
  expect(await poke('bad')).toBe('FUNCTION_STUCK')
  await nodeCard(page, 'f').getByText('Got stuck').waitFor()
  await page.getByText(STUCK).last().waitFor()
  expect([await poke('good'), await poke('bad'), await poke('bad')]).toEqual([
    undefined,
    'FUNCTION_STUCK',
    'FUNCTION_STUCK',
  ])
  await page.getByText('This flow was stopped because “Guess” failed again and again.').waitFor()
  expect(await poke('bad')).toBe('FLOW_NOT_RUNNING')

  await page.goto(`${server.url}/flows`)
  await page.getByText('Stopped: keeps failing').waitFor()
  await server.api('PUT', '/api/flows/bad', drawing('bad', 'return message'))
  await page.goto(`${server.url}/flows/bad`)
  await press(page, 'Start again')
  await page.getByText('This flow was stopped').waitFor({ state: 'detached' })
  expect(await poke('bad')).toBe(undefined)
  expect(browser.complaints).toEqual([])
})

test('a flow with a node of an unknown type runs, and shows a placeholder', async () => {
  const stranger = { id: 'u', type: 'flux-compensator', at: [320, 220], config: { power: 1.21 } }
  await deploy(drawing('foreign', 'return message', stranger))
  expect(await poke('foreign')).toBe(undefined)
  await using browser = await signIn(server.url, '/flows/foreign')
  const { page } = browser
  await nodeCard(page, 'u').getByText('flux-compensator').first().waitFor()
  await select(page, 'u')
  await page.getByText('"power": 1.21').waitFor()
})

test('the way of the next message on a wire is shown, step by step, with what failed', async () => {
  await deploy(drawing('traced', 'if (message.payload) throw new Error("No such room"); return message'))
  await using browser = await signIn(server.url, '/flows/traced')
  const { page } = browser
  await clickWire(page, 'go.out', 'f.in')
  await press(page, 'Follow the next message')
  await page.getByText('Waiting for a message on this wire').waitFor()
  const steps = page.getByRole('listitem').filter({ hasText: /\d\s[mµ]s/ })
  // the question may be on its way still when the first message goes over the wire
  const isFound = async () => (await poke('traced')) === 'FUNCTION_THROW' && (await steps.count()) > 0
  await expect.poll(isFound, { timeout: 10_000 }).toBe(true)
  await steps.filter({ hasText: 'No such room' }).waitFor()
  const names = (await steps.allInnerTexts()).map((text) => text.split('\n').slice(0, 2).join(' '))
  expect(names).toEqual(['Go out', 'Guess in'])
  expect(browser.complaints).toEqual([])
})
