import { beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import type { ControlState } from '../hosts/host-controls.ts'
import { ControlDesk, type ControlView, LEASE_MS } from './control-desk.ts'

const ada = { by: 'ada', browser: 'browser-1' }
const bob = { by: 'bob', browser: 'browser-2' }
const wire = 'a.out b.in'

let clock: VirtualClock
let desk: ControlDesk
let applied: (ControlState | undefined)[]
let notes: string[]
let views: ControlView[]
beforeEach(() => {
  clock = new VirtualClock()
  applied = []
  notes = []
  views = []
  desk = new ControlDesk({
    clock,
    exists: (flow) => flow === 'f',
    control: async (_, state) => void applied.push(state),
    act: async (_, number) => number === 1,
    tell: (view) => void views.push(view),
    note: (_, { code }) => void notes.push(code),
  })
})

test('steers a flow with the breakpoints of all, and no more without any', async () => {
  const condition = { property: 'payload', operator: '>', value: 3 } as const
  await desk.setBreakpoint('f', { wire }, ada)
  await desk.setBreakpoint('f', { wire: 'b.out c.in', condition }, bob)
  await desk.removeBreakpoint('f', wire, 'bob')
  await desk.removeBreakpoint('f', 'b.out c.in', 'bob')
  expect(applied).toEqual([
    { breakpoints: [{ wire }], isSafe: false },
    { breakpoints: [{ wire }, { wire: 'b.out c.in', condition }], isSafe: false },
    { breakpoints: [{ wire: 'b.out c.in', condition }], isSafe: false },
    undefined,
  ])
  expect(clock.planned).toBe(0)
})

test('tells who looks what is set and by whom, and what came of it', async () => {
  await desk.setSafeMode('f', true, ada)
  desk.report('f', { stopped: [], muted: { out: 3 } })
  const view = { flow: 'f', breakpoints: [], isSafe: true, safeBy: 'ada', stopped: [] }
  expect(views).toEqual([
    { ...view, muted: {} },
    { ...view, muted: { out: 3 } },
  ])
  await desk.setSafeMode('f', false, bob)
  expect(desk.view('f')).toEqual({ flow: 'f', breakpoints: [], isSafe: false, stopped: [], muted: {} })
  expect(notes).toEqual(['SAFE_MODE_ON', 'SAFE_MODE_OFF'])
})

test('ends when the last browser that holds anything is silent for 30 seconds', async () => {
  await desk.setBreakpoint('f', { wire }, ada)
  await desk.setSafeMode('f', true, bob)
  await clock.advance(20_000)
  expect([desk.renew('f', ada), desk.renew('f', { ...ada, browser: 'other' }), desk.renew('g', ada)]).toEqual(
    [true, false, false],
  )
  await clock.advance(LEASE_MS - 2_000)
  expect(applied.at(-1)).toMatchObject({ isSafe: true })
  await clock.advance(3_000)
  expect([applied.at(-1), notes.at(-1), clock.planned]).toEqual([undefined, 'CONTROL_LEFT', 0])
})

test('what nobody holds cannot be renewed', () => {
  expect(desk.renew('f', ada)).toBe(false)
})

test('a deleted flow is not steered', async () => {
  await desk.setBreakpoint('f', { wire }, ada)
  desk.forget('f')
  expect([desk.renew('f', ada), applied.at(-1), clock.planned]).toEqual([false, undefined, 0])
})

test.each([
  ['an unknown flow', () => desk.setBreakpoint('g', { wire }, ada), 'FLOW_UNKNOWN'],
  [
    'a condition without a value',
    () => desk.setBreakpoint('f', { wire, condition: { property: 'payload', operator: '>' } }, ada),
    'CONDITION_VALUE',
  ],
  ['a message that has gone on', () => desk.act('f', 2, 'continue'), 'STOP_GONE'],
])('refuses %s', async (_what, ask, code) => {
  await expect(ask()).rejects.toMatchObject({ code })
  expect(applied).toEqual([])
})

test('refuses more breakpoints than a person can overlook', async () => {
  for (let count = 0; count < 50; count++) await desk.setBreakpoint('f', { wire: `a.out b${count}.in` }, ada)
  await expect(desk.setBreakpoint('f', { wire }, ada)).rejects.toMatchObject({ code: 'BREAKPOINTS_MANY' })
})
