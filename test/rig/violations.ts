import axe, { type RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

/** Experimental: it takes all that stands on a button for its label, the description under a title included. */
const notYetRules = { 'label-content-name-mismatch': { enabled: false } }

/** What axe finds by the rules of WCAG 2.2 AA. */
export async function violations(page: Page): Promise<string[]> {
  await page.waitForLoadState('networkidle')
  await page.evaluate(axe.source)
  const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  return runAxe(page, { runOnly: { type: 'tag', values }, rules: notYetRules })
}

async function runAxe(page: Page, options: RunOptions): Promise<string[]> {
  // What is still fading in has not its colours yet; what goes away breaks off its own.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(
          ({ playState, effect }) =>
            playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime),
        )
        .map((animation) => animation.finished),
    ),
  )
  return page.evaluate(async (options) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options)
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
  }, options)
}
