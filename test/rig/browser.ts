import { type Browser, chromium, type Page } from 'playwright-core'
import { OWNER } from './server-process.ts'
import { watchRequests } from './settled.ts'

/** A browser and its page, and what went wrong on it. */
export interface BrowserRig extends AsyncDisposable {
  readonly page: Page
  /** Errors of scripts and on the console, requests to other hosts. Empty at the end of a good test. */
  readonly complaints: readonly string[]
}

export interface BrowserOptions {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
  readonly language?: 'en' | 'de'
  /** A phone: fingers instead of a mouse. */
  readonly hasTouch?: boolean
}

/**
 * What Chromium is to do without. It knows one list only, so Playwright's own stands in it as well; the last three are
 * ours: each window has a process for either list below its address bar, and one in store for its next page. No page of
 * ours sees them, and together they were a third of what Chromium costs.
 */
const without = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  'SpareRendererForSitePerProcess',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
]

let shared: Promise<Browser> | undefined

/** One Chromium serves all tests of a file, for each takes a second to start; it ends with their process. */
const launched = (): Promise<Browser> => {
  shared ??= chromium.launch({
    executablePath: process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', `--disable-features=${without.join()}`],
  })
  return shared
}

/** Opens an address as somebody who was never here, in the machine's Chromium, which `npm test` has found or installed. */
export async function openBrowser(
  url: string,
  options: BrowserOptions = {},
  home = url,
): Promise<BrowserRig> {
  const { width = 1440, height = 900, colorScheme = 'light', language = 'en', hasTouch = false } = options
  const context = await (await launched()).newContext({
    viewport: { width, height },
    colorScheme,
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    hasTouch,
    isMobile: hasTouch,
  })
  const page = await context.newPage()
  watchRequests(page)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`))
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && new URL(home).host !== host)
      complaints.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

/** Opens a page of the editor as the owner, who has signed in; what happens in the house from then on is seen in it. */
export async function signIn(url: string, path: string, options: BrowserOptions = {}): Promise<BrowserRig> {
  const browser = await openBrowser('about:blank', options, url)
  const { page } = browser
  page.setDefaultTimeout(20_000)
  const answer = await page.request.post(`${url}/api/session`, { data: OWNER, headers: { origin: url } })
  if (!answer.ok()) throw new Error(`The owner could not sign in: ${await answer.text()}`)
  await page.goto(`${url}${path}`)
  await page.locator('nav [data-state="on"]').waitFor({ state: 'attached' })
  return browser
}
