import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { violations } from '#rig/violations.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  const nodes = [
    { id: 'go', type: 'inject', at: [80, 80], config: {} },
    { id: 'quiet', type: 'debounce', at: [320, 80], config: {} },
  ]
  const flow = {
    format: 'wirehouse/flow@1',
    id: 'seen',
    name: 'Seen',
    nodes,
    wires: [['go.out', 'quiet.in']],
  }
  await server.api('PUT', '/api/flows/seen', { ...flow, env: { city: 'Wien', limit: 5, on: true } })
  await server.api('POST', '/api/import', { ...flow, id: 'imported' })
  const alarm = { id: 'alarm', type: 'alarm', at: [80, 80], config: { key: '{{ payload }}' } }
  await server.api('PUT', '/api/connections/other', {
    type: 'mqtt',
    name: 'Other',
    config: { host: '127.0.0.1', port: 9 },
  })
  const maps = [{ direction: 'both', filter: 'home/#', remotePrefix: 'haus/' }]
  await server.api('POST', '/api/broker/bridges', { name: 'Cloud', connection: 'other', maps })
  await server.api('PUT', '/api/flows/door', { ...flow, id: 'door', name: 'Door', nodes: [alarm], wires: [] })
  await server.api('POST', '/api/flows/door/deploy')
  for (const payload of ['front', 'back', 'side'])
    await server.api('POST', '/api/flows/door/nodes/alarm/inject', { payload })
  const { body: alarms } = await server.api('GET', '/api/alarms')
  await server.api('POST', `/api/alarms/${alarms[0].id}/acknowledge`)
  await server.api('POST', `/api/alarms/${alarms[1].id}/quiet`)
  await server.api('PUT', '/api/mqtt/home/climate', { temperature: 21 })
})
afterAll(() => server[Symbol.asyncDispose]())

const looks = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const

test.each(looks)('the door is open to everybody: $width wide, $colorScheme', async (look) => {
  await using browser = await openBrowser(server.url, look)
  await browser.page.getByRole('button', { name: 'Sign in' }).waitFor()
  expect(await violations(browser.page)).toEqual([])
})

test.each(looks)('so is every page: $width wide, $colorScheme', { timeout: 120_000 }, async (look) => {
  await using browser = await signIn(server.url, '/flows', look)
  const { page } = browser
  const found: Record<string, string[]> = {}
  for (const path of [
    '/flows',
    '/flows/seen',
    '/flows/imported',
    '/alarms',
    '/alarms?show=outbox',
    '/alarms?show=letters',
    '/connections',
    '/mqtt',
    '/mqtt?topic=home/climate',
    '/mqtt?pane=publish',
    '/mqtt?pane=subscriptions',
    '/mqtt?show=status',
    '/mqtt?show=clients',
    '/mqtt?show=bridges',
    '/history',
    '/mqtt?show=listeners',
    '/settings',
    '/nowhere',
  ]) {
    await page.goto(`${server.url}${path}`)
    await page.getByRole('navigation').first().waitFor()
    found[path] = await violations(page)
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((path) => [path, []])))
})

test.each(looks)(
  'so are a review, the revisions and the problems: $width wide, $colorScheme',
  async (look) => {
    const node = (id: string, type: string, x: number, config = {}) => ({ id, type, at: [x, 80], config })
    const put = (nodes: readonly object[], wires: readonly object[]) =>
      server.api('PUT', '/api/flows/compared?lenient=true', {
        ...{ format: 'wirehouse/flow@1', id: 'compared', name: 'Compared', nodes, wires },
      })
    await put([node('go', 'inject', 80), node('log', 'debug', 320)], [['go.out', 'log.in']])
    await server.api('POST', '/api/flows/compared/deploy', { message: 'First' })
    await put([node('go', 'inject', 80, { topic: 'b' })], [])
    await server.api('POST', '/api/flows/compared/deploy')
    await put([node('go', 'inject', 80, { topic: 'a' }), node('in', 'mqtt-in', 320)], [['go.out', 'in.in']])
    await using browser = await signIn(server.url, '/flows/compared', look)
    const { page } = browser
    const isWide = look.width > 1000
    const found: Record<string, string[]> = {}
    for (const item of ['Review changes…', 'Revisions']) {
      await page.getByRole('button', { name: 'More about deploying' }).click()
      await page.getByRole('menuitem', { name: item }).click()
      await page.locator('[data-mark="changed"]').first().waitFor()
      if (!isWide && item === 'Review changes…')
        await page.getByRole('button', { name: 'Changes', exact: true }).click()
      await page
        .getByText(/^Deploy$|Restore as the draft/)
        .last()
        .waitFor()
      found[item] = await violations(page)
      if (!isWide) await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Back to the draft' }).first().click()
    }
    await page.getByRole('button', { name: isWide ? /problems/ : 'Debug' }).click()
    await page.getByRole('tab', { name: /Problems/ }).click()
    await page.getByRole('button', { name: 'Remove wire' }).waitFor()
    found['problems'] = await violations(page)
    expect(found).toEqual({ 'Review changes…': [], Revisions: [], problems: [] })
  },
)
