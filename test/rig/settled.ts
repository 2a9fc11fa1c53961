import { EventEmitter, once } from 'node:events'
import type { Page, Request } from 'playwright-core'

/** What a page has asked for and not got yet, and how often it asked. */
class Asked extends EventEmitter<{ answered: [] }> {
  readonly open = new Set<Request>()
  count = 0

  constructor(page: Page) {
    super()
    const answered = (request: Request) => {
      this.open.delete(request)
      this.emit('answered')
    }
    page.on('request', (request) => {
      this.count++
      this.open.add(request)
    })
    page.on('requestfinished', answered)
    page.on('requestfailed', answered)
  }
}

const askedBy = new WeakMap<Page, Asked>()

/** Begins to watch a page, before it asks for anything. */
export function watchRequests(page: Page): void {
  askedBy.set(page, new Asked(page))
}

/**
 * Waits until a page has all that it asked for, and has drawn it without asking for more. Quicker than half a second
 * without requests, and true on a slow machine as well.
 */
export async function settled(page: Page): Promise<void> {
  const asked = askedBy.get(page)
  if (!asked) throw new Error('The page is not watched: openBrowser opens one that is.')
  let seen = -1
  while (seen !== asked.count) {
    while (asked.open.size > 0) await once(asked, 'answered', { signal: AbortSignal.timeout(PATIENCE) })
    seen = asked.count
    await page.evaluate(drawnTwice)
  }
}

/** Milliseconds for one answer. */
const PATIENCE = 20_000

const drawnTwice = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))
