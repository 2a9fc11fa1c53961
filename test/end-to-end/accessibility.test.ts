import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { violations } from '#rig/violations.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
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

test.each(looks)('so is the first page of a new house: $width wide, $colorScheme', async (look) => {
  await using fresh = await startServerProcess({ withoutOwner: true })
  await using browser = await openBrowser(fresh.url, look)
  await browser.page.getByRole('heading', { level: 1 }).waitFor()
  expect(await violations(browser.page)).toEqual([])
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
