import type * as z from 'zod'
import type { MessageDraft } from '#kit/message.ts'
import { implementNode, type Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { type Cron, cronOf, dailyPattern, followAll, keepRhythm } from '#kit/runtime/schedule.ts'
import { findCronProblem } from './cron-problem.ts'
import { inject } from './definition.ts'
import { payloadNumber } from './payload-number.ts'

type Config = z.output<typeof inject.config>

export const injectRuntime = implementNode(inject, ({ config, clock, state, emit, message }) => {
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
      if (config.everyMs > 0) keepRhythm(Math.max(10, config.everyMs), { clock, state }, fire)
      followAll(schedules, { clock, state }, fire)
    },
    poke: ({ payload, ...draft }) => send(payload === undefined ? draft : { ...draft, payload }),
  }
})

function draftOf({ payloadType, payload, topic }: Config, now: number): MessageDraft {
  return { ...(topic !== '' && { topic }), payload: payloadOf(payloadType, payload, now) }
}

function payloadOf(type: Config['payloadType'], payload: unknown, now: number): unknown {
  if (type === 'time' || payload === undefined) return now
  if (type === 'number') return payloadNumber(payload)
  if (type === 'text') return typeof payload === 'string' ? payload : JSON.stringify(payload)
  return payload
}

function schedulesOf({ cron, atTime, weekdays, timeZone }: Config): readonly Cron[] {
  const patterns = [cron, dailyPattern(atTime, weekdays) ?? ''].filter((pattern) => pattern !== '')
  return patterns.map((pattern) => parseCron(pattern, timeZone))
}

function parseCron(pattern: string, timeZone: string): Cron {
  try {
    return cronOf(pattern, timeZone)
  } catch (error) {
    const problem = findCronProblem(pattern)
    throw new NodeError(
      'INJECT_CRON_UNREADABLE',
      `The cron expression "${pattern}" cannot be read: ${problem.message}.`,
      { cause: error, field: 'cron', values: { pattern, problem } },
    )
  }
}
