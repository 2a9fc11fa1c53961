import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { chains } from '#rig/chains.ts'
import type { Keeper } from '../keeper.ts'
import { endProcess } from '../peers/end-process.ts'
import { freePort } from '../peers/free-port.ts'
import type { EditorPeer, Point, RunningEditor } from './editor-peer.ts'

/** The same flow in Node-RED, alone and without a login. */
export class NodeRedEditor implements EditorPeer {
  readonly name = 'Node-RED'
  readonly #keeper: Keeper
  readonly #program: string

  constructor(keeper: Keeper, { program }: { readonly program: string }) {
    this.#keeper = keeper
    this.#program = program
  }

  async start(folder: string, nodes: number, isLive: boolean): Promise<RunningEditor> {
    const port = await freePort()
    await writeFile(join(folder, 'settings.cjs'), settings(port))
    await writeFile(join(folder, 'flows.json'), JSON.stringify(toNodes(nodes, isLive)))
    const nodeRed = spawn(
      process.execPath,
      [this.#program, '--settings', join(folder, 'settings.cjs'), '--userDir', folder],
      { env: { PATH: process.env['PATH'] ?? '', HOME: folder }, stdio: 'ignore' },
    )
    this.#keeper.keep(nodeRed)
    const url = `http://127.0.0.1:${port}`
    await untilReady(url, nodeRed)
    return {
      url,
      signIn: () => Promise.resolve(),
      isDrawn,
      showWhole: (page) => invoke(page, 'core:zoom-fit'),
      showNear: (page) => invoke(page, 'core:zoom-reset'),
      nodeInView,
      voidInView,
      pan: 'wheel',
      openQuickAdd: async (page, [x, y]) => {
        await page.keyboard.down('Control')
        await page.mouse.click(x, y)
        await page.keyboard.up('Control')
      },
      quickAdd: '.red-ui-type-search .red-ui-editableList-item-content',
      selectSome,
      focus: async (page) => page.mouse.click(...(await voidInView(page))),
      // its functions do so from the start
      report: () => ({ [Symbol.dispose]: () => undefined }),
      [Symbol.asyncDispose]: () => endProcess(nodeRed),
    }
  }
}

const PATIENCE_MS = 60_000

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end && child.exitCode === null) {
    const isReady = await fetch(`${url}/flows`).then(
      ({ ok }) => ok,
      () => false, // nobody listens yet
    )
    if (isReady) return
    await pause(100)
  }
  throw new Error('Node-RED does not become ready.')
}

/** What it asks of a person at the first start is answered. */
const settings = (port: number): string => `module.exports = {
  uiHost: '127.0.0.1',
  uiPort: ${port},
  flowFile: 'flows.json',
  credentialSecret: false,
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, palette: { catalogues: [] } },
  logging: { console: { level: 'error', metrics: false, audit: false } },
}
`

const types: Readonly<Record<string, (isLive: boolean) => object>> = {
  inject: () => ({ type: 'inject', props: [{ p: 'payload' }], repeat: '', once: false }),
  function: (isLive) => ({
    type: 'function',
    func: 'return msg',
    outputs: 1,
    timeout: 0,
    noerr: 0,
    initialize: isLive ? REPORTING : '',
    finalize: '',
    libs: [],
  }),
  filter: () => ({ type: 'switch', property: 'payload', rules: [{ t: 'nempty' }], outputs: 1 }),
  debounce: () => ({ type: 'change', rules: [{ t: 'set', p: 'payload', to: '1', tot: 'num' }] }),
  delay: () => ({ type: 'delay', pauseType: 'delay', timeout: '5', timeoutUnits: 'seconds' }),
  debug: () => ({ type: 'debug', active: false, tosidebar: true }),
}

/** One of six nodes is a function: three statuses a second each are a thousand of 2,000 nodes. */
const REPORTING = "let n = 0; setInterval(() => node.status({ fill: 'green', text: String(n++) }), 333)"

function toNodes(count: number, isLive: boolean): readonly object[] {
  const { nodes, wires } = chains(count)
  const next = new Map(wires.map(([from, to]) => [from.split('.')[0], to.split('.')[0]]))
  return [
    { id: 'tab', type: 'tab', label: 'Bench', disabled: false, info: '' },
    ...nodes.map(({ id, type, at }) => ({
      id,
      z: 'tab',
      x: at[0] * SCALE + 140,
      y: at[1] * SCALE + 60,
      wires: next.has(id) ? [[next.get(id)]] : type === 'debug' ? [] : [[]],
      ...types[type]?.(isLive),
    })),
  ]
}

/** Its canvas ends at 8,000 pixels. */
const SCALE = 0.8

const invoke = async (page: Page, action: string): Promise<void> => {
  await page.evaluate((name) => {
    const { RED } = window as unknown as { RED: { actions: { invoke(name: string): void } } }
    RED.actions.invoke(name)
  }, action)
  await page.waitForTimeout(SETTLE_MS)
}

const SETTLE_MS = 1_000

/** Runs in the page. */
function isDrawn(nodes: number): boolean {
  const loader = document.querySelector<HTMLElement>('#red-ui-main-container')
  const drawn = document.querySelectorAll('.red-ui-flow-node-group').length
  return loader !== null && loader.offsetParent !== null && drawn >= nodes
}

/** The node nearest to the middle of what is seen. */
function nodeInView(page: Page): Promise<Point> {
  return page.evaluate(() => {
    const chart = document.querySelector('#red-ui-workspace-chart')?.getBoundingClientRect()
    if (!chart) throw new Error('no canvas')
    const [x, y] = [chart.left + chart.width / 2, chart.top + chart.height / 2]
    let best: readonly [number, number] = [x, y]
    let least = Number.POSITIVE_INFINITY
    for (const node of document.querySelectorAll('.red-ui-flow-node')) {
      const box = node.getBoundingClientRect()
      const middle = [box.left + box.width / 2, box.top + box.height / 2] as const
      const distance = Math.hypot(middle[0] - x, middle[1] - y)
      if (distance >= least) continue
      least = distance
      best = middle
    }
    return best
  })
}

/** Below that node. */
async function voidInView(page: Page): Promise<Point> {
  const [x, y] = await nodeInView(page)
  const height = await page.evaluate(
    () => document.querySelector('.red-ui-flow-node')?.getBoundingClientRect().height ?? 30,
  )
  return [x, y + height]
}

/** Runs by its own commands: a frame by hand would only measure that frame. */
async function selectSome(page: Page): Promise<void> {
  await page.evaluate((count) => {
    const { RED } = window as unknown as {
      RED: { nodes: { node(id: string): object }; view: { select(selection: object): void } }
    }
    RED.view.select({ nodes: Array.from({ length: count }, (_, at) => RED.nodes.node(`n${at}`)) })
  }, 34 * 6)
}
