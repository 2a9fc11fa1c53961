import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'

/** What a gesture cost. */
export interface Cost {
  /** Of the main thread, by its own clock: other work on the machine hardly shows in it. */
  readonly threadMs: number
  readonly framesPerSecond: number
  readonly seconds: number
}

/** Reads the clocks and counters of a page. */
export class PageMeter {
  readonly #page: Page
  readonly #session: CDPSession

  private constructor(page: Page, session: CDPSession) {
    this.#page = page
    this.#session = session
  }

  static async attach(page: Page): Promise<PageMeter> {
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await session.send('HeapProfiler.enable')
    return new PageMeter(page, session)
  }

  /** The cost of what happens meanwhile. */
  async costOf(happen: () => Promise<void>): Promise<Cost> {
    await this.#page.evaluate(countFrames)
    const [threadBefore, before] = [await this.#threadMs(), performance.now()]
    await happen()
    const [threadAfter, after] = [await this.#threadMs(), performance.now()]
    const frames = await this.#page.evaluate(() => window.benchFrames?.() ?? 0)
    const seconds = (after - before) / 1_000
    return { threadMs: threadAfter - threadBefore, framesPerSecond: frames / seconds, seconds }
  }

  /** Megabytes after a collection of garbage. */
  async heapMb(): Promise<number> {
    for (let times = 0; times < 3; times++) {
      await this.#session.send('HeapProfiler.collectGarbage')
      await pause(100)
    }
    return (await this.#metric('JSHeapUsedSize')) / 1e6
  }

  elements(): Promise<number> {
    return this.#page.evaluate(() => document.querySelectorAll('*').length)
  }

  /** Until what was begun has been drawn. */
  async settle(): Promise<void> {
    await this.#page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))
        }),
    )
  }

  async #threadMs(): Promise<number> {
    return (await this.#metric('ThreadTime')) * 1_000
  }

  async #metric(name: string): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics')
    const metric = metrics.find((each) => each.name === name)
    if (!metric) throw new Error(`Chromium does not tell its ${name}.`)
    return metric.value
  }
}

declare global {
  interface Window {
    /** Ends the count, and answers it. */
    benchFrames?: () => number
  }
}

/** Runs in the page. */
function countFrames(): void {
  let frames = 0
  let isCounting = true
  const count = (): void => {
    frames++
    if (isCounting) requestAnimationFrame(count)
  }
  requestAnimationFrame(count)
  window.benchFrames = () => {
    isCounting = false
    return frames
  }
}
