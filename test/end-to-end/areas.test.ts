import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { areas, furnish, openArea } from '#rig/areas.ts'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { colourViolations, violations } from '#rig/violations.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  await furnish(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const widths = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const

async function showIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-theme="${colorScheme}"]`).waitFor({ state: 'attached' })
}

/** What is wrong with what is on the screen, in words; empty if nothing. */
async function faults(page: Page): Promise<string[]> {
  const inLight = await violations(page)
  await showIn(page, 'dark')
  const inDark = await colourViolations(page)
  await showIn(page, 'light')
  const tooWide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })
  return [
    ...inLight,
    ...inDark.map((fault) => `dark: ${fault}`),
    ...(tooWide > 0 ? [`wider than the screen by ${tooWide} px`] : []),
  ]
}

test.each(widths)(
  'axe finds nothing in any area, light and dark, and nothing is wider than the screen: $width wide',
  { timeout: 240_000 },
  async (size) => {
    await using browser = await signIn(server.url, '/flows', size)
    const { page } = browser
    const found: Record<string, string[]> = {}
    for (const [name, area] of Object.entries(areas)) {
      await openArea(page, server.url, area)
      found[name] = await faults(page)
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(areas).map((name) => [name, []])))
    expect(browser.complaints).toEqual([])
  },
)
