import type { Page } from 'playwright-core'
import { type Chains, chains } from '#rig/chains.ts'
import { OWNER, startServerProcess } from '#rig/server-process.ts'
import type { Keeper } from '../keeper.ts'
import type { EditorPeer, Point, RunningEditor } from './editor-peer.ts'
import { type LiveFeed, startLiveFeed } from './live-feed.ts'

const FLOW = 'bench'
/** As often as the engine tells what went over wires. */
const ACTIVITY_MS = 500

/** The built editor of this project. */
export class WirehouseEditor implements EditorPeer {
  readonly name = 'Wirehouse'
  readonly #keeper: Keeper

  constructor(keeper: Keeper) {
    this.#keeper = keeper
  }

  async start(folder: string, nodes: number): Promise<RunningEditor> {
    const server = await startServerProcess({ dataDir: folder, env: { WIREHOUSE_LOG_LEVEL: 'warn' } })
    this.#keeper.keep(server.process)
    const parts = chains(nodes)
    const file = { format: 'wirehouse/flow@1', id: FLOW, name: 'Bench', ...parts }
    const { status } = await server.api('PUT', `/api/flows/${FLOW}`, file, { prefer: 'handling=lenient' })
    if (status >= 300) throw new Error(`The flow of ${nodes} nodes was not saved: ${status}.`)
    const feed = await startLiveFeed(server.url)
    return {
      url: `${feed.url}/flows/${FLOW}`,
      signIn: async (context) => {
        await context.request.post(`${feed.url}/api/session`, { data: OWNER, headers: { origin: feed.url } })
      },
      isDrawn,
      showWhole: async (page) => {
        await page.getByRole('button', { name: 'Show everything' }).click()
        await page.waitForTimeout(GLIDE_MS)
      },
      showNear,
      nodeInView,
      voidInView,
      pan: 'drag',
      openQuickAdd: (page) => page.keyboard.press('Insert'),
      quickAdd: '[role="listbox"] [role="option"]',
      code: {
        url: `${feed.url}/flows/${FLOW}?node=n0`,
        isDrawn: () => document.querySelector('.react-flow__node[data-id="n1"]') !== null,
        shown: '.cm-content[aria-label="Code"]',
        open: openFunction,
      },
      selectSome,
      focus: (page) => page.getByTestId('canvas').focus(),
      report: (perSecond) => report(feed, parts, perSecond),
      async [Symbol.asyncDispose]() {
        await feed[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  }
}

/** The canvas glides for 200 ms. */
const GLIDE_MS = 400

/** Runs in the page. The canvas says how many nodes it shows; it has chosen what is in view once it is moved. */
function isDrawn(nodes: number): boolean {
  const label = document.querySelector('[data-testid="canvas"]')?.getAttribute('aria-label') ?? ''
  const viewport = document.querySelector<HTMLElement>('.react-flow__viewport')
  const isPlaced = nodes === 0 || (viewport && !viewport.style.transform.endsWith('scale(1)'))
  return label.startsWith(`Flow: ${nodes.toLocaleString('en')} node`) && isPlaced === true
}

/** At 100 %, around a node in the middle, by one turn of the wheel. */
async function showNear(page: Page): Promise<void> {
  const { zoom } = await viewOf(page)
  await page.mouse.move(...(await nodeInView(page)))
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, Math.log2(zoom) / OCTAVES_PER_PIXEL)
  await page.keyboard.up('Control')
  await page.waitForTimeout(GLIDE_MS)
}

/** As d3-zoom reckons. */
const OCTAVES_PER_PIXEL = 0.002

interface SeenView {
  readonly zoom: number
  readonly left: number
  readonly top: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const viewOf = (page: Page): Promise<SeenView> =>
  page.evaluate(() => {
    const viewport = document.querySelector('.react-flow__viewport')
    const flow = document.querySelector('.react-flow')?.getBoundingClientRect()
    if (!viewport || !flow) throw new Error('no canvas')
    const { a, e, f } = new DOMMatrix(getComputedStyle(viewport).transform)
    return { zoom: a, x: e, y: f, left: flow.left, top: flow.top, width: flow.width, height: flow.height }
  })

/** Chains stand on a lattice: a place of the node nearest to the middle of what is seen. */
async function nodeInView(page: Page): Promise<Point> {
  const view = await viewOf(page)
  const [x, y] = [(view.width / 2 - view.x) / view.zoom, (view.height / 2 - view.y) / view.zoom]
  const column = ACROSS * 6 + 80
  const chain = Math.floor(x / column)
  const left = chain * column + Math.min(5, Math.floor((x - chain * column) / ACROSS)) * ACROSS
  const top = Math.round(y / DOWN) * DOWN
  return onScreen(view, [left + 60, top + 12])
}

/** Between two rows of chains. */
async function voidInView(page: Page): Promise<Point> {
  const view = await viewOf(page)
  const y = (view.height / 2 - view.y) / view.zoom
  const [, top] = onScreen(view, [0, Math.round(y / DOWN) * DOWN + 68])
  const [left] = await nodeInView(page)
  return [left, top]
}

/** So long a hand is over something before it presses. */
const HOVER_MS = 100

/** The function beside the first node. */
async function openFunction(page: Page): Promise<void> {
  await page.locator('.react-flow__node[data-id="n1"]').hover()
  await page.waitForTimeout(HOVER_MS)
  await page.mouse.down()
  await page.mouse.up()
}

/** By a frame around them. */
async function selectSome(page: Page): Promise<void> {
  const view = await viewOf(page)
  await page.keyboard.down('Shift')
  await page.mouse.move(...onScreen(view, [-60, -20]))
  await page.mouse.down()
  await page.mouse.move(...onScreen(view, [6 * ACROSS - 40, 33 * DOWN + 20]), { steps: 4 })
  await page.mouse.up()
  await page.keyboard.up('Shift')
}

const ACROSS = 240
const DOWN = 88

const onScreen = (view: SeenView, [x, y]: Point): Point => [
  view.left + view.x + x * view.zoom,
  view.top + view.y + y * view.zoom,
]

/** So many statuses of nodes, each an event, and what goes over all wires as often as the engine says it. */
function report(feed: LiveFeed, { nodes, wires }: Chains, perSecond: number): Disposable {
  let count = 0
  const from = performance.now()
  const statuses = setInterval(() => {
    const due = ((performance.now() - from) / 1_000) * perSecond
    for (; count < due; count++) {
      const node = nodes[(count * 7) % nodes.length]?.id
      feed.emit('node:status', { flow: FLOW, node, state: 'ok', text: `${count} °C` })
    }
  }, 10)
  const activity = setInterval(() => {
    const keys = wires.map(([start, end]) => `${start} ${end}`)
    feed.emit('wire:activity', {
      flow: FLOW,
      counts: Object.fromEntries(keys.map((key) => [key, 3])),
      samples: Object.fromEntries(keys.map((key) => [key, { text: String(count), kind: 'number' }])),
    })
  }, ACTIVITY_MS)
  return {
    [Symbol.dispose]() {
      clearInterval(statuses)
      clearInterval(activity)
    },
  }
}
