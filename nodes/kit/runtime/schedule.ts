import { Cron } from 'croner'
import type { Clock } from './clock.ts'
import type { NodeState } from './implement-node.ts'

export type { Cron } from 'croner'

/** A clock, and where it is noted what has been called. */
interface Around {
  readonly clock: Clock
  readonly state: NodeState
}

/** A moment that the house slept through is made up for if it is back so soon, in milliseconds; a later one would surprise people. */
const MADE_UP_MS = 300_000
/** What comes more often than this is neither noted nor made up for, in milliseconds. */
const SELDOM_MS = 60_000
/** A plan looks at the clock at least this often, in milliseconds: a Pi's clock jumps when the network comes. */
const LOOK_EVERY_MS = 60_000
const CRON = 'cron:'
const EVERY = 'every'

/** A schedule by the clock of a time zone; an empty name means that of the server. Throws for a pattern that it cannot read. */
export const cronOf = (pattern: string, timeZone: string): Cron =>
  new Cron(pattern, { paused: true, ...(timeZone !== '' && { timezone: timeZone }) })

/** The pattern for a time of day, `07:30`, on some weekdays; nothing if there is none. */
export function dailyPattern(atTime: string, weekdays: readonly string[]): string | undefined {
  const [hour, minute] = atTime.split(':').map(Number)
  return atTime === '' || weekdays.length === 0 ? undefined : `${minute} ${hour} * * ${weekdays.join(',')}`
}

/** Calls at each moment of some schedules, by the clock that is given. */
export function followAll(schedules: readonly Cron[], around: Around, call: () => void): void {
  const keys = new Set(schedules.map(keyOf))
  for (const key of Object.keys(around.state.entries()))
    if (key.startsWith(CRON) && !keys.has(key)) around.state.set(key, undefined)
  for (const schedule of schedules) follow(schedule, around, call)
}

const keyOf = (schedule: Cron): string => CRON + schedule.getPattern()

function follow(schedule: Cron, { clock, state }: Around, call: () => void): void {
  const nextAfter = (ms: number) => schedule.nextRun(new Date(ms))?.getTime()
  const key = keyOf(schedule)
  const isSeldom = (at: number): boolean => (nextAfter(at) ?? Number.POSITIVE_INFINITY) - at >= SELDOM_MS
  let lookedAt = clock.now()
  const notedAt = state.get(key)
  let due = nextAfter(typeof notedAt === 'number' ? Math.max(notedAt, lookedAt - MADE_UP_MS) : lookedAt)
  if (due !== undefined && due <= lookedAt && !isSeldom(due)) due = nextAfter(lookedAt)
  if (notedAt === undefined && due !== undefined && isSeldom(due)) state.set(key, lookedAt)

  const look = (): void => {
    const now = clock.now()
    const isSetBack = now < lookedAt
    const isDue = due !== undefined && now >= due
    lookedAt = now
    if (isDue) {
      if (isSeldom(now)) state.set(key, now)
      call()
    }
    if (isSetBack || isDue) due = nextAfter(now)
    plan()
  }
  const plan = (): void => {
    if (due !== undefined) clock.after(Math.min(due - clock.now(), LOOK_EVERY_MS), look)
  }
  plan()
}

/** Calls every so many milliseconds. A long interval goes on over a restart as if there had been none. */
export function keepRhythm(everyMs: number, { clock, state }: Around, call: () => void): void {
  if (everyMs < SELDOM_MS) {
    clock.every(everyMs, call)
    return
  }
  const note = (at: number): void => state.set(EVERY, { everyMs, at })
  const noted = state.get(EVERY) as { readonly everyMs: number; readonly at: number } | undefined
  const now = clock.now()
  const isKnown = noted?.everyMs === everyMs && noted.at <= now
  if (!isKnown) note(now)
  const lateMs = isKnown ? (now - noted.at) % everyMs : 0
  const hasMissed = isKnown && now - noted.at >= everyMs && lateMs <= MADE_UP_MS
  const beat = (): void => {
    note(clock.now())
    call()
  }
  if (hasMissed) clock.after(0, call)
  if (hasMissed) note(now - lateMs)
  clock.after(everyMs - lateMs, () => {
    clock.every(everyMs, beat)
    beat()
  })
}
