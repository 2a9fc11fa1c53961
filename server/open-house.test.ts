import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { connectionRuntimes, nodeRuntimes } from '#nodes/runtimes.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { catalogue } from '#rig/flow-rig.ts'
import { type OpenHouse, openHouse } from './open-house.ts'
import type { Store } from './store/store.ts'
import { storeRig } from './store/store-rig.ts'

const flow = {
  ...emptyFlow('bell', 'Bell'),
  nodes: [
    { id: 'in', type: 'mqtt-in', at: [0, 0] as [number, number], config: { topic: 'bell' } },
    { id: 'out', type: 'mqtt-out', at: [0, 0] as [number, number], config: { topic: 'rings' } },
  ],
  wires: [['in.out', 'out.in'] as [string, string]],
}
const byAda = { by: 'ada', message: '' }

describe('commands that come at the same time', () => {
  let rig: ReturnType<typeof storeRig>
  let store: Store
  let house: OpenHouse
  beforeEach(async () => {
    rig = storeRig()
    store = await rig.open()
    house = await openHouse({
      store,
      catalogue,
      nodes: nodeRuntimes,
      connections: connectionRuntimes,
      services: fakeServices(rig.clock),
      clock: rig.clock,
      log: pino({ level: 'silent' }),
    })
    await house.saveFlow('bell', flow, { lenient: false })
  })
  afterEach(async () => {
    await house[Symbol.asyncDispose]()
    await rig[Symbol.asyncDispose]()
  })

  test('leave nothing running of a flow that is deleted while it is deployed', async () => {
    const deployed = house.deployFlow('bell', byAda)
    await Promise.all([deployed, house.deleteFlow('bell')])
    expect({ flows: house.listFlows(), running: house.nodeStatuses('bell') }).toEqual({
      flows: [],
      running: [],
    })
  })

  test('do not deploy a flow that is being deleted', async () => {
    const deleted = house.deleteFlow('bell')
    await expect(house.deployFlow('bell', byAda)).rejects.toMatchObject({ code: 'FLOW_UNKNOWN' })
    await deleted
    expect(store.flows.running()).toEqual([])
  })

  test('give each imported file an id of its own', async () => {
    const file = serializeFlow(flow)
    const imports = Array.from({ length: 5 }, () => house.importFile(file, { deploy: false, by: 'ada' }))
    const ids = (await Promise.all(imports)).flatMap(({ flows }) => flows.map(({ id }) => id))
    expect(ids.sort()).toEqual(['bell-2', 'bell-3', 'bell-4', 'bell-5', 'bell-6'])
  })
})
