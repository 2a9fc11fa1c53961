import { type Browser, chromium, type Page } from 'playwright-core'
import { OWNER } from './server-process.ts'

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

/** Opens an address in the machine's Chromium, which `npm test` has found or installed. */
export async function openBrowser(url: string, options: BrowserOptions = {}): Promise<BrowserRig> {
  const { width = 1440, height = 900, colorScheme = 'light', language = 'en', hasTouch = false } = options
  const executablePath = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium'
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme,
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    hasTouch,
    isMobile: hasTouch,
  })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`))
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(url).host)
      complaints.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, complaints, [Symbol.asyncDispose]: () => browser.close() }
}

/** Opens a page of the editor as the owner, signed in through the form. */
export async function signIn(url: string, path: string, options: BrowserOptions = {}): Promise<BrowserRig> {
  const browser = await openBrowser(url, options)
  const { page } = browser
  page.setDefaultTimeout(10_000)
  const isGerman = options.language === 'de'
  await page.getByLabel('Name').fill(OWNER.name)
  await page.getByLabel(isGerman ? 'Passwort' : 'Password', { exact: true }).fill(OWNER.password)
  await page.getByRole('button', { name: isGerman ? 'Anmelden' : 'Sign in' }).click()
  await page.getByRole('navigation').first().waitFor()
  await page.goto(`${url}${path}`)
  return browser
}
