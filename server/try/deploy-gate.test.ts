import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes } from '#nodes/runtimes.ts'
import { type OpenHouse, openHouse } from '#server/house/open-house.ts'
import { type BrokerRig, brokerRig } from '../broker/broker-rig.ts'
import { storeRig } from '../store/store-rig.ts'

let rig: ReturnType<typeof storeRig>
let broker: BrokerRig
let house: OpenHouse

beforeEach(async () => {
  rig = storeRig()
  broker = await brokerRig()
  house = await openHouse({
    store: await rig.open(),
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
})
afterEach(async () => {
  await house[Symbol.asyncDispose]()
  await broker[Symbol.asyncDispose]()
  await rig[Symbol.asyncDispose]()
})

const drawing = (payloads: readonly unknown[], more: Partial<Flow> = {}): Flow => ({
  ...emptyFlow('f', 'F'),
  nodes: [{ id: 'show', type: 'debug', at: [0, 0], config: {} }],
  tests: [
    {
      name: 'shows one',
      send: [{ to: 'show', at: 0, payload: 1 }],
      expect: [{ at: 'show', payloads: [...payloads] }],
      within: 1_000,
    },
  ],
  ...more,
})
const save = (flow: Flow) => house.saveFlow('f', flow, { lenient: false })
const deploy = (more = {}) => house.deployFlow('f', { by: 'ada', message: '', ...more })
const isRunning = () => house.listFlows().some(({ running }) => running !== undefined)

test('a flow whose tests have to pass is not deployed while one fails, and says where', async () => {
  await save(drawing([2], { deployGate: true }))
  await expect(deploy()).rejects.toMatchObject({
    status: 422,
    code: 'TESTS_FAILED',
    details: {
      problems: [
        {
          code: 'TEST_FAILED',
          level: 'error',
          node: 'show',
          message: 'The test "shows one" has failed. At show.in it expected [2], and received [1].',
        },
      ],
    },
  })
  expect(isRunning()).toBe(false)
})

test.each([
  ['passes them', drawing([1], { deployGate: true }), {}],
  [
    'fails them, and somebody says that they do not count',
    drawing([2], { deployGate: true }),
    { skipsTests: true },
  ],
  ['fails them, and does not ask for them', drawing([2]), {}],
])('a flow that %s is deployed', async (_, flow, options) => {
  await save(flow)
  await deploy(options)
  expect(isRunning()).toBe(true)
})

test('an import that deploys holds to the tests as well', async () => {
  const text = serializeFlow(drawing([2], { deployGate: true }))
  const { flows } = await house.importFile(text, { deploy: true, by: 'ada' })
  expect(flows).toMatchObject([{ deployed: false, problems: [{ code: 'TEST_FAILED' }] }])
  expect(isRunning()).toBe(false)
})

test('a draft that is saved while its tests run is not deployed untested', async () => {
  await save(drawing([1], { deployGate: true }))
  const deployed = deploy()
  await save(drawing([2], { deployGate: true }))
  await expect(deployed).rejects.toMatchObject({ code: 'FLOW_CHANGED' })
})

test('a draft that is not valid is not tried', async () => {
  const flow = drawing([1], { nodes: [{ id: 'in', type: 'mqtt-in', at: [0, 0], config: {} }] })
  await house.saveFlow('f', flow, { lenient: true })
  await expect(house.testFlow('f')).rejects.toMatchObject({ status: 422, code: 'FLOW_INVALID' })
})
