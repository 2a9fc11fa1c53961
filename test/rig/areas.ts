import { connectAsync } from 'mqtt'
import type { Page } from 'playwright-core'
import { nodeCard } from './editor-page.ts'
import { startFakeTelegram } from './fake-telegram.ts'
import { furnishBot, furnishPost, furnishRecordings } from './furniture.ts'
import { overlays } from './overlays.ts'
import type { ServerProcess } from './server-process.ts'
import { settled } from './settled.ts'

/** Something that the editor shows: a page, a part of one, or what opens over it. */
export interface Area {
  readonly path: string
  /** What a person does there to see it. Says nothing in any language, so that it works in each. */
  readonly open?: (page: Page, isWide: boolean) => Promise<void>
}

const flow = '/flows/seen'
const selectNode = (page: Page) => nodeCard(page, 'open').click({ position: { x: 60, y: 12 } })

/** A tab of the selected node; on a phone its sheet opens. */
const nodeTab = (tab: string) => async (page: Page, isWide: boolean) => {
  await selectNode(page)
  if (!isWide) await page.keyboard.press('Enter')
  await page.locator(`[data-tab="${tab}"]`).click()
}

const drawerTab = (tab: string) => async (page: Page) => {
  await page.keyboard.press('Control+j')
  await page.locator(`[data-tab="${tab}"]`).click()
}

const keysFor =
  (place: string, ...keys: readonly string[]) =>
  async (page: Page) => {
    const [first, ...more] = keys
    if (first !== undefined) await page.keyboard.press(first)
    await page.locator(place).first().waitFor()
    for (const key of more) await page.keyboard.press(key)
  }

/** Opens an area anew, with nothing left of the one before: by way of a page that has nothing, for that is quicker than to load all again. */
export async function openArea(page: Page, url: string, area: Area): Promise<void> {
  if (!page.url().startsWith(url)) await page.goto(url + NOWHERE)
  await leave(page)
  await page.evaluate((path) => history.pushState(null, '', path), area.path)
  if (area.path !== NOWHERE) await page.locator(nowhereSign).waitFor({ state: 'detached' })
  if (area.path.startsWith('/flows/')) await page.locator('.react-flow, [role=tree]').first().waitFor()
  await settled(page)
  await area.open?.(page, (page.viewportSize()?.width ?? 0) > 1000)
}

const NOWHERE = '/nowhere'
const nowhereSign = '.lucide-door-open'

async function leave(page: Page): Promise<void> {
  const layers = page.locator('[role=dialog], [role=menu]')
  await page.evaluate((path) => {
    localStorage.clear()
    history.pushState(null, '', path)
  }, NOWHERE)
  await page.mouse.move(0, 0)
  await page.locator(nowhereSign).waitFor()
  while ((await layers.count()) > 0) await page.keyboard.press('Escape')
}

/** Every area, by name. */
export const areas: Readonly<Record<string, Area>> = {
  'the flows': { path: '/flows' },
  'a new flow': { path: '/flows?show=new' },
  'the templates': { path: '/flows?show=templates', open: keysFor('[role=dialog] li') },
  'a flow': { path: flow },
  'an imported flow': { path: '/flows/imported' },
  'a flow with nothing in it': { path: '/flows/empty' },
  'a flow as a list': { path: flow, open: keysFor('[role=tree]', 'Control+i') },
  'the palette of nodes': {
    path: flow,
    open: async (page, isWide) => {
      if (!isWide) await page.locator('[data-narrow] button').first().click()
    },
  },
  'quick add': {
    path: flow,
    open: async (page) => {
      await selectNode(page)
      await keysFor('[role=combobox]', 'a')(page)
    },
  },
  'the settings of a node': { path: flow, open: nodeTab('settings') },
  'trying a node': { path: flow, open: nodeTab('try') },
  'a node live': { path: flow, open: nodeTab('live') },
  'the help of a node': { path: flow, open: nodeTab('help') },
  'the menu of a node': {
    path: flow,
    open: async (page) => {
      await nodeCard(page, 'open').click({ button: 'right', position: { x: 60, y: 12 } })
      await page.getByRole('menu').waitFor()
    },
  },
  'the debug panel': { path: flow, open: drawerTab('debug') },
  'the trace': { path: flow, open: drawerTab('trace') },
  'the problems': { path: flow, open: drawerTab('problems') },
  'the tests': { path: flow, open: drawerTab('tests') },
  'the recordings': { path: flow, open: drawerTab('recordings') },
  'the command palette': { path: flow, open: keysFor('[role=dialog] input', 'Control+k', 'b', 'e') },
  'the command palette without an answer': {
    path: '/flows',
    open: keysFor('[role=dialog] input', 'Control+k', 'z', 'z', 'q', 'x'),
  },
  'the shortcuts': { path: flow, open: keysFor('[role=dialog]', '?') },
  alarms: { path: '/alarms' },
  'the outbox': { path: '/alarms?show=outbox' },
  'dead letters': { path: '/alarms?show=letters' },
  connections: { path: '/connections' },
  'the topics': { path: '/mqtt' },
  'a topic': { path: '/mqtt?topic=home/climate' },
  publishing: { path: '/mqtt?pane=publish' },
  subscriptions: { path: '/mqtt?pane=subscriptions' },
  'recordings of topics': { path: '/mqtt?pane=recordings' },
  clients: { path: '/mqtt?show=clients' },
  access: { path: '/mqtt?show=access' },
  listeners: { path: '/mqtt?show=listeners' },
  bridges: { path: '/mqtt?show=bridges' },
  'the status of the broker': { path: '/mqtt?show=status' },
  history: { path: '/history' },
  settings: { path: '/settings' },
  'an address that leads nowhere': { path: NOWHERE },
  ...overlays,
}

const node = (id: string, type: string, at: readonly [number, number], config = {}, name?: string) => ({
  ...{ id, type, at, config },
  ...(name !== undefined && { name }),
})

const flowFile = (id: string, name: string, nodes: readonly object[], wires: readonly object[] = []) => ({
  ...{ format: 'wirehouse/flow@1', id, name, nodes, wires },
})

/** Puts something into each area. Answers what has to go on as long as one looks. */
export async function furnish(server: ServerProcess): Promise<AsyncDisposable> {
  await using outside = new AsyncDisposableStack()
  const seen = [
    node('bell', 'mqtt-in', [80, 80], { topic: 'home/bell' }, 'Bell'),
    node('open', 'filter', [320, 80], { rejected: true }),
    node('show', 'debug', [560, 80]),
    node('mail', 'email', [80, 240]),
    node('sum', 'function', [320, 240], { code: 'return message' }),
    node('phone', 'telegram-notify', [560, 240], { bot: 'bot' }),
  ]
  const wires = [
    ['bell.out', 'open.in'],
    ['open.out', 'show.in'],
    ['open.error', 'show.in'],
  ]
  const chain = [
    node('bell', 'mqtt-in', [80, 80], { topic: 'home/bell', qos: 0 }, 'Bell'),
    node('lamp', 'mqtt-out', [320, 80], { topic: 'home/lamp', qos: 1 }),
  ]
  const lenient = { prefer: 'handling=lenient' }
  const env = { city: 'Wien', limit: 5, on: true }
  await server.api('PUT', '/api/flows/seen', { ...flowFile('seen', 'Seen', seen, wires), env }, lenient)
  await server.api('PUT', '/api/flows/empty', flowFile('empty', 'Empty', []))
  await server.api('POST', '/api/import', flowFile('imported', 'Imported', chain, [['bell.out', 'lamp.in']]))
  await server.api('PUT', '/api/connections/other', {
    type: 'mqtt',
    name: 'Other',
    config: { host: '127.0.0.1', port: 9 },
  })
  const maps = [{ direction: 'both', filter: 'home/#', remotePrefix: 'haus/' }]
  await server.api('POST', '/api/broker/bridges', { name: 'Cloud', connection: 'other', maps })
  await furnishAlarms(server)
  outside.use(await furnishAccess(server))
  await server.api('PUT', '/api/mqtt/home/climate', { temperature: 21 })
  await furnishBot(server, outside.use(await startFakeTelegram()))
  await furnishRecordings(server, 'seen')
  await furnishPost(server)
  return outside.move()
}

/** A device of the house that was here, and is away now; and one that stays for as long as what is answered does. */
async function furnishAccess(server: ServerProcess): Promise<AsyncDisposable> {
  const device = { name: 'lamp', password: 'a lamp in the hall' }
  await server.api('POST', '/api/users', { ...device, role: 'device' })
  await server.api('POST', '/api/tokens', { name: 'Script' })
  await server.api('POST', '/api/broker/keys', { identity: 'lamp', user: device.name })
  await server.api('POST', '/api/broker/certificates', { user: device.name, name: 'Lamp' })
  const connect = (clientId: string, clean: boolean) =>
    connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, {
      ...{ clientId, clean, username: device.name, password: device.password },
    })
  const away = await connect('lamp-in-the-hall', false)
  await away.subscribeAsync('home/lamp/set', { qos: 1 })
  await away.endAsync()
  const here = await connect('lamp-at-the-door', true)
  return { [Symbol.asyncDispose]: () => here.endAsync(true) }
}

async function furnishAlarms(server: ServerProcess): Promise<void> {
  const alarm = node('alarm', 'alarm', [80, 80], { key: '{{ payload }}' })
  await server.api('PUT', '/api/flows/door', flowFile('door', 'Door', [alarm]))
  await server.api('POST', '/api/flows/door/deploy')
  for (const payload of ['front', 'back', 'side'])
    await server.api('POST', '/api/flows/door/nodes/alarm/inject', { payload })
  const { body: alarms } = await server.api('GET', '/api/alarms')
  await server.api('POST', `/api/alarms/${alarms[0].id}/acknowledge`)
  await server.api('POST', `/api/alarms/${alarms[1].id}/quiet`)
}
