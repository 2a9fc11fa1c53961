import { serialize } from 'node:v8'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow } from '#flows/flow.ts'
import { defineConnection } from '#kit/define-connection.ts'
import { implementConnection } from '#kit/runtime/implement-connection.ts'
import type { Parcel } from '#kit/runtime/outbox.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes } from '#nodes/runtimes.ts'
import { type BrokerRig, brokerRig } from '#server/broker/broker-rig.ts'
import { realClock } from '#server/engine/real-clock.ts'
import type { PostRow } from '#server/store/outbox-store.ts'
import type { Store } from '#server/store/store.ts'
import { storeRig } from '#server/store/store-rig.ts'
import { type OpenHouse, openHouse } from './open-house.ts'

const pigeon = defineConnection<object>()({
  ...{ type: 'pigeon', version: 1, icon: 'bird', title: 'Pigeon', summary: 'Carries.' },
  config: z.object({ name: z.string() }),
})

let rig: ReturnType<typeof storeRig>
let store: Store
let broker: BrokerRig
let house: OpenHouse
/** The pigeon's name, and what it has carried; and when a loft was opened and closed. */
let carried: [name: string, parcel: Parcel][]
let lofts: string[]

const runtime = implementConnection(pigeon, {}, ({ config, own }) => {
  lofts.push(`open ${config.name}`)
  own({ [Symbol.dispose]: () => void lofts.push(`close ${config.name}`) })
  const send = async (parcel: Parcel) => {
    carried.push([config.name, parcel])
    return { kind: 'sent' as const }
  }
  return { link: {}, carrier: { send } }
})

const open = () =>
  openHouse({
    store,
    catalogue: makeCatalogue(nodeDefinitions, [...connectionDefinitions, pigeon]),
    connections: [...connectionRuntimes, runtime],
    broker: broker.broker,
    hosts: {
      ...{ maxHosts: 1, heapMb: 192, stuckMs: 700 },
      settings: { endpoints: { telegram: 'http://127.0.0.1:9' }, libraries: [], libraryFolder: '.' },
    },
    clock: realClock,
    log: pino({ level: 'silent' }),
  })

beforeEach(async () => {
  ;[carried, lofts] = [[], []]
  rig = storeRig()
  broker = await brokerRig()
  store = await rig.open()
  house = await open()
})
afterEach(async () => {
  await house[Symbol.asyncDispose]()
  await broker[Symbol.asyncDispose]()
  await rig[Symbol.asyncDispose]()
})

/** As if a node had posted it before the house was opened. */
async function left(number: number, more: Partial<PostRow> = {}): Promise<void> {
  const row: PostRow = {
    ...{ number, key: `k${number}`, digest: '', flow: 'f', node: 'n', tells: true, connection: 'loft' },
    ...{
      target: 'ada',
      title: 'Door',
      urgency: 'alarm',
      atMostOnce: false,
      alarm: null,
      fold: null,
      count: 1,
    },
    ...{ at: 0, expiresAt: null, state: 'waiting', attempts: 0, mayBeDouble: false, pausedUntil: 0 },
    ...{ targetPaidAt: 0, connectionPaidAt: 0, doneAt: null, error: null, receipt: null, keep: null },
    ...more,
  }
  await store.outbox.save({ row, body: serialize(`letter ${number}`) })
}
const reopen = async (): Promise<void> => {
  await house[Symbol.asyncDispose]()
  house = await open()
}
const save = (name: string) => house.saveConnection('loft', { type: 'pigeon', name: '', config: { name } })

test('what was left in the outbox waits for its connection, and leaves by it without any flow', async () => {
  await left(1)
  await reopen()
  expect(house.listOutbox()).toMatchObject([{ number: 1, why: { code: 'CONNECTION_MISSING' } }])
  await save('Anna')
  await vi.waitFor(() => expect(carried).toMatchObject([['Anna', { number: 1, body: 'letter 1' }]]))
  await vi.waitFor(() => expect(house.listOutbox()).toMatchObject([{ number: 1, state: 'sent' }]))
  expect(house.metrics().outbox).toMatchObject({ waiting: 0, sent: 1 })
})

test('a connection with new settings is opened anew, also while only the outbox holds it', async () => {
  await save('Anna')
  await left(1)
  await reopen()
  await vi.waitFor(() => expect(carried.length).toBe(1))
  await save('Berta')
  expect(lofts).toEqual(['open Anna', 'close Anna'])
  await left(2)
  await reopen()
  await vi.waitFor(() => expect(carried.map(([name]) => name)).toEqual(['Anna', 'Berta']))
})

test('with its connection a post is gone, and with its flow the news of it', async () => {
  await left(1)
  await reopen()
  await save('Anna')
  await vi.waitFor(() => expect(house.metrics().outbox.news).toBe(1))
  await house.saveFlow('f', emptyFlow('f', 'F'), { lenient: false })
  await house.deleteFlow('f')
  expect(house.metrics().outbox.news).toBe(0)
  await left(2, { connection: 'gone' })
  await reopen()
  await house.saveConnection('gone', { type: 'pigeon', name: '', config: {} })
  await house.deleteConnection('gone')
  expect(house.listOutbox()).toMatchObject([
    { number: 2, state: 'failed', why: { code: 'POST_CONNECTION_DELETED' } },
    { number: 1, state: 'sent' },
  ])
})

test('news is told once the flow runs', async () => {
  await save('Anna')
  await left(1)
  await reopen()
  await vi.waitFor(() => expect(house.metrics().outbox.news).toBe(1))
  const nodes = [{ id: 'n', type: 'debug', at: [0, 0], config: {} }]
  await house.saveFlow('f', { ...emptyFlow('f', 'F'), nodes }, { lenient: false })
  await house.deployFlow('f', { by: 'ada', message: '' })
  await vi.waitFor(() => expect(house.metrics().outbox.news).toBe(0))
})

test('a change is told to who looks, but not each of many', async () => {
  const told: unknown[] = []
  house.events.on('outbox:changed', (event) => told.push(event))
  await left(1)
  await left(2)
  await house[Symbol.asyncDispose]()
  house = await open()
  house.events.on('outbox:changed', (event) => told.push(event))
  await vi.waitFor(() => expect(told).toEqual([{ waiting: 2 }]))
})
