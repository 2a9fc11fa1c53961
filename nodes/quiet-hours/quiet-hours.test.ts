import { expect, it } from 'vitest'
import { DiskState } from '#rig/disk-state.ts'
import { type NodeRigOptions, nodeRig } from '#rig/node-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { QuietWindow } from './quiet-window.ts'
import { quietHoursRuntime } from './runtime.ts'

const HOUR = 3_600_000
/** It is midnight when a test begins. */
const night = { from: '22:00', to: '07:00', timeZone: 'UTC' }
const rig = (config: Record<string, unknown> = {}, options: NodeRigOptions = {}) =>
  nodeRig(quietHoursRuntime, { ...options, config: { ...night, ...config } })

it('passes by day, and by night what is urgent', async () => {
  const node = await rig({ urgent: [{ property: 'payload', operator: '==', value: 'smoke' }] })
  for (const payload of ['motion', 'smoke']) await node.send('in', { payload })
  expect(node.out).toEqual(['smoke'])
  await node.clock.advance(8 * HOUR)
  await node.send('in', { payload: 'motion' })
  expect(node.out).toEqual(['smoke', 'motion'])
})

it('brings in the morning what has waited, in one message', async () => {
  const node = await rig()
  const start = node.clock.now()
  await node.send('in', { topic: 'a', payload: 1 })
  await node.clock.advance(HOUR)
  await node.send('in', { payload: 2 })
  await node.clock.advance(6 * HOUR - 1)
  expect(node.sent).toEqual([])
  await node.clock.advance(1)
  expect(node.payloads('digest')).toEqual([
    {
      ...{ count: 2, from: start, to: start + 7 * HOUR },
      messages: [
        { at: start, topic: 'a', payload: 1 },
        { at: start + HOUR, payload: 2 },
      ],
    },
  ])
  await node.clock.advance(24 * HOUR)
  expect(node.sent).toHaveLength(1)
  expect(node.clock.planned).toBe(0)
})

it('lets each pass by itself, in order, on request', async () => {
  const node = await rig({ afterwards: 'each' })
  for (const payload of [1, 2, 3]) await node.send('in', { payload })
  await node.clock.advance(7 * HOUR)
  expect(node.out).toEqual([1, 2, 3])
})

it('keeps what waits over a power cut, and brings it at once if the night is over by then', async () => {
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await rig({}, { clock, store })
  void before.send('in', { payload: 1 })
  await clock.advance(HOUR)
  const [soon, late] = [store.afterPowerCut(clock), store.afterPowerCut(clock)]
  const next = await rig({}, { clock, store: soon })
  await clock.advance(6 * HOUR)
  expect(next.payloads('digest')).toMatchObject([{ count: 1 }])
  await clock.advance(3 * HOUR)
  const later = await rig({}, { clock, store: late })
  await clock.advance(0)
  expect(later.payloads('digest')).toMatchObject([{ count: 1 }])
})

it('has either the messages or their digest, wherever the power goes', async () => {
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const refuse = () => Promise.reject(new Error('no'))
  const before = await rig({}, { clock, store, downstream: refuse })
  void before.send('in', { payload: 1 })
  await clock.advance(7 * HOUR + 1_500)
  const next = await rig({}, { clock, store: store.afterPowerCut(clock) })
  await clock.advance(HOUR)
  expect(next.payloads('digest')).toMatchObject([{ count: 1 }])
})

it('fails a message beyond the most that may wait', async () => {
  const node = await rig({ maxQueue: 1 })
  await node.send('in', { payload: 1 })
  await expect(node.send('in', { payload: 2 })).rejects.toMatchObject({ code: 'QUIET_FULL' })
})

const at = (text: string): number => Date.parse(text)
const iso = (ms: number | undefined) => ms && new Date(ms).toISOString()
const berlin = {
  ...night,
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  timeZone: 'Europe/Berlin',
}

it.each([
  ['an evening in summer', '2026-07-01T20:00:00Z', '2026-07-02T05:00:00.000Z'],
  ['a moment before', '2026-07-01T19:59:59Z', undefined],
  ['the end itself', '2026-07-02T05:00:00Z', undefined],
  ['the short night', '2026-03-28T21:00:00Z', '2026-03-29T05:00:00.000Z'],
  ['the long night', '2026-10-24T20:00:00Z', '2026-10-25T06:00:00.000Z'],
])('knows %s', (_, now, end) => {
  expect(iso(new QuietWindow(berlin).endAround(at(now)))).toBe(end)
})

it('begins on the chosen weekdays, and ends on the next day', () => {
  const window = new QuietWindow({ ...berlin, weekdays: ['fri'] })
  expect(iso(window.endAround(at('2026-07-04T04:00:00Z')))).toBe('2026-07-04T05:00:00.000Z')
  expect(window.endAround(at('2026-07-04T21:00:00Z'))).toBeUndefined()
  expect(new QuietWindow({ ...berlin, weekdays: [] }).endAround(at('2026-07-04T04:00:00Z'))).toBeUndefined()
})

it('lasts a whole day where both times are equal', () => {
  const window = new QuietWindow({ ...berlin, from: '12:00', to: '12:00', weekdays: ['sat'] })
  expect(iso(window.endAround(at('2026-07-04T10:00:00Z')))).toBe('2026-07-05T10:00:00.000Z')
  expect(window.endAround(at('2026-07-05T10:00:00Z'))).toBeUndefined()
})
