import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow } from '#flows/flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes, nodeRuntimes } from '#nodes/runtimes.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { type OpenHouse, openHouse } from './open-house.ts'
import type { Store } from './store/store.ts'
import { storeRig } from './store/store-rig.ts'

let rig: ReturnType<typeof storeRig>
let store: Store
let house: OpenHouse

beforeEach(async () => {
  rig = storeRig()
  store = await rig.open()
  house = await open(store)
})
afterEach(async () => {
  await house[Symbol.asyncDispose]()
  await rig[Symbol.asyncDispose]()
})

const open = (from: Store) =>
  openHouse({
    store: from,
    catalogue: makeCatalogue(nodeDefinitions, connectionDefinitions),
    nodes: nodeRuntimes,
    connections: connectionRuntimes,
    services: fakeServices(rig.clock),
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
