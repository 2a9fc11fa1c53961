import { expect, it } from 'vitest'
import { MemoryState } from '#rig/memory-state.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { KeptState } from '#server/engine/state.ts'
import { cronOf, dailyPattern, followAll, keepRhythm } from './schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A house that is up, then down, then up again; answers the minutes since its beginning at which it called. */
async function overRestart(
  plan: (around: { clock: VirtualClock; state: KeptState }, call: () => void) => void,
  { upMinutes, downMinutes }: { readonly upMinutes: number; readonly downMinutes: number },
) {
  const clock = new VirtualClock()
  const start = clock.now()
  const calls: number[] = []
  const state = new KeptState(new MemoryState(), 'flow', 'node')
  const call = (): void => void calls.push((clock.now() - start) / MINUTE)
  let isUp = true
  plan({ clock, state }, () => isUp && call())
  await clock.advance(upMinutes * MINUTE)
  isUp = false
  const disk = new MemoryState({ 'flow/node': state.entries() })
  await clock.advance(downMinutes * MINUTE)
  plan({ clock, state: new KeptState(disk, 'flow', 'node') }, call)
  await clock.advance(24 * HOUR - (upMinutes + downMinutes) * MINUTE)
  return calls.slice(0, 4)
}

const every = (ms: number) => (around: Parameters<typeof keepRhythm>[1], call: () => void) =>
  keepRhythm(ms, around, call)
const at = (pattern: string) => (around: Parameters<typeof followAll>[1], call: () => void) =>
  followAll([cronOf(pattern, 'UTC')], around, call)

it.each([
  ['goes on as if there had been no restart', every(2 * HOUR), 30, 10, [120, 240, 360, 480]],
  ['makes up for what was missed by less than five minutes', every(2 * HOUR), 118, 4, [122, 240, 360, 480]],
  ['does not make up for what was missed by more', every(2 * HOUR), 118, 10, [240, 360, 480, 600]],
  ['begins anew where it is quick', every(20_000), 0.5, 10.1, [1 / 3, 10.6 + 1 / 3, 10.6 + 2 / 3, 11.6]],
] as const)('a rhythm %s', async (_, plan, upMinutes, downMinutes, calls) => {
  const called = await overRestart(plan, { upMinutes, downMinutes })
  expect(called.map((minute) => minute.toFixed(3))).toEqual(calls.map((minute) => minute.toFixed(3)))
})

it.each([
  ['goes on', 30, 10, [120, 240, 360, 480]],
  ['is made up for within five minutes', 118, 4, [122, 240, 360, 480]],
  ['is not made up for later', 118, 10, [240, 360, 480, 600]],
  ['is not called twice', 121, 2, [120, 240, 360, 480]],
] as const)('a time of day %s', async (_, upMinutes, downMinutes, calls) => {
  expect(await overRestart(at('0 */2 * * *'), { upMinutes, downMinutes })).toEqual(calls)
})

it('what comes every few seconds is not made up for', async () => {
  const calls = await overRestart(at('*/30 * * * * *'), { upMinutes: 1, downMinutes: 2 })
  expect(calls).toEqual([0.5, 1, 3.5, 4])
})

it('a schedule that has been changed begins anew', async () => {
  const clock = new VirtualClock()
  const state = new KeptState(new MemoryState(), 'flow', 'node')
  followAll([cronOf('0 1 * * *', 'UTC')], { clock, state }, () => {})
  await clock.advance(2 * HOUR)
  let calls = 0
  followAll([cronOf('58 1 * * *', 'UTC')], { clock, state }, () => void calls++)
  await clock.advance(MINUTE)
  expect(calls).toBe(0)
  expect(Object.keys(state.entries())).toEqual(['cron:58 1 * * *'])
})

it('writes a time of day as a pattern', () => {
  expect(dailyPattern('07:30', ['mon', 'sat'])).toBe('30 7 * * mon,sat')
  expect([dailyPattern('', ['mon']), dailyPattern('07:30', [])]).toEqual([undefined, undefined])
})
