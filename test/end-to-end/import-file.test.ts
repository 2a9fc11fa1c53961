import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { serializeFlows } from '#flows/serialize-flow.ts'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess

beforeEach(async () => {
  server = await startServerProcess()
})
afterEach(async () => server[Symbol.asyncDispose]())

const shared: Flow = {
  ...emptyFlow('shared', 'Shared'),
  nodes: [
    { id: 'far', type: 'mqtt-out', version: 2, at: [320, 80], config: { broker: 'far', topic: 'a' } },
    { id: 'odd', type: 'zigbee-magic', at: [80, 80], config: { channel: 11 } },
  ],
  connections: [{ id: 'far', type: 'mqtt', name: 'Far away', config: { host: 'far.example', user: 'me' } }],
}
const gate: Flow = { ...emptyFlow('gate', 'Gate, newer'), description: 'From the file.' }

/** Drops a file on the page, as from a folder. */
const dropFile = `(text) => {
  const data = new DataTransfer()
  data.items.add(new File([text], 'shared.json', { type: 'application/json' }))
  const at = document.querySelector('main') ?? document.body
  for (const type of ['dragenter', 'dragover', 'drop'])
    at.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
}`

test('a dropped file is looked at before anything is stored, and its secrets are asked for in one form', async () => {
  await server.api('PUT', '/api/flows/gate', emptyFlow('gate', 'Gate'))
  await using browser = await signIn(server.url, '/flows')
  const { page } = browser
  await page.getByText('Gate').waitFor()
  await page.evaluate(`(${dropFile})(${JSON.stringify(serializeFlows([shared, gate]))})`)
  const dialog = page.getByRole('dialog', { name: 'Import' })
  await dialog.getByText(/placeholders that do nothing: zigbee-magic/).waitFor()
  await dialog.getByText('A flow with the id gate stands already.').waitFor()
  await dialog.getByText('Is sent to far.example, as the file says.').waitFor()
  expect((await server.api('GET', '/api/flows')).body.map(({ id }: Flow) => id)).toEqual(['gate'])

  await dialog.getByRole('radio', { name: 'Replace' }).click()
  await dialog.getByLabel('Far away: Password', { exact: true }).fill('geheim')
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByRole('dialog', { name: 'Imported' }).waitFor()

  const { body: flows } = await server.api('GET', '/api/flows')
  expect(flows.map(({ id, name }: Flow) => [id, name]).sort()).toEqual([
    ['gate', 'Gate, newer'],
    ['shared', 'Shared'],
  ])
  const { body: stored } = await server.api('GET', '/api/flows/shared')
  expect(stored.nodes).toEqual(shared.nodes)
  const { body: connections } = await server.api('GET', '/api/connections')
  expect(connections).toMatchObject([{ id: 'far', name: 'Far away', secretsSet: ['password'] }])
  expect(JSON.stringify(connections)).not.toContain('geheim')
  expect(browser.complaints).toEqual([])
})

test('all flows leave as one file, which says what is not in it', async () => {
  await server.api('POST', '/api/import', serializeFlows([shared, gate]))
  await using browser = await signIn(server.url, '/flows')
  const { page } = browser
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export all' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('wirehouse.flows.json')
  await page.getByText(/Left out for safety: the secrets of Far away/).waitFor()
})
