import { afterEach, beforeEach, expect, test } from 'vitest'
import { FLOW_FORMAT, flowSchema } from '#flows/flow.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { settlePromises } from '#rig/virtual-clock.ts'
import type { Store } from '#server/store/store.ts'
import { type StoreRig, storeRig } from '#server/store/store-rig.ts'
import { DeadLetterDesk, type DeadLetterDeskOptions } from './dead-letter-desk.ts'
import { readFailure } from './ways-back.ts'

const flow = flowSchema.parse({
  format: FLOW_FORMAT,
  id: 'alarm',
  name: 'Alarm',
  nodes: [
    { id: 'bell', type: 'mqtt-in', name: 'Door bell', at: [0, 0], config: {} },
    { id: 'check', type: 'function', at: [0, 0], config: {} },
    { id: 'phone', type: 'debug', at: [0, 0], config: {} },
  ],
  wires: [
    ['bell.out', 'check.in'],
    ['check.out', 'phone.in'],
  ],
})

let rig: StoreRig
let store: Store
let told: string[]
let back: unknown[]
let runs: boolean
/** How a way back ends. */
let end: () => Promise<void>
const desks = new DisposableStack()
beforeEach(async () => {
  rig = storeRig()
  store = await rig.open()
  await store.flows.put(flow)
  told = []
  back = []
  runs = true
  end = async () => {}
})
afterEach(() => rig[Symbol.asyncDispose]())

function desk(options: Partial<DeadLetterDeskOptions> = {}): DeadLetterDesk {
  return desks.use(
    new DeadLetterDesk({
      store: store.deadLetters,
      clock: rig.clock,
      waysBack: {
        packet: (place, packet, id) => {
          back.push({ ...place, text: String(packet.payload), id })
          return end()
        },
        message: (place, port, message) => {
          back.push({ ...place, port, message })
          return end()
        },
      },
      readFailure,
      flowOf: (id) => (id === flow.id ? flow : undefined),
      isRunning: () => runs,
      onChange: () => told.push('changed'),
      tell: (flow, level, { code }) => told.push(`${flow ?? 'house'} ${level} ${code}`),
      ...options,
    }),
  )
}

const error = { code: 'OH', message: 'Oh no.', values: { how: 'much' } }
const lost = (id: string, text = 'open') => ({
  ...{ flow: 'alarm', node: 'bell', id, attempts: 3, error, culprit: 'check' },
  packet: { topic: 'door', payload: Buffer.from(text), qos: 1, retain: false } as const,
})
const ids = (letters: DeadLetterDesk) => letters.list().map(({ id }) => id)
/** Lets what goes to the disk arrive there. */
const written = async () => {
  await settlePromises()
  await store.deadLetters.remove([-1])
  await settlePromises()
}

test('shows what was lost, where, how often and why, with the way to the culprit', async () => {
  const letters = desk()
  await letters.bury(lost('k1'))
  const path = [
    { node: 'bell', name: 'Door bell' },
    { node: 'check', name: 'check' },
  ]
  const at = rig.clock.now()
  expect(letters.list()).toMatchObject([
    {
      id: 1,
      flow: 'alarm',
      node: 'bell',
      port: null,
      message: 'k1',
      topic: 'door',
      preview: 'open',
      error,
      path,
    },
  ])
  expect(letters.list()).toMatchObject([{ attempts: 3, at, triedAt: at, isRetrying: false }])
  await rig.clock.advance(200)
  expect(told).toEqual(['alarm error DEAD_LETTER', 'changed'])
})

test('takes what a node gives up, and lets it leave there again, marked as repeated', async () => {
  const letters = desk()
  const message = { id: 'k1~2', topic: 'door', payload: { open: true }, at: new Date(0) }
  await letters.giveUp({ flow: 'alarm', node: 'check' }, 'out', message, error)
  expect(letters.list()).toMatchObject([{ port: 'out', preview: '{"open":true}', attempts: 1 }])
  letters.retry(1)
  expect(back).toEqual([
    { flow: 'alarm', node: 'check', port: 'out', message: { ...message, repeated: true } },
  ])
  await written()
  expect(ids(letters)).toEqual([])
})

test('a packet goes back to where it came in, under its id, and the letter goes when that has settled', async () => {
  const letters = desk()
  await letters.bury(lost('kabc'))
  const settled = Promise.withResolvers<void>()
  end = () => settled.promise
  letters.retry(1)
  letters.retry(1)
  expect(back).toEqual([{ flow: 'alarm', node: 'bell', text: 'open', id: 'kabc' }])
  expect(letters.list()).toMatchObject([{ id: 1, isRetrying: true }])
  settled.resolve()
  await written()
  expect(ids(letters)).toEqual([])
})

test('one that fails again stays, with the new reason; one that is interrupted stays as it was', async () => {
  const letters = desk()
  await letters.bury(lost('k1'))
  end = () => Promise.reject(new NodeError('FLOW_STOPPED', 'stopped'))
  letters.retry(1)
  await written()
  expect(letters.list()).toMatchObject([{ attempts: 3, error, isRetrying: false }])
  await rig.clock.advance(5_000)
  end = () => Promise.reject(new NodeError('WORSE', 'Worse.'))
  letters.retry(1)
  await written()
  expect(letters.list()).toMatchObject([
    { id: 1, attempts: 4, error: { code: 'WORSE', message: 'Worse.' }, triedAt: rig.clock.now() },
  ])
})

test('says that a flow does not run, and that a letter is gone', async () => {
  const letters = desk()
  await letters.bury(lost('k1'))
  runs = false
  expect(() => letters.retry(1)).toThrow(expect.objectContaining({ code: 'FLOW_NOT_RUNNING', status: 409 }))
  expect(letters.retryAll()).toBe(0)
  await letters.discard(1)
  await expect(letters.discard(1)).rejects.toMatchObject({ code: 'DEAD_LETTER_UNKNOWN', status: 404 })
  expect(() => letters.retry(1)).toThrow(expect.objectContaining({ code: 'DEAD_LETTER_UNKNOWN' }))
})

test('tries and discards all, or all of a flow', async () => {
  await store.flows.put({ ...flow, id: 'other' })
  const letters = desk()
  await letters.bury(lost('k1'))
  await letters.bury({ ...lost('k2'), flow: 'other' })
  expect(letters.retryAll('other')).toBe(1)
  expect(back).toMatchObject([{ id: 'k2' }])
  await written()
  expect(await letters.discardAll('other')).toBe(0)
  expect(await letters.discardAll()).toBe(1)
})

test('the same message twice is one letter: the house was cut off while it was put aside', async () => {
  const letters = desk()
  await letters.bury(lost('k1'))
  await letters.bury({ ...lost('k1'), attempts: 4 })
  expect(letters.list()).toMatchObject([{ id: 1, attempts: 4 }])
})

test('letters outlive the house', async () => {
  await desk().bury(lost('k1'))
  await store[Symbol.asyncDispose]()
  store = await rig.open()
  expect(desk().list()).toMatchObject([{ message: 'k1', preview: 'open' }])
})

test('letters go with their flow, and a flow that is gone gets none', async () => {
  const letters = desk()
  await letters.bury(lost('k1'))
  await letters.setRule('alarm', 'hourly')
  await store.flows.remove('alarm')
  expect([letters.list(), letters.rules()]).toEqual([[], {}])
  await letters.bury(lost('k2'))
  expect([letters.list(), letters.counts.buried]).toEqual([[], 1])
  await expect(letters.setRule('alarm', 'keep')).rejects.toMatchObject({ code: 'FLOW_UNKNOWN' })
})

test('too many: the oldest go, and the house says so', async () => {
  const letters = desk({ limits: { letters: 2, bytes: 10_000 } })
  for (const id of ['k1', 'k2', 'k3']) await letters.bury(lost(id))
  expect(ids(letters)).toEqual([3, 2])
  await letters.bury(lost('k4', 'x'.repeat(9_940)))
  expect(ids(letters)).toEqual([4])
  expect(letters.counts).toEqual({ buried: 4, dropped: 3 })
  expect(told).toContain('house error DEAD_LETTERS_FULL')
})

test('a thousand at once are told in one line', async () => {
  const letters = desk()
  for (let index = 0; index < 20; index++) await letters.bury(lost(`k${index}`))
  await rig.clock.advance(10_000)
  await letters.bury(lost('k99'))
  expect(told.filter((line) => line !== 'changed')).toEqual([
    'alarm error DEAD_LETTER',
    'alarm error DEAD_LETTER',
  ])
})

test('a flow may have its letters thrown away', async () => {
  const letters = desk()
  await letters.setRule('alarm', 'discard')
  await letters.bury(lost('k1'))
  expect([letters.list(), told]).toEqual([[], ['alarm warn DEAD_LETTER_DISCARDED']])
  await letters.setRule('alarm', 'keep')
  await letters.bury(lost('k1'))
  expect(ids(letters)).toHaveLength(1)
})

test('a flow may have its letters tried every hour', async () => {
  const letters = desk()
  end = () => Promise.reject(new Error('still not'))
  await letters.bury(lost('k1'))
  await rig.clock.advance(3 * 3_600_000)
  expect(back).toEqual([])
  await letters.setRule('alarm', 'hourly')
  await rig.clock.advance(60_000)
  expect(back).toHaveLength(1)
  await written()
  await rig.clock.advance(3_500_000)
  expect(back).toHaveLength(1)
  await rig.clock.advance(160_000)
  expect(back).toHaveLength(2)
})

test('letters expire after 30 days', async () => {
  const letters = desk()
  await letters.bury(lost('k1'))
  await rig.clock.advance(30 * 86_400_000 - 61_000)
  await written()
  expect(ids(letters)).toEqual([1])
  await rig.clock.advance(120_000)
  await written()
  expect(ids(letters)).toEqual([])
  expect(told).toContain('house warn DEAD_LETTERS_EXPIRED')
})
