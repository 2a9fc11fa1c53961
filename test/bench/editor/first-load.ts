import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, BrowserContext } from 'playwright-core'
import type { RunningEditor } from './editor-peer.ts'

/** What a browser that was never here loads, and how long that takes. */
export interface FirstLoad {
  readonly kilobytes: number
  readonly requests: number
  readonly drawnMs: number
  /** All nodes are drawn and nothing keeps the page from answering: the end of the last long task. */
  readonly interactiveMs: number
}

/** So long without a task of more than 50 ms, and the page counts as interactive. */
const QUIET_MS = 500
const PATIENCE_MS = 60_000

/** A context as of a person who comes for the first time, signed in. */
export async function newPerson(browser: Browser, editor: RunningEditor): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
  await editor.signIn(context)
  return context
}

export async function measureFirstLoad(
  browser: Browser,
  editor: RunningEditor,
  nodes: number,
): Promise<FirstLoad> {
  const context = await newPerson(browser, editor)
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    let [bytes, requests] = [0, 0]
    session.on('Network.requestWillBeSent', ({ request }) => {
      if (request.url.startsWith('http')) requests++
    })
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    await page.addInitScript(watchLoad, { isDrawn: editor.isDrawn.toString(), nodes })
    await page.goto(editor.url)
    await page.waitForFunction(
      (quiet) => {
        const load = window.benchLoad
        return load?.drawnMs !== undefined && performance.now() - Math.max(load.drawnMs, load.busyMs) > quiet
      },
      QUIET_MS,
      { timeout: PATIENCE_MS, polling: 50 },
    )
    await page.waitForLoadState('networkidle')
    await pause(QUIET_MS)
    const load = await page.evaluate(() => window.benchLoad)
    const drawnMs = load?.drawnMs ?? Number.NaN
    return {
      kilobytes: bytes / 1_000,
      requests,
      drawnMs,
      interactiveMs: Math.max(drawnMs, load?.busyMs ?? 0),
    }
  } finally {
    await context.close()
  }
}

declare global {
  interface Window {
    benchLoad?: { drawnMs: number | undefined; busyMs: number }
  }
}

/** Runs in the page before all else: notes when the nodes were drawn, and when the last long task ended. */
function watchLoad({ isDrawn, nodes }: { isDrawn: string; nodes: number }): void {
  const load: NonNullable<Window['benchLoad']> = { drawnMs: undefined, busyMs: 0 }
  window.benchLoad = load
  const test = new Function(`return (${isDrawn})`)() as (nodes: number) => boolean
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      load.busyMs = Math.max(load.busyMs, startTime + duration)
  }).observe({ type: 'longtask', buffered: true })
  const look = (): void => {
    if (document.body && test(nodes))
      requestAnimationFrame(() => {
        load.drawnMs = performance.now()
      })
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
