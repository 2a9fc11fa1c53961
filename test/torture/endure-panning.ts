import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { newPerson } from '../bench/editor/first-load.ts'
import { drag, type Hand, pan, press, zoom } from '../bench/editor/gestures.ts'
import { PageMeter } from '../bench/editor/page-meter.ts'
import { WirehouseEditor } from '../bench/editor/wirehouse-editor.ts'
import { Keeper } from '../bench/keeper.ts'

export interface PanningOutcome {
  /** After garbage was collected, after each stretch. */
  readonly heapMb: readonly number[]
  readonly elements: readonly number[]
  /** Errors of scripts. */
  readonly complaints: readonly string[]
}

const NODES = 2_000
/** The first rounds compile what is done, and fill what is kept for later. */
const WARM_UP = 8
/** A heap breathes by a megabyte, so that one look at its beginning and one at its end say little. */
const STRETCHES = 6
/** Canvas pixels. */
const BESIDE = 16

/** Looks around in a large flow and works on it, in rounds of some four seconds. */
export async function endurePanning(rounds: number): Promise<PanningOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'wirehouse-'))
  using keeper = new Keeper()
  const executablePath = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    await using editor = await new WirehouseEditor(keeper).start(folder, NODES)
    const page = await (await newPerson(browser, editor)).newPage()
    const complaints: string[] = []
    page.on('pageerror', ({ message }) => complaints.push(message))
    await page.goto(editor.url)
    await page.waitForFunction(editor.isDrawn, NODES, { timeout: 60_000 })
    const hand = { page, meter: await PageMeter.attach(page), editor }
    await editor.showNear(page)
    for (let round = 0; round < WARM_UP; round++) await workOn(hand)
    const [heapMb, elements]: [number[], number[]] = [[], []]
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      for (let round = 0; round < rounds / STRETCHES; round++) await workOn(hand)
      heapMb.push(await hand.meter.heapMb())
      elements.push(await hand.meter.elements())
    }
    return { heapMb, elements, complaints }
  } finally {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Pans and zooms, moves a node, takes that back, and moves it by a key. */
async function workOn(hand: Hand): Promise<void> {
  const { page, editor } = hand
  await pan(hand)
  await zoom(hand)
  await drag(hand, await editor.nodeInView(page), BESIDE)
  await editor.focus(page)
  for (const key of ['Control+z', 'ArrowRight', 'ArrowLeft']) await press(hand, key)
}
