import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { areas, furnish, openArea } from '#rig/areas.ts'
import { type BrowserOptions, signIn } from '#rig/browser.ts'
import { englishOnly } from '#rig/english-only.ts'
import { overlays } from '#rig/overlays.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { violationsByDayAndNight } from '#rig/violations.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  const furniture = await furnish(server)
  return async () => {
    await furniture[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  }
})

const wide = { width: 1440, height: 900 } as const
const narrow = { width: 390, height: 844, hasTouch: true } as const

/** Everything in both languages at both sizes: `npm run torture -- --only looks`. */
const isThorough = process.env['TEST_LOOKS'] === 'all'

/** How each area is looked at, by day and by night. */
const looks: readonly BrowserOptions[] = isThorough
  ? [wide, narrow].flatMap((size) => [
      { ...size, language: 'en' as const },
      { ...size, language: 'de' as const },
    ])
  : [
      { ...wide, language: 'en' },
      { ...narrow, language: 'de' },
    ]

/** What is wrong with what is on the screen, in words; empty if nothing. */
async function faults(page: Page, language: BrowserOptions['language']): Promise<string[]> {
  const tooWide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })
  const texts = language === 'de' ? await textsOn(page) : []
  return [
    ...(await violationsByDayAndNight(page)),
    ...(tooWide > 0 ? [`wider than the screen by ${tooWide} px`] : []),
    ...texts
      .filter((text) => englishOnly.has(text) && !ownNames.has(text))
      .map((text) => `in English: ${text}`),
  ]
}

test.each(looks)(
  'axe finds nothing in any area, nothing is wider than the screen, and nothing is left in English: $width wide, $language',
  { timeout: 480_000 },
  async (look) => {
    await using browser = await signIn(server.url, '/flows', look)
    const { page } = browser
    const found: Record<string, string[]> = {}
    const seen = Object.entries(areas).filter(
      // of what opens over a page, each look takes every other one
      ([name], index) => isThorough || !(name in overlays) || index % 2 === looks.indexOf(look),
    )
    for (const [name, area] of seen) {
      await openArea(page, server.url, area)
      found[name] = await faults(page, look.language)
    }
    expect(found).toEqual(Object.fromEntries(seen.map(([name]) => [name, []])))
    expect(browser.complaints).toEqual([])
  },
)

/** What the person who furnished the house has written into it. */
const ownNames = new Set([
  'Seen',
  'Empty',
  'Imported',
  'Other',
  'Cloud',
  'Door',
  'Bell',
  'Script',
  'Small',
  'Hook',
  'Bot',
  'Lamp',
])

/** All that is written on the page, or read aloud, each once; code is the same in each language. */
const textsOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const texts = new Set<string>()
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode())
      if (!walker.currentNode.parentElement?.closest('code'))
        texts.add(walker.currentNode.textContent?.trim() ?? '')
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
      for (const name of ['aria-label', 'title', 'placeholder'])
        texts.add(element.getAttribute(name)?.trim() ?? '')
    return [...texts]
  })
