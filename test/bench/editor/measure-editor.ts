import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Results } from '../report/results.ts'
import type { EditorPeer, RunningEditor } from './editor-peer.ts'
import { editorGroup, type FlowSize, flowSizes } from './editor-targets.ts'
import { measureFirstLoad, newPerson } from './first-load.ts'
import { drag, type GestureCost, type Hand, openCode, openQuickAdd, pan, press, zoom } from './gestures.ts'
import { PageMeter } from './page-meter.ts'

interface EditorPlan {
  /** Not there yet. */
  readonly folder: string
  readonly peers: readonly EditorPeer[]
  readonly results: Results
  readonly say: (text: string) => void
}

const SETTLE_MS = 1_000
const LIVE_MS = 3_000
const UPDATES_PER_SECOND = 1_000
const QUICK_ADDS = 5
/** Pixels by which all nodes are moved, so that there is something to take back. */
const BESIDE = 20

/** Loads, looks at and works on flows of several sizes as a person with a browser does, with software rendering. */
export async function measureEditor({ folder, peers, results, say }: EditorPlan): Promise<void> {
  const executablePath = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    for (const nodes of flowSizes)
      for (const peer of peers) {
        say(`the editor of ${peer.name}, ${nodes} nodes`)
        const own = join(folder, `${peer.name}-${nodes}`)
        await mkdir(own, { recursive: true })
        await measureSize(browser, peer, own, nodes, results)
      }
  } finally {
    await browser.close()
  }
}

async function measureSize(
  browser: Browser,
  peer: EditorPeer,
  folder: string,
  nodes: FlowSize,
  results: Results,
): Promise<void> {
  const record = results.recorder(peer.name, editorGroup(nodes))
  {
    await using editor = await peer.start(folder, nodes, false)
    const load = await measureFirstLoad(browser, editor, nodes)
    record('first load, KB', load.kilobytes)
    record('first load, requests', load.requests)
    record('nodes drawn, s', load.drawnMs / 1_000)
    record('interactive, s', load.interactiveMs / 1_000)
    await onPage(browser, editor, nodes, (page, meter) => measurePage({ page, meter, editor }, nodes, record))
    const { code } = editor
    if (code && nodes > 0)
      await onPage(browser, { ...editor, ...code }, nodes, async (page, meter) =>
        record('function editor, s', await openCode({ page, meter, editor }, code)),
      )
  }
  if (nodes === 0) return
  const live = join(folder, 'live')
  await mkdir(live)
  await using editor = await peer.start(live, nodes, true)
  await onPage(browser, editor, nodes, (page, meter) => measureLive({ page, meter, editor }, record))
}

async function onPage(
  browser: Browser,
  editor: RunningEditor,
  nodes: number,
  use: (page: Page, meter: PageMeter) => Promise<void>,
): Promise<void> {
  const context = await newPerson(browser, editor)
  try {
    const page = await context.newPage()
    await page.goto(editor.url)
    await page.waitForFunction(editor.isDrawn, nodes, { timeout: 60_000 })
    await pause(SETTLE_MS)
    await use(page, await PageMeter.attach(page))
  } finally {
    await context.close()
  }
}

type Record = (name: string, value: number) => void

async function measurePage(hand: Hand, nodes: FlowSize, record: Record): Promise<void> {
  const { page, meter, editor } = hand
  if (nodes > 0) await editor.showNear(page)
  record('heap, MB', await meter.heapMb())
  record('elements', await meter.elements())
  await editor.focus(page)
  const opened: number[] = []
  for (let time = 0; time < QUICK_ADDS; time++) opened.push(await openQuickAdd(hand))
  record('quick add opens, ms', opened.toSorted((a, b) => a - b)[QUICK_ADDS >> 1] ?? Number.NaN)
  if (nodes === 0) return
  await measureGestures(hand, 'at 100 %', record)
  await editor.showWhole(page)
  await measureGestures(hand, 'whole flow', record)
  await editor.focus(page)
  record('select all, ms', await press(hand, 'Control+a'))
  recordGesture(record, 'drag all', await drag(hand, await editor.nodeInView(page), BESIDE))
  record('undo, ms', await press(hand, 'Control+z'))
  await measurePaste(hand, record)
}

async function measureGestures(hand: Hand, where: string, record: Record): Promise<void> {
  const { page, editor } = hand
  recordGesture(record, `drag one, ${where}`, await drag(hand, await editor.nodeInView(page)))
  recordGesture(record, `pan, ${where}`, await pan(hand))
  recordGesture(record, `zoom, ${where}`, await zoom(hand))
}

function recordGesture(record: Record, name: string, { msPerMove, framesPerSecond }: GestureCost): void {
  record(`${name}, ms a move`, msPerMove)
  record(`${name}, frames/s`, framesPerSecond)
}

/** Copies a tenth of 2,000 nodes and puts them in again. */
async function measurePaste(hand: Hand, record: Record): Promise<void> {
  const { page, editor } = hand
  await editor.focus(page)
  await editor.selectSome(page)
  await press(hand, 'Control+c')
  record('paste of 200, ms', await press(hand, 'Control+v'))
}

/** Near and whole, one after the other. */
async function measureLive(hand: Hand, record: Record): Promise<void> {
  const { page, meter, editor } = hand
  using reports = editor.report(UPDATES_PER_SECOND)
  void reports
  for (const [where, show] of [
    ['at 100 %', editor.showNear],
    ['whole flow', editor.showWhole],
  ] as const) {
    await show(page)
    await pause(SETTLE_MS)
    const cost = await meter.costOf(() => pause(LIVE_MS))
    record(`1,000 live updates a second, ${where}, ms/s`, cost.threadMs / cost.seconds)
    record(`1,000 live updates a second, ${where}, frames/s`, cost.framesPerSecond)
  }
}
