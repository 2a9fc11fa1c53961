import axe, { type RunOnly, type RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { settled } from './settled.ts'

/** Experimental: it takes all that stands on a button for its label, the description under a title included. */
const notYetRules = { 'label-content-name-mismatch': { enabled: false } }

const wcag: RunOnly = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
}

const colourRules: RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/**
 * What axe finds by the rules of WCAG 2.2 AA, as the page is shown now. From then on nothing moves on the page: what
 * appears while axe looks, as a tooltip may, has its colours at once.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await settled(page)
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(axe.source)
  return runAxe(page, { runOnly: wcag, rules: notYetRules })
}

/**
 * The same by day and by night: all rules in the light that the page is shown in, and those of colours in the other.
 * Leaves the page in the light that it had.
 */
export async function violationsByDayAndNight(page: Page): Promise<string[]> {
  const found = await violations(page)
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  const [shown, other] = isDark ? (['dark', 'light'] as const) : (['light', 'dark'] as const)
  await page.emulateMedia({ colorScheme: other })
  await page.locator(`:root[data-theme="${other}"]`).waitFor()
  const colours = await runAxe(page, { runOnly: colourRules })
  await page.emulateMedia({ colorScheme: shown })
  await page.locator(`:root[data-theme="${shown}"]`).waitFor()
  return [...found, ...colours.map((fault) => `${other}: ${fault}`)]
}

/** Of something that appears. What takes longer tells an age. */
const LONGEST_MS = 1_000

async function runAxe(page: Page, options: RunOptions): Promise<string[]> {
  // What is still fading in has not its colours yet; what goes away breaks off its own.
  await page.evaluate(
    (longestMs) =>
      Promise.allSettled(
        document
          .getAnimations()
          .filter(
            ({ playState, effect }) =>
              playState === 'running' && Number(effect?.getComputedTiming().endTime) < longestMs,
          )
          .map((animation) => animation.finished),
      ),
    LONGEST_MS,
  )
  return page.evaluate(async (options) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options)
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
  }, options)
}
