import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, signIn } from '#rig/browser.ts'
import { nodeCard, nodeIds, select } from '#rig/editor-page.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

const node = (id: string, type: string, x: number, config = {}, name = id) => ({
  ...{ id, type, name, at: [x, 80], config },
})
const door = (id: string, more: object = {}) => ({
  ...{ format: 'wirehouse/flow@1', id, name: 'Door', connections: [], groups: [], tests: [] },
  nodes: [
    node('bell', 'inject', 80),
    node('quiet', 'debounce', 320, { quietMs: 500 }),
    node('log', 'debug', 560),
  ],
  wires: [
    ['bell.out', 'quiet.in'],
    ['quiet.out', 'log.in'],
  ],
  ...more,
})

const read = async (path: string) => (await server.api('GET', `/api/flows/${path}`)).body
const put = (flow: { id: string }) => server.api('PUT', `/api/flows/${flow.id}?lenient=true`, flow)
const deploy = (id: string, message: string) => server.api('POST', `/api/flows/${id}/deploy`, { message })

/** A flow that runs, and whose draft has one node less, one more and one that is set otherwise. */
async function changedDoor(id: string) {
  await put(door(id))
  await deploy(id, 'First')
  await put(
    door(id, {
      nodes: [
        node('bell', 'inject', 80),
        node('quiet', 'debounce', 320, { quietMs: 5_000 }),
        node('loud', 'debug', 560),
      ],
      wires: [
        ['bell.out', 'quiet.in'],
        ['quiet.out', 'loud.in'],
      ],
    }),
  )
}

async function open(id: string, options: Parameters<typeof signIn>[2] = {}) {
  const browser = await signIn(server.url, `/flows/${id}`, options)
  await browser.page.locator('.react-flow__node').first().waitFor()
  return browser
}

async function choose(page: Page, item: string) {
  await page.getByRole('button', { name: 'More about deploying' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const marks = (page: Page) =>
  page
    .locator('.react-flow__node:has([data-mark])')
    .evaluateAll((cards) =>
      cards
        .map(
          (card) =>
            `${card.querySelector('[data-mark]')?.getAttribute('data-mark')} ${card.getAttribute('data-id')}`,
        )
        .sort(),
    )
const changeList = (page: Page) => page.getByRole('complementary').getByRole('listitem')

describe('a review', () => {
  test('shows what a deploy changes and restarts, and deploys with a message', async () => {
    await changedDoor('reviewed')
    await using browser = await open('reviewed')
    const { page } = browser
    await choose(page, 'Review changes…')
    await expect.poll(() => marks(page)).toEqual(['added loud', 'changed quiet', 'removed log'])
    await page.getByRole('heading', { name: '5 changes' }).waitFor()
    await page.getByText('“quiet” starts anew. What it remembers and holds back is kept.').waitFor()
    await page.getByText('“log” stops.').waitFor()
    await page.getByText('1 node runs on untouched.').waitFor()
    expect(await page.locator('dl').innerText()).toMatch(/Quiet time[\s\S]*500 ms[\s\S]*5 s/)
    await page.getByRole('textbox', { name: 'Message' }).fill('Quieter')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Deployed as revision 2').waitFor()
    expect((await read('reviewed/revisions'))[0]).toMatchObject({
      ...{ number: 2, by: 'admin', message: 'Quieter', changes: 5 },
    })
    await expect.poll(() => marks(page)).toEqual([])
    expect(await nodeIds(page)).toEqual(['bell', 'quiet', 'loud'])
    expect(browser.complaints).toEqual([])
  })

  test('goes to what is pressed in its list, and leads back by Escape', async () => {
    await changedDoor('pressed')
    await using browser = await open('pressed')
    const { page } = browser
    await choose(page, 'Review changes…')
    await changeList(page).getByRole('button', { name: 'Removed: log', exact: true }).click()
    await page.locator('[data-id="log"] [data-selected="true"]').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect.poll(() => nodeIds(page)).toEqual(['bell', 'quiet', 'loud'])
  })
})

describe('the revisions', () => {
  test('are shown, compared, and restored as one step that can be undone', async () => {
    await changedDoor('restored')
    await deploy('restored', 'Second')
    await using browser = await open('restored')
    const { page } = browser
    await choose(page, 'Revisions')
    await expect.poll(() => marks(page)).toEqual(['added loud', 'changed quiet', 'removed log'])
    await page.getByText('What revision 2 changed since revision 1').waitFor()
    await page.getByRole('button', { name: /^Revision 1/ }).click()
    await page.getByText(/^Revision 1, /).waitFor()
    await expect.poll(() => nodeIds(page)).toEqual(['bell', 'quiet', 'log'])
    await page.getByRole('combobox', { name: 'Compare with' }).click()
    await page.getByRole('option', { name: 'The draft' }).click()
    await expect.poll(() => marks(page)).toEqual(['added log', 'changed quiet', 'removed loud'])
    await page.getByRole('button', { name: 'Restore as the draft' }).click()
    await expect.poll(async () => (await read('restored')).nodes).toEqual(door('').nodes)
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await read('restored')).nodes[2].id).toBe('loud')
    expect((await read('restored/revisions')).length).toBe(2)
    expect(browser.complaints).toEqual([])
  })

  test('are restored and deployed at once as a new one', async () => {
    await changedDoor('again')
    await deploy('again', 'Second')
    await using browser = await open('again')
    const { page } = browser
    await choose(page, 'Revisions')
    await page.getByRole('button', { name: /^Revision 1/ }).click()
    await page.getByRole('button', { name: 'Restore and deploy' }).click()
    await expect
      .poll(async () => (await read('again/revisions'))[0])
      .toMatchObject({ number: 3, message: 'Revision 1 restored' })
    expect((await read('again/revisions/3')).nodes).toEqual(door('').nodes)
  })

  test('cannot be changed while they are shown', async () => {
    await changedDoor('shown')
    await using browser = await open('shown')
    const { page } = browser
    await choose(page, 'Revisions')
    await expect.poll(() => nodeIds(page)).toEqual(['bell', 'quiet', 'log'])
    await select(page, 'log')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Control+z')
    expect(await nodeIds(page)).toEqual(['bell', 'quiet', 'log'])
    expect((await read('shown')).nodes.map(({ id }: { id: string }) => id)).toEqual(['bell', 'quiet', 'loud'])
  })

  test('and a review fit on a phone', async () => {
    await changedDoor('phone')
    await using browser = await open('phone', { width: 390, height: 844 })
    const { page } = browser
    await choose(page, 'Review changes…')
    await page.getByRole('button', { name: 'Changes', exact: true }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('heading', { name: '5 changes' }).waitFor()
    await sheet.getByRole('button', { name: 'Changed: quiet', exact: true }).click()
    await nodeCard(page, 'quiet').locator('[data-mark="changed"]').waitFor()
    await page.getByRole('button', { name: 'Back to the draft' }).click()
    await choose(page, 'Revisions')
    await page.getByRole('dialog').getByRole('button', { name: 'Restore as the draft' }).click()
    await expect.poll(async () => (await read('phone')).nodes).toEqual(door('').nodes)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  })
})

test('who may only look sees the revisions, and cannot bring one back', async () => {
  await changedDoor('looked-at')
  const guest = { name: 'guest', password: 'many coloured stones' }
  await server.api('POST', '/api/users', { ...guest, role: 'viewer' })
  await using browser = await openBrowser(server.url)
  const { page } = browser
  await page.getByLabel('Name').fill(guest.name)
  await page.getByLabel('Password', { exact: true }).fill(guest.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation').first().waitFor()
  await page.goto(`${server.url}/flows/looked-at`)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Revisions' }).click()
  await page.getByRole('combobox', { name: 'Compare with' }).waitFor()
  await expect.poll(() => nodeIds(page)).toEqual(['bell', 'quiet', 'log'])
  expect(await page.getByRole('button', { name: /Restore|Deploy/ }).count()).toBe(0)
})

describe('the draft', () => {
  test('is deployed by keys; the keys for saving say that it is saved', async () => {
    await put(door('keys'))
    await using browser = await open('keys')
    const { page } = browser
    await page.keyboard.press('Control+s')
    await page.getByText('The draft is saved as you type.').waitFor()
    await page.keyboard.press('Control+Shift+d')
    await page.getByText('What you draw is a draft').waitFor()
    await expect.poll(async () => (await read('keys/revisions')).length).toBe(1)
  })

  test('names its problems one after another by F8, at their fields, and mends what is evident', async () => {
    const nodes = [
      node('in', 'mqtt-in', 80, { topic: '' }),
      node('wait', 'delay', 320, { delayMs: -1 }),
      node('log', 'debug', 560),
    ]
    await put(door('faulty', { nodes, wires: [['wait.out9', 'log.in']] }))
    await using browser = await open('faulty')
    const { page } = browser
    const focused = (name: string) => page.locator(':focus').and(page.getByLabel(name)).waitFor()
    await page.keyboard.press('F8')
    await focused('Topic')
    await page.keyboard.type('home/door')
    await page.keyboard.press('F8')
    await focused('Time')
    await page.getByRole('button', { name: '1 problem' }).click()
    await page.getByRole('button', { name: 'Use the default' }).click()
    await page.getByRole('button', { name: 'Remove wire' }).click()
    await page.getByText('Everything that is drawn can run.').waitFor()
    await expect.poll(async () => (await read('faulty')).wires).toEqual([])
  })
})
