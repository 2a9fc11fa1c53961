import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { areas, furnish, openArea } from '#rig/areas.ts'
import { signIn } from '#rig/browser.ts'
import { englishOnly } from '#rig/english-only.ts'
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

test('in German, no area has a text left that is English', { timeout: 120_000 }, async () => {
  await using browser = await signIn(server.url, '/flows', { language: 'de' })
  const { page } = browser
  const found: Record<string, string[]> = {}
  for (const [name, area] of Object.entries(areas)) {
    await openArea(page, server.url, area)
    found[name] = (await textsOn(page)).filter((text) => englishOnly.has(text) && !ownNames.has(text))
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(areas).map((name) => [name, []])))
})

/** What the person who furnished the house has written into it. */
const ownNames = new Set(['Seen', 'Empty', 'Imported', 'Other', 'Cloud', 'Door', 'Bell'])

/** All that is written on the page, or read aloud, each once. */
const textsOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const texts = new Set<string>()
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) texts.add(walker.currentNode.textContent?.trim() ?? '')
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
      for (const name of ['aria-label', 'title', 'placeholder'])
        texts.add(element.getAttribute(name)?.trim() ?? '')
    return [...texts]
  })
