import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Parcel, Tried, Urgency } from '#kit/runtime/outbox.ts'
import { fault, outboxRig, type Sent } from './rig/outbox-rig.ts'

const MINUTE = 60_000
const perTarget = { burst: 2, intervalMs: 500 }
const inAll = { burst: 5, intervalMs: 100 }

/** No span of time holds more calls than the burst and one per interval. */
function isWithin(pace: { burst: number; intervalMs: number }, times: readonly number[]): boolean {
  return times.every((from, first) =>
    times
      .slice(first)
      .every((to, count) => count + 1 <= pace.burst + Math.floor((to - from) / pace.intervalMs)),
  )
}

/** How a service fails: it may have stored the message before. */
type Fall = '503' | '429' | 'pause of all' | 'hang' | 'reset before' | 'reset after'
const falls: readonly Fall[] = ['503', '429', 'pause of all', 'hang', 'reset before', 'reset after']

/** A service that stores what arrives, and tells of it or not. */
function service(rig: ReturnType<typeof outboxRig>) {
  const stored: Parcel[] = []
  let pauses: { readonly target: string | undefined; readonly from: number; readonly until: number }[] = []
  const pause = (ms: number, target?: string): Tried => {
    const from = rig.clock.now()
    pauses.push({ target, from, until: from + ms })
    return { kind: 'pause', ms, of: target === undefined ? 'connection' : 'target' }
  }
  const fall = (parcel: Parcel, how: Fall): Tried | Promise<Tried> => {
    if (how === 'reset after' || how === 'hang') stored.push(parcel)
    if (how === 'hang') return new Promise(() => {})
    if (how === '429') return pause(7_300, parcel.target)
    if (how === 'pause of all') return pause(4_100)
    return fault(how === 'reset after')
  }
  const take = (parcel: Parcel): Tried => {
    stored.push(parcel)
    return { kind: 'sent' }
  }
  const wasDisturbed = (given: readonly Sent[]): boolean =>
    pauses.some(({ target, from, until }) =>
      given.some(
        (one) => one.sentAt > from && one.sentAt < until && (target === undefined || one.target === target),
      ),
    )
  /** What was asked of a process in the moment of its death, the next one cannot know. */
  const crash = (): void => {
    rig.crash()
    pauses = pauses.filter(({ from }) => from < rig.clock.now())
  }
  return { stored, fall, take, wasDisturbed, crash }
}

/** The first arrival of each, by target. */
function firsts(stored: readonly Parcel[]): Map<string, number[]> {
  const seen = new Set<number>()
  const byTarget = new Map<string, number[]>()
  for (const { number, target } of stored) {
    if (seen.has(number)) continue
    seen.add(number)
    byTarget.set(target, [...(byTarget.get(target) ?? []), number])
  }
  return byTarget
}

const isRising = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))

/** Of what is stored twice, all but the first say that they may be double. */
const isMarked = (stored: readonly Parcel[]): boolean =>
  stored.every(
    ({ number, mayBeDouble }, index) =>
      mayBeDouble || stored.findIndex((other) => other.number === number) === index,
  )

test('ten minutes without the service, and a crash in between: nothing lost, order kept, limits never exceeded', async () => {
  const rig = outboxRig()
  const house = service(rig)
  const carrier = rig.carrier()
  carrier.pace = inAll
  carrier.paces = () => perTarget
  const end = rig.clock.now() + 10 * MINUTE
  let tries = 0
  carrier.answer = (parcel) =>
    rig.clock.now() < end ? house.fall(parcel, falls[tries++ % falls.length] ?? '503') : house.take(parcel)
  for (let second = 0; second < 600; second += 2) {
    await rig.post({ target: `chat ${second % 3}`, body: second, urgency: 'alarm' })
    await rig.clock.advance(2_000)
    if (second === 200) house.crash()
    if (second === 400) void rig.restart()
  }
  await rig.clock.advance(15 * MINUTE)
  expect(new Set(house.stored.map(({ number }) => number)).size).toBe(300)
  expect([...firsts(house.stored).values()].map(isRising)).toEqual([true, true, true])
  expect(isMarked(house.stored)).toBe(true)
  expect(house.wasDisturbed(carrier.given)).toBe(false)
  const times = carrier.given.map(({ sentAt }) => sentAt)
  expect(isWithin(inAll, times)).toBe(true)
  for (const target of ['chat 0', 'chat 1', 'chat 2']) {
    const own = carrier.given.filter((one) => one.target === target)
    expect(
      isWithin(
        perTarget,
        own.map(({ sentAt }) => sentAt),
      ),
    ).toBe(true)
  }
  expect(rig.news.filter(({ kind }) => kind === 'sent').length).toBe(300)
})

const urgency = fc.constantFrom<Urgency>('alarm', 'normal', 'low')
const step = fc.oneof(
  fc.record({ kind: fc.constant('post' as const), target: fc.constantFrom('a', 'b', 'c'), urgency }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(3_000) }),
  fc.record({ kind: fc.constant('crash' as const) }),
  fc.record({
    kind: fc.constant('fall' as const),
    how: fc.constantFrom(...falls),
    tries: fc.integer({ min: 1, max: 6 }),
  }),
)

test('whatever comes, nothing is lost, each urgency keeps its order, and no limit is exceeded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const rig = outboxRig()
      const house = service(rig)
      const carrier = rig.carrier()
      carrier.pace = inAll
      carrier.paces = () => perTarget
      let falling: Fall = '503'
      let left = 0
      carrier.answer = (parcel) => (left-- > 0 ? house.fall(parcel, falling) : house.take(parcel))
      let posted = 0
      for (const one of steps) {
        if (one.kind === 'post') await rig.post({ target: one.target, urgency: one.urgency, body: ++posted })
        else if (one.kind === 'wait') await rig.clock.advance(one.ms)
        else if (one.kind === 'crash') house.crash()
        else [falling, left] = [one.how, one.tries]
      }
      left = Math.min(left, 6)
      await rig.clock.advance(60 * MINUTE)
      const lanes = (['alarm', 'normal', 'low'] as const).flatMap((which) => [
        ...firsts(house.stored.filter((parcel) => parcel.urgency === which)).values(),
      ])
      expect(new Set(house.stored.map(({ number }) => number)).size).toBe(posted)
      expect(lanes.every(isRising)).toBe(true)
      expect(isMarked(house.stored)).toBe(true)
      expect(house.wasDisturbed(carrier.given)).toBe(false)
      expect(
        isWithin(
          inAll,
          carrier.given.map(({ sentAt }) => sentAt),
        ),
      ).toBe(true)
      for (const target of ['a', 'b', 'c']) {
        const own = carrier.given.filter((given) => given.target === target)
        expect(
          isWithin(
            perTarget,
            own.map(({ sentAt }) => sentAt),
          ),
        ).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
}, 120_000)
