import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { ConnectionDesk } from '#server/house/connection-desk.ts'
import { DraftDesk } from '../drafts/draft-desk.ts'
import type { Store } from '../store/store.ts'
import { storeRig } from '../store/store-rig.ts'
import { Turns } from '../turns.ts'
import { ImportDesk } from './import-desk.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
let rig: ReturnType<typeof storeRig>
let store: Store
let desk: ImportDesk
const turns = new Turns()

beforeEach(async () => {
  rig = storeRig()
  store = await rig.open()
  const connections = new ConnectionDesk(store.connections, catalogue)
  const drafts = new DraftDesk({
    ...{ flows: store.flows, log: store.flowLog, turns, clock: rig.clock },
    adopt: async (brought) => void (await connections.adopt(brought)),
    withConnections: (flow) => flow,
    onTaken: () => {},
    onTrustLost: () => {},
  })
  desk = new ImportDesk({
    ...{ catalogue, flows: store.flows, imports: store.imports, connections, drafts, turns },
    ...{ lint: () => [], onImported: () => {}, onNewConnections: () => {} },
  })
})
afterEach(() => rig[Symbol.asyncDispose]())

const broker = (id: string, config: Flow['connections'][number]['config'] = { host: 'far.example' }) => ({
  ...{ id, type: 'mqtt', name: id, config },
})
const flow = (id: string, more: Partial<Flow> = {}): Flow => ({ ...emptyFlow(id, id), ...more })
const file = (...flows: readonly Flow[]) => JSON.stringify({ format: 'wirehouse/flows@1', flows })
const decided = (
  flows: readonly { readonly flow: Flow; readonly replaces?: boolean }[],
  secrets: object = {},
) => JSON.stringify({ format: 'wirehouse/import@1', flows, secrets })
const standing = () => store.flows.list().map(({ id }) => id)

/** What asking and doing answer to the same text: both throw the same, or neither does. */
async function both(text: string) {
  const codeOf = (error: { code?: string }) => error.code
  const asked = await Promise.resolve()
    .then(() => desk.preview(text).map(({ becomes }) => becomes))
    .catch(codeOf)
  const done = await desk.carryOut(text, 'ada').then((flows) => flows.map(({ id }) => id), codeOf)
  return { asked, done }
}

test('asking says the ids that the import then gives, also where flows of one file have the same', async () => {
  await desk.carryOut(file(flow('door')), 'ada')
  const { asked, done } = await both(file(flow('door'), flow('gate'), flow('door')))
  expect(asked).toEqual(['door-2', 'gate', 'door-3'])
  expect(done).toEqual(asked)
})

test.each([
  ['a connection that is wrong', file(flow('a'), flow('b', { connections: [broker('c', { port: 'x' })] }))],
  [
    'a flow that is to replace one that does not stand',
    decided([{ flow: flow('a') }, { flow: flow('b'), replaces: true }]),
  ],
  [
    'two flows for one place',
    decided([{ flow: flow('a') }, ...[1, 2].map(() => ({ flow: flow('stands'), replaces: true }))]),
  ],
  ['a decision that is none', '{"format":"wirehouse/import@1","flows":"all"}'],
  ['a flow that is none', '{"format":"wirehouse/import@1","flows":[{"flow":{"id":7}}]}'],
])('%s is refused by asking and by doing alike, and nothing of the rest is stored', async (_what, text) => {
  await store.flows.put(flow('stands'))
  const { asked, done } = await both(text)
  expect(asked).toEqual(expect.stringMatching(/^[A-Z_]+$/))
  expect(done).toBe(asked)
  expect([standing(), store.connections.list()]).toEqual([['stands'], []])
})

test('a flow takes the place of another with its log, untrusted, and secrets go with their new connection', async () => {
  await store.flows.put(flow('door', { name: 'Before' }))
  const nodes = [{ id: 'n', type: 'debug', at: [0, 0] as const, config: {} }]
  const after = flow('door', { name: 'After', nodes: nodes.map((node) => ({ ...node, at: [0, 0] })) })
  const text = decided(
    [{ flow: after, replaces: true }, { flow: flow('gate', { connections: [broker('far')] }) }],
    { far: { password: 'geheim', host: 'evil.example' }, other: { password: 'x' } },
  )
  expect(await desk.carryOut(text, 'ada')).toMatchObject([
    { id: 'door', replaced: true, trusted: false },
    { id: 'gate', trusted: false },
  ])
  expect(store.flows.get('door')).toMatchObject({ flow: { name: 'After' }, trusted: false })
  expect(store.flowLog.list('door', 10)).toMatchObject([{ by: 'ada', label: { code: 'outside' } }])
  expect(store.connections.secrets('far')).toEqual({ password: 'geheim' })
  expect(store.connections.get('far')?.config).toEqual({ host: 'far.example' })
  expect(store.connections.get('other')).toBeUndefined()
})

test('a connection that stands keeps its secrets', async () => {
  await store.connections.put({ ...broker('far') }, { password: 'mine' })
  const text = decided([{ flow: flow('a', { connections: [broker('far', { host: 'evil.example' })] }) }], {
    far: { password: 'theirs' },
  })
  await desk.carryOut(text, 'ada')
  expect(store.connections.get('far')?.config).toEqual({ host: 'far.example' })
  expect(store.connections.secrets('far')).toEqual({ password: 'mine' })
})

test('two imports of the same flows at once both come in whole, the second under other ids', async () => {
  const text = file(...Array.from({ length: 20 }, (_, index) => flow(`f${index}`)))
  const writes = await Promise.allSettled([desk.carryOut(text, 'ada'), desk.carryOut(text, 'bob')])
  expect(writes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  expect(standing()).toHaveLength(40)
})
