import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

const code = 'return { ...message, payload: "from a stranger" }'
const fileOf = (id: string) =>
  JSON.stringify({
    format: 'wirehouse/flow@1',
    id,
    name: `From a forum: ${id}`,
    trusted: true,
    nodes: [
      { id: 'go', type: 'inject', at: [80, 80], config: {} },
      { id: 'f', type: 'function', name: 'Shout', at: [320, 80], config: { code } },
    ],
    wires: [['go.out', 'f.in']],
  })
const trustOf = async (id: string) =>
  (await server.api('GET', `/api/flows/${id}`)).headers.get('wirehouse-trusted')
const NOTICE = /Its functions run in a sandbox until you trust it/

test('an imported file is locked in until its owner has read its functions and trusts it', async () => {
  await using browser = await signIn(server.url, '/flows')
  const { page } = browser
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await (await chooser).setFiles({
    name: 'forum.json',
    mimeType: 'application/json',
    buffer: Buffer.from(fileOf('forum')),
  })
  await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()
  await page
    .getByRole('dialog')
    .getByRole('link', { name: /From a forum/ })
    .click()
  await page.getByText(NOTICE).waitFor()
  expect(await trustOf('forum')).toBe('false')
  await page.getByRole('button', { name: 'Trust this flow…' }).click()
  await page.getByRole('dialog').getByText(code).waitFor()
  await page.getByRole('button', { name: 'Trust', exact: true }).click()
  await page.getByText(NOTICE).waitFor({ state: 'detached' })
  expect(await trustOf('forum')).toBe('true')
  expect(server.output).toMatch(/"by":"admin".*flow trusted/)
  expect(browser.complaints).toEqual([])
})

test('an editor sees that a flow is locked in, and who could change that', async () => {
  await server.api('POST', '/api/import', fileOf('guarded'))
  const helper = { name: 'helper', password: 'many coloured stones' }
  await server.api('POST', '/api/users', { ...helper, role: 'editor' })
  await using browser = await openBrowser(server.url)
  const { page } = browser
  await page.getByLabel('Name').fill(helper.name)
  await page.getByLabel('Password', { exact: true }).fill(helper.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Imported', { exact: true }).first().waitFor()
  await page.getByRole('link', { name: 'From a forum: guarded' }).click()
  await page.getByText('Only an owner of this house can do that.').waitFor()
  expect(await page.getByRole('button', { name: 'Trust this flow…' }).count()).toBe(0)
})

test('a copy of a flow from outside is from outside', async () => {
  await server.api('POST', '/api/import', fileOf('copied'))
  await using browser = await signIn(server.url, '/flows')
  const { page } = browser
  await page.getByRole('button', { name: 'Actions for From a forum: copied' }).click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await expect.poll(() => trustOf('from-a-forum-copied-copy')).toBe('false')
})

test('code that is put into a flow from a file takes the trust from it; an example of ours does not', async () => {
  await server.api('PUT', '/api/flows/mine', { ...JSON.parse(fileOf('mine')), nodes: [], wires: [] })
  expect(await trustOf('mine')).toBe('true')
  await using browser = await signIn(server.url, '/flows/mine')
  const { page } = browser
  await page.locator('.react-flow__pane').waitFor()
  await page.getByLabel('Import into this flow…').setInputFiles({
    name: 'part.json',
    mimeType: 'application/json',
    buffer: Buffer.from(fileOf('part')),
  })
  await page.getByText(NOTICE).waitFor()
  expect(await trustOf('mine')).toBe('false')
  await page.goto(`${server.url}/flows`)
  await page.getByRole('button', { name: 'Templates' }).click()
  await page.getByRole('button', { name: 'Use “Light rule”' }).click()
  await page.locator('.react-flow__node').first().waitFor()
  expect(await trustOf('light-rule')).toBe('true')
})

test('what was copied here is pasted as ours, and what came from elsewhere is not', async () => {
  const drawn = { ...JSON.parse(fileOf('source')), trusted: undefined }
  await server.api('PUT', '/api/flows/source', drawn)
  for (const id of ['ours', 'theirs'])
    await server.api('PUT', `/api/flows/${id}`, { ...drawn, id, nodes: [], wires: [] })
  await using browser = await signIn(server.url, '/flows/source')
  const { page } = browser
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.locator('.react-flow__node').first().waitFor()
  await page.getByTestId('canvas').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+c')
  const pasteInto = async (id: string) => {
    await page.goto(`${server.url}/flows/${id}`)
    await page.locator('.react-flow__pane').waitFor()
    await page.getByTestId('canvas').focus()
    await page.keyboard.press('Control+v')
    await expect.poll(async () => (await server.api('GET', `/api/flows/${id}`)).body.nodes.length).toBe(2)
  }
  await pasteInto('ours')
  await page.evaluate((text) => navigator.clipboard.writeText(text), fileOf('elsewhere'))
  await pasteInto('theirs')
  expect([await trustOf('ours'), await trustOf('theirs')]).toEqual(['true', 'false'])
})
