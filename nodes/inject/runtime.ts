import { Cron } from 'croner'
import type * as z from 'zod'
import type { MessageDraft } from '#kit/message.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import { implementNode, type Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { inject } from './definition.ts'

type Config = z.output<typeof inject.config>

/** A plan looks at the clock at least this often, in milliseconds: a Pi's clock jumps when the network comes. */
const LOOK_EVERY_MS = 60_000

export const injectRuntime = implementNode(inject, ({ config, clock, emit, message }) => {
  const schedules = schedulesOf(config)

  const send = (draft: Partial<MessageDraft> = {}): Settlement =>
    emit('out', message({ ...draftOf(config, clock.now()), ...draft }))
  /** A timer does not wait for what comes of its message; whoever fails is blamed where it fails. */
  const fire = (): void => {
    const settlement = send()
    if (settlement) settlement.catch(() => 'shown at the node that failed')
  }
  return {
    start() {
      if (config.onStart) clock.after(config.onStartAfterMs, fire)
      if (config.everyMs > 0) clock.every(Math.max(10, config.everyMs), fire)
      for (const schedule of schedules) follow(schedule, clock, fire)
    },
    poke: ({ payload, ...draft }) => send(payload === undefined ? draft : { ...draft, payload }),
  }
})

function draftOf({ payloadType, payload, topic }: Config, now: number): MessageDraft {
  return { ...(topic !== '' && { topic }), payload: payloadOf(payloadType, payload, now) }
}

function payloadOf(type: Config['payloadType'], payload: unknown, now: number): unknown {
  if (type === 'time' || payload === undefined) return now
  if (type === 'number') return Number(payload)
  if (type === 'text') return typeof payload === 'string' ? payload : JSON.stringify(payload)
  return payload
}

function schedulesOf({ cron, atTime, weekdays, timeZone }: Config): readonly Cron[] {
  const patterns: string[] = cron === '' ? [] : [cron]
  const [hour, minute] = atTime.split(':').map(Number)
  if (atTime !== '' && weekdays.length > 0) patterns.push(`${minute} ${hour} * * ${weekdays.join(',')}`)
  return patterns.map((pattern) => parseCron(pattern, timeZone))
}

function parseCron(pattern: string, timeZone: string): Cron {
  try {
    return new Cron(pattern, { paused: true, ...(timeZone !== '' && { timezone: timeZone }) })
  } catch (error) {
    const problem = (error as Error).message.replace(/^Cron\w*: /, '')
    throw new NodeError(
      'INJECT_CRON_UNREADABLE',
      `The cron expression "${pattern}" cannot be read: ${problem}`,
      { cause: error, field: 'cron', values: { pattern, problem } },
    )
  }
}

/** Calls at each moment of a schedule, by the clock that is given. A moment that was slept through is made up for once. */
function follow(schedule: Cron, clock: Clock, call: () => void): void {
  const nextAfter = (ms: number) => schedule.nextRun(new Date(ms))?.getTime()
  let lookedAt = clock.now()
  let due = nextAfter(lookedAt)

  const look = (): void => {
    const now = clock.now()
    const isSetBack = now < lookedAt
    lookedAt = now
    if (due !== undefined && now >= due) call()
    if (isSetBack || (due !== undefined && now >= due)) due = nextAfter(now)
    plan()
  }
  const plan = (): void => {
    if (due !== undefined) clock.after(Math.min(due - clock.now(), LOOK_EVERY_MS), look)
  }
  plan()
}
