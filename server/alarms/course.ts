import type { Place, Raise } from '#kit/runtime/outbox.ts'
import type { AlarmChange, AlarmEvent, StoredAlarm } from '../store/store.ts'

/** How long an alarm is quiet that somebody has asked to be. */
export const QUIET_MS = 60 * 60_000
/** Longest key and title, in UTF-16 units. */
const MAX_KEY = 1_000
const MAX_TITLE = 500

/** An alarm in other circumstances, and what its node is told of that. */
export type Turn = Pick<AlarmChange, 'alarm' | 'news'>

/** A new alarm. A first step that is due at once is taken with it. */
export function opened(id: string, { flow, node }: Place, raise: Raise, now: number): Turn {
  const times = { since: now, lastAt: now, stepsFrom: now }
  const place = { id, flow, node, key: keyOf(raise) }
  const alarm: StoredAlarm = {
    ...place,
    ...wordsOf(raise),
    ...times,
    ...{ state: 'open', count: 1, step: -1, told: 0 },
  }
  return happened(alarm, now) ?? turn(alarm)
}

/** One that stands is raised again: it counts up, and tells its node so if that wants to hear it. */
export function raisedAgain(before: StoredAlarm, raise: Raise, now: number): Turn {
  const { repeatAfterMs: _, closeAfterMs: __, ...rest } = before
  const alarm: StoredAlarm = { ...rest, ...wordsOf(raise), lastAt: now, count: before.count + 1 }
  const { repeatAfterMs, toldAt, step, state, quietUntil } = alarm
  const isTold = state === 'open' && quietUntil === undefined && toldAt !== undefined
  if (!isTold || repeatAfterMs === undefined || now - toldAt < repeatAfterMs) return turn(alarm)
  return turn({ ...alarm, toldAt: now }, { event: 'step', step })
}

/** What happens by itself at this moment: a step, the end of a quiet time, the closing. One thing at a time. */
export function happened(alarm: StoredAlarm, now: number): Turn | undefined {
  if (alarm.state === 'closed' || (plannedAt(alarm) ?? Number.POSITIVE_INFINITY) > now) return undefined
  if (alarm.state === 'acknowledged') return closed(alarm, undefined, now)
  if (alarm.quietUntil !== undefined) return remindedOf(alarm, now)
  const step = alarm.step + 1
  return turn({ ...alarm, step, toldAt: now }, { event: 'step', step })
}

/** Nobody has seen to it while it was quiet: the current step comes again, and the others go on from here. */
function remindedOf({ quietBy: _, quietUntil: __, ...alarm }: StoredAlarm, now: number): Turn {
  const { step } = alarm
  return step < 0 ? turn(alarm) : turn({ ...alarm, toldAt: now }, { event: 'step', step })
}

/** Nothing if somebody was first. */
export function acknowledged(before: StoredAlarm, by: string, now: number): Turn | undefined {
  if (before.state !== 'open') return undefined
  const { quietBy: _, quietUntil: __, ...alarm } = before
  const { step } = alarm
  return turn(
    { ...alarm, state: 'acknowledged', acknowledgedBy: by, acknowledgedAt: now },
    { event: 'acknowledged', step },
  )
}

/** Its steps stand still for an hour, and nobody is told that it was raised again. Nothing if it is quiet already. */
export function quieted(alarm: StoredAlarm, by: string, now: number): Turn | undefined {
  if (alarm.state !== 'open' || alarm.quietUntil !== undefined) return undefined
  const quiet = { quietBy: by, quietUntil: now + QUIET_MS, stepsFrom: alarm.stepsFrom + QUIET_MS }
  return turn({ ...alarm, ...quiet }, { event: 'quiet', step: alarm.step })
}

/** `by`: the person who has closed it, if one has. Nothing if it is closed. */
export function closed(before: StoredAlarm, by: string | undefined, now: number): Turn | undefined {
  if (before.state === 'closed') return undefined
  const { quietBy: _, quietUntil: __, ...alarm } = before
  return turn(
    { ...alarm, state: 'closed', closedAt: now, ...(by !== undefined && { closedBy: by }) },
    { event: 'closed', step: alarm.step },
  )
}

function turn(alarm: StoredAlarm, ...news: readonly AlarmEvent[]): Turn {
  const { dueAt: _, ...rest } = alarm
  const dueAt = plannedAt(rest)
  const next = { ...rest, told: alarm.told + news.length, ...(dueAt !== undefined && { dueAt }) }
  return { alarm: next, news }
}

function plannedAt(alarm: StoredAlarm): number | undefined {
  const { state, stepsAtMs, stepsFrom, step, quietUntil, closeAfterMs, acknowledgedAt = 0 } = alarm
  if (state === 'acknowledged') return closeAfterMs === undefined ? undefined : acknowledgedAt + closeAfterMs
  if (state === 'closed') return undefined
  if (quietUntil !== undefined) return quietUntil
  const next = stepsAtMs[step + 1]
  return next === undefined ? undefined : stepsFrom + next
}

/** What the newest raise says counts: the flow may have been deployed with other steps. */
function wordsOf({ title, stepsAtMs, repeatAfterMs, closeAfterMs }: Raise) {
  return {
    title: title.slice(0, MAX_TITLE).toWellFormed(),
    stepsAtMs,
    ...(repeatAfterMs !== undefined && { repeatAfterMs }),
    ...(closeAfterMs !== undefined && { closeAfterMs }),
  }
}

export const keyOf = ({ key }: Pick<Raise, 'key'>): string => key.slice(0, MAX_KEY).toWellFormed()
