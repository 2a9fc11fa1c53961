import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow } from '#flows/flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes } from '#nodes/runtimes.ts'
import { type BrokerRig, brokerRig } from '#server/broker/broker-rig.ts'
import { shippedExamples } from '#server/examples.ts'
import type { Store } from '#server/store/store.ts'
import { storeRig } from '#server/store/store-rig.ts'
import type { HouseEvents } from './house.ts'
import { type HouseOptions, type OpenHouse, openHouse } from './open-house.ts'

let rig: ReturnType<typeof storeRig>
let store: Store
let broker: BrokerRig
let house: OpenHouse

beforeEach(async () => {
  rig = storeRig()
  broker = await brokerRig()
  store = await rig.open()
  house = await open(store)
})
afterEach(async () => {
  await house[Symbol.asyncDispose]()
  await broker[Symbol.asyncDispose]()
  await rig[Symbol.asyncDispose]()
})

const open = (from: Store, more: Partial<HouseOptions> = {}) =>
  openHouse({
    ...more,
    store: from,
    catalogue: makeCatalogue(nodeDefinitions, connectionDefinitions),
    connections: connectionRuntimes,
    broker: broker.broker,
    hosts: {
      maxHosts: 1,
      heapMb: 192,
      stuckMs: 700,
      settings: { endpoints: { telegram: 'http://127.0.0.1:9' }, libraries: [], libraryFolder: '.' },
    },
    clock: rig.clock,
    log: pino({ level: 'silent' }),
  })

/** A flow whose one node passes messages on to the debug panel. */
const drawing = (node: string) => ({
  ...emptyFlow('f', 'F'),
  nodes: [{ id: node, type: 'debug', at: [0, 0], config: {} }],
})
/** From here on the store records no deploy, as if the disk were full. */
const refuseDeploys = () =>
  Object.defineProperty(store.flows, 'deploy', {
    value: () => Promise.reject(new Error('The disk is full.')),
  })
const deploy = () => house.deployFlow('f', { by: 'ada', message: '' })
const runs = (node: string) =>
  house.poke('f', node, { payload: 1 }).then(
    () => true,
    () => false,
  )

test('a deploy that cannot be recorded is taken back: what was stored runs on', async () => {
  await house.saveFlow('f', drawing('old'), { lenient: false })
  await deploy()
  await house.saveFlow('f', drawing('new'), { lenient: false })
  refuseDeploys()
  await expect(deploy()).rejects.toThrow('The disk is full.')
  expect([await runs('old'), await runs('new')]).toEqual([true, false])
})

test('a first deploy that cannot be recorded leaves nothing running', async () => {
  await house.saveFlow('f', drawing('new'), { lenient: false })
  refuseDeploys()
  await expect(deploy()).rejects.toThrow('The disk is full.')
  expect(await runs('new')).toBe(false)
})

test('a revision that is restored is the draft again, and runs as a new one', async () => {
  const saved = heard('flow:saved')
  for (const node of ['old', 'new']) {
    await house.saveFlow('f', drawing(node), { lenient: false })
    await deploy()
  }
  const etag = house.readFlow('f').etag
  await house.restoreRevision('f', 1, { by: 'ada', ifMatch: etag })
  expect(house.readFlow('f').flow).toEqual(house.readRevision('f', 1))
  expect([await runs('new'), saved.at(-1)?.etag]).toEqual([true, house.readFlow('f').etag])
  const { revision } = await house.restoreRevision('f', 1, { by: 'bob', deploy: 'Back' })
  expect(revision).toMatchObject({ number: 3, by: 'bob', message: 'Back', changes: 2 })
  expect([await runs('old'), await runs('new')]).toEqual([true, false])
})

test('a revision from before the flow was trusted takes the trust along when it comes back', async () => {
  await house.saveFlow('f', drawing('theirs'), { lenient: false, imported: true })
  await deploy()
  await house.saveFlow('f', drawing('mine'), { lenient: false })
  await house.trustFlow('f', true, { by: 'ada' })
  await deploy()
  expect(house.revisions('f', { limit: 9 }).map(({ trusted }) => trusted)).toEqual([true, false])
  await house.restoreRevision('f', 2, { by: 'ada' })
  expect(house.readFlow('f').trusted).toBe(true)
  await house.restoreRevision('f', 1, { by: 'ada' })
  expect(house.readFlow('f').trusted).toBe(false)
})

test('a restore that somebody has been quicker than changes nothing', async () => {
  await house.saveFlow('f', drawing('old'), { lenient: false })
  await deploy()
  await house.saveFlow('f', drawing('new'), { lenient: false })
  const restore = house.restoreRevision('f', 1, { by: 'ada', ifMatch: 'another' })
  await expect(restore).rejects.toMatchObject({ status: 412, code: 'FLOW_CHANGED' })
  expect(house.readFlow('f').flow.nodes.map(({ id }) => id)).toEqual(['new'])
})

test('revisions that there are not are told from flows that there are not', async () => {
  await house.saveFlow('f', drawing('n'), { lenient: false })
  await deploy()
  expect(() => house.readRevision('f', 2)).toThrow(expect.objectContaining({ code: 'REVISION_UNKNOWN' }))
  await house.deleteFlow('f')
  expect(() => house.readRevision('f', 1)).toThrow(expect.objectContaining({ code: 'FLOW_UNKNOWN' }))
  const restore = house.restoreRevision('f', 1, { by: 'ada' })
  await expect(restore).rejects.toMatchObject({ status: 404, code: 'FLOW_UNKNOWN' })
})

test('a flow that runs trusted says so until it is deployed as what it has become', async () => {
  const runsTrusted = () => house.listFlows()[0]?.runsTrusted
  await house.saveFlow('f', drawing('n'), { lenient: false })
  expect(runsTrusted()).toBeUndefined()
  await deploy()
  await house.saveFlow('f', drawing('n'), { lenient: false, imported: true })
  expect([runsTrusted(), house.listFlows()[0]?.trusted]).toEqual([true, false])
  await deploy()
  expect(runsTrusted()).toBe(false)
})

test('what ran runs again after the house was closed and opened', async () => {
  await house.saveFlow('f', drawing('n'), { lenient: false })
  await deploy()
  await house[Symbol.asyncDispose]()
  house = await open(store)
  expect(await runs('n')).toBe(true)
})

test('an import never takes the place of a flow that stands', async () => {
  await house.saveFlow('f', drawing('mine'), { lenient: false })
  const file = JSON.stringify(drawing('theirs'))
  const { flows } = await house.importFile(file, { deploy: false, by: 'ada' })
  expect(flows.map(({ id }) => id)).toEqual(['f-2'])
  expect(house.readFlow('f').flow.nodes.map(({ id }) => id)).toEqual(['mine'])
})

test('a save that is lenient keeps a half-finished draft, and says what is missing', async () => {
  const flow = { ...emptyFlow('f', 'F'), nodes: [{ id: 'in', type: 'mqtt-in', at: [0, 0], config: {} }] }
  await expect(house.saveFlow('f', flow, { lenient: false })).rejects.toMatchObject({ status: 422 })
  const { problems } = await house.saveFlow('f', flow, { lenient: true })
  expect(problems).toMatchObject([{ node: 'in', field: 'topic' }])
  await expect(deploy()).rejects.toMatchObject({ status: 422, code: 'FLOW_INVALID' })
})

const heard = <Name extends keyof HouseEvents>(name: Name): HouseEvents[Name][0][] => {
  const events: HouseEvents[Name][0][] = []
  house.events.on(name, ((event: HouseEvents[Name][0]) => events.push(event)) as never)
  return events
}
const trusted = () => house.listFlows().map(({ id, trusted }) => [id, trusted])

test('what is imported is not trusted, whatever its file says, however often it comes, and whatever is done with it', async () => {
  const file = JSON.stringify({ ...drawing('n'), trusted: true })
  const { flows } = await house.importFile(file, { deploy: true, by: 'ada' })
  expect(flows).toMatchObject([{ id: 'f', deployed: true, trusted: false }])
  await house.saveFlow('f', { ...drawing('n'), name: 'Renamed', trusted: true }, { lenient: false })
  await deploy()
  await house.importFile(file, { deploy: false, by: 'ada' })
  expect(trusted()).toEqual([
    ['f-2', false],
    ['f', false],
  ])
})

test('nor is what comes from Node-RED', async () => {
  const file = JSON.stringify([{ id: 't1', type: 'tab', label: 'Sheet' }])
  await house.importFile(file, { deploy: false, by: 'ada' })
  expect(trusted()).toMatchObject([[expect.any(String), false]])
})

test('an example of the house is ours, and one that differs is not', async () => {
  const [example] = shippedExamples
  const [ours, theirs] = [example, { ...example, env: { evil: true } }].map((flow) => JSON.stringify(flow))
  const taken = [ours, theirs].map(
    async (file = '') => await house.importFile(file, { deploy: false, by: 'ada' }),
  )
  const flows = (await Promise.all(taken)).flatMap((answer) => answer.flows)
  expect(flows.map((flow) => flow.trusted)).toEqual([true, false])
})

test('a change of trust is told, lasts, and leaves a running flow running', async () => {
  await house.saveFlow('f', drawing('n'), { lenient: false })
  await deploy()
  const events = heard('flow:trusted')
  const { etag } = house.readFlow('f')
  await house.trustFlow('f', false, { by: 'ada', ifMatch: etag })
  await house.trustFlow('f', false, { by: 'ada' })
  expect(events).toEqual([{ flow: 'f', trusted: false }])
  expect([house.readFlow('f').trusted, await runs('n')]).toEqual([false, true])
  await expect(house.trustFlow('f', true, { by: 'ada', ifMatch: 'old' })).rejects.toMatchObject({
    status: 412,
  })
  await expect(house.trustFlow('nothing', true, { by: 'ada' })).rejects.toMatchObject({ status: 404 })
})

test('a save that holds what came from outside takes the trust, and says so once', async () => {
  await house.saveFlow('f', drawing('n'), { lenient: false })
  const events = heard('flow:trusted')
  await house.saveFlow('f', drawing('theirs'), { lenient: false, imported: true })
  await house.saveFlow('f', drawing('more'), { lenient: false, imported: true })
  expect(events).toEqual([{ flow: 'f', trusted: false }])
})

test('a quarantined flow names its culprit, stays stopped, and is free after a deploy', async () => {
  await house.saveFlow('f', drawing('loop'), { lenient: false })
  await deploy()
  const events = heard('flow:quarantined')
  const lines = heard('node:log')
  const culprit = { node: 'loop', code: 'FUNCTION_STUCK', message: 'It ran without end.' }
  await house.quarantine('f', culprit)
  const at = rig.clock.now()
  expect(events).toEqual([{ flow: 'f', quarantine: { at, ...culprit } }])
  expect(lines).toMatchObject([{ flow: 'f', node: 'loop', level: 'error', code: 'FLOW_QUARANTINED' }])
  const { message, ...said } = culprit
  const status = { flow: 'f', state: 'error', text: message, at, ...said }
  expect(house.nodeStatuses('f')).toEqual([status])
  await house[Symbol.asyncDispose]()
  house = await open(store)
  expect(await runs('loop')).toBe(false)
  expect(house.metrics().flows).toEqual({ running: 0, quarantined: 1, heldBack: 0 })
  await deploy()
  expect([house.listFlows()[0]?.quarantine, await runs('loop')]).toEqual([undefined, true])
})

test('flows that are held back after a crash loop wait until somebody starts them', async () => {
  for (const id of ['f', 'g', 'h']) {
    await house.saveFlow(id, { ...drawing('n'), id }, { lenient: false })
    await house.deployFlow(id, { by: 'ada', message: '' })
  }
  await house[Symbol.asyncDispose]()
  const again = vi.fn()
  house = await open(store, { holdBack: true, onStartAgain: again })
  const held = () =>
    house
      .listFlows()
      .filter(({ heldBack }) => heldBack)
      .map(({ id }) => id)
  expect([held(), await runs('n')]).toEqual([['f', 'g', 'h'], false])
  const events = heard('flows:held-back')
  await deploy()
  await house.stopFlow('g')
  expect([held(), await runs('n')]).toEqual([['h'], true])
  await house.startHeldBack({ by: 'ada' })
  await house.poke('h', 'n', { payload: 1 })
  await expect(house.poke('g', 'n', { payload: 1 })).rejects.toMatchObject({ code: 'FLOW_NOT_RUNNING' })
  expect(held()).toEqual([])
  expect(events.map(({ flows }) => flows)).toEqual([['g', 'h'], ['h'], []])
  expect(again).toHaveBeenCalledOnce()
})

test('counts the messages and failures of each flow that runs', async () => {
  const flow = {
    ...drawing('show'),
    nodes: [
      { id: 'f', type: 'template', at: [0, 0], config: { template: '{{payload}}' } },
      { id: 'show', type: 'debug', at: [0, 0], config: {} },
    ],
    wires: [['f.out', 'show.in']],
  }
  await house.saveFlow('f', flow, { lenient: false })
  await deploy()
  await house.poke('f', 'f', { payload: 1 })
  // hosts tell once a second
  await expect.poll(() => house.metrics().perFlow).toEqual([{ flow: 'f', messages: 2, failures: 0 }])
})

test('knows what has failed at each node, until the flow is deployed anew', async () => {
  const nodes = [{ id: 'code', type: 'function', at: [0, 0], config: { code: 'throw new Error("no")' } }]
  await house.saveFlow('f', { ...drawing('n'), nodes }, { lenient: false })
  await deploy()
  const told: unknown[] = []
  house.events.on('node:errors', ({ node, count }) => told.push([node, count]))
  await house.poke('f', 'code', { payload: 1 }).catch(() => {})
  await expect.poll(() => house.nodeErrors('f')).toMatchObject([{ node: 'code', count: 1 }])
  await deploy()
  expect([house.nodeErrors('f'), told]).toEqual([
    [],
    [
      ['code', 1],
      ['code', 0],
    ],
  ])
})

test('a flow that is gone is not steered', async () => {
  await house.saveFlow('f', drawing('n'), { lenient: false })
  await house.controls.setSafeMode('f', true, { by: 'ada', browser: 'browser-1' })
  await house.deleteFlow('f')
  await house.saveFlow('f', drawing('n'), { lenient: false })
  expect(house.controls.view('f').isSafe).toBe(false)
})

test('what waited in a node that was removed while its flow did not run becomes a dead letter', async () => {
  const nodes = [{ id: 'wait', type: 'delay', at: [0, 0], config: { delayMs: 3_600_000 } }]
  await house.saveFlow('f', { ...drawing('n'), nodes }, { lenient: false })
  await deploy()
  const poked = house.poke('f', 'wait', { payload: 1 })
  await vi.waitFor(async () => {
    await rig.clock.advance(1_000)
    expect(store.nodeState.nodes('f')).toEqual(['wait'])
  })
  await poked
  await house.stopFlow('f')
  await house.saveFlow('f', drawing('n'), { lenient: false })
  await deploy()
  expect(house.deadLetters.list()).toMatchObject([{ node: 'wait', error: { code: 'HELD_NODE_GONE' } }])
  await rig.clock.advance(1_000)
  await vi.waitFor(() => expect(store.nodeState.nodes('f')).toEqual([]))
})
