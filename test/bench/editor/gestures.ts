import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { Point, RunningEditor } from './editor-peer.ts'
import type { PageMeter } from './page-meter.ts'

/** What has not opened by then counts as not opened. */
const PATIENCE_MS = 10_000

/** Of a pointer on a usual screen. */
const MOVE_MS = 1_000 / 60
const MOVES = 60

/** What a gesture cost for each move of the pointer. */
export interface GestureCost {
  readonly msPerMove: number
  readonly framesPerSecond: number
}

/** Whose hand is on which page. */
export interface Hand {
  readonly page: Page
  readonly meter: PageMeter
  readonly editor: RunningEditor
}

/** Takes what is at a place, moves it around in small circles, and lets it go a little beside, or where it was. */
export async function drag({ page, meter }: Hand, [x, y]: Point, beside = 0): Promise<GestureCost> {
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + 12, y + 4)
  await meter.settle()
  const cost = await atPace(meter, async (step) => {
    const turn = (step / MOVES) * 4 * Math.PI
    await page.mouse.move(x + 60 - 60 * Math.cos(turn), y + 40 * Math.sin(turn))
  })
  await page.mouse.move(x + beside, y + beside)
  await page.mouse.up()
  await meter.settle()
  return cost
}

export async function pan(hand: Hand): Promise<GestureCost> {
  const { page, meter, editor } = hand
  const [x, y] = await editor.voidInView(page)
  if (editor.pan === 'drag') return drag(hand, [x, y])
  await page.mouse.move(x, y)
  return atPace(meter, (step) => page.mouse.wheel(step % 30 < 15 ? 12 : -12, step % 40 < 20 ? 8 : -8))
}

/** Nearer and further away by turns, around the middle. */
export async function zoom({ page, meter, editor }: Hand): Promise<GestureCost> {
  const [x, y] = await editor.voidInView(page)
  await page.mouse.move(x, y)
  await page.keyboard.down('Control')
  const cost = await atPace(meter, (step) => page.mouse.wheel(0, step % 20 < 10 ? 50 : -50))
  await page.keyboard.up('Control')
  await meter.settle()
  return cost
}

/** What goes on for longer after a press, a person does not wait for. */
const AFTER_MS = 250

/** Milliseconds of the main thread that one press costs, with what comes of it at once. */
export async function press({ page, meter }: Hand, keys: string): Promise<number> {
  const { threadMs } = await meter.costOf(async () => {
    await page.keyboard.press(keys)
    await meter.settle()
    await pause(AFTER_MS)
  })
  return threadMs
}

/** Milliseconds from the gesture until the list is on the screen. */
export async function openQuickAdd({ page, editor, meter }: Hand): Promise<number> {
  const at = await editor.voidInView(page)
  await page.evaluate(watchFor, { selector: editor.quickAdd, patience: PATIENCE_MS })
  await editor.openQuickAdd(page, at)
  const ms = await page.evaluate(() => window.benchOpened)
  await page.keyboard.press('Escape')
  await meter.settle()
  return ms ?? Number.NaN
}

/** Seconds from the press on a function until its code stands there and takes keys. */
export async function openCode(
  { page }: Hand,
  { shown, open }: NonNullable<RunningEditor['code']>,
): Promise<number> {
  await page.evaluate(watchFor, { selector: shown, patience: PATIENCE_MS })
  await open(page)
  const ms = await page.evaluate(() => window.benchOpened)
  await page.click(shown)
  await page.keyboard.type('typed')
  if (!(await page.locator(shown).innerText()).includes('typed')) return Number.NaN
  return (ms ?? Number.NaN) / 1_000
}

/** Moves as fast as a hand; slower if the page does not keep up. */
async function atPace(meter: PageMeter, move: (step: number) => Promise<void>): Promise<GestureCost> {
  const { threadMs, framesPerSecond } = await meter.costOf(async () => {
    let due = performance.now()
    for (let step = 0; step < MOVES; step++) {
      await move(step)
      due = Math.max(due + MOVE_MS, performance.now())
      await pause(Math.max(0, due - performance.now()))
    }
  })
  return { msPerMove: threadMs / MOVES, framesPerSecond }
}

declare global {
  interface Window {
    benchOpened?: Promise<number>
  }
}

/** Runs in the page: takes the time from what a person does until an element is on the screen. */
function watchFor({ selector, patience }: { selector: string; patience: number }): void {
  const { promise, resolve } = Promise.withResolvers<number>()
  window.benchOpened = promise
  let since = 0
  const note = ({ timeStamp }: Event): void => {
    since = timeStamp
  }
  for (const type of ['pointerup', 'keydown']) window.addEventListener(type, note, true)
  const look = (): void => {
    const isShown = since > 0 && document.querySelector<HTMLElement>(selector)?.offsetParent
    if (isShown) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - since)))
    else if (since > 0 && performance.now() - since > patience) resolve(Number.NaN)
    else requestAnimationFrame(look)
  }
  look()
}
