import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import type { AlarmNews, News, Raise } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import { alarm, stepPort } from './definition.ts'
import { Standing } from './standing.ts'

/** So often is tried to send what an alarm has to say. Then a person has to look at it. */
const MAX_TRIES = 3

/**
 * The alarms themselves stand with the house, which keeps them and their times whatever happens to the flow. The node
 * says what is one, and sends on what the house tells it.
 */
export const alarmRuntime = implementNode(alarm, (context) => {
  const { config, clock, emit, services, flow, node } = context
  const place = { flow, node }
  const render = {
    title: nodeTemplate(config.title, 'title'),
    key: nodeTemplate(config.key, 'key'),
    by: nodeTemplate(config.by, 'by'),
  }
  const write = (field: keyof typeof render, message: Message): string =>
    render[field](message, { now: clock.now() })
  const standing = new Standing(context)
  /** Of news that could not be sent on, by their message. */
  const failures = new Map<string, number>()

  const raiseOf = (message: Message): Raise => ({
    key: write('key', message),
    title: write('title', message).trim() || 'Alarm',
    message,
    stepsAtMs: config.steps,
    ...(config.repeats !== 'off' && { repeatAfterMs: config.repeats === 'every' ? 0 : config.repeatMs }),
    ...(config.closeAfterMs > 0 && { closeAfterMs: config.closeAfterMs }),
  })

  const send = async (news: AlarmNews): Promise<void> => {
    const port = portOf(news, config.steps.length)
    if (port === undefined) return
    const message = outgoing(news)
    try {
      await emit(port, message)
      failures.delete(message.id)
    } catch (error) {
      const count = (failures.get(message.id) ?? 0) + 1
      failures.set(message.id, count)
      if (count < MAX_TRIES) throw error
      failures.delete(message.id)
      await services.deadLetters.giveUp(place, port, message, sentenceOfError(error))
    }
  }

  return {
    start: () => standing.show(),
    async in(message) {
      standing.see(await services.alarms.raise(place, raiseOf(message)))
    },
    async acknowledge(message) {
      const key = config.acknowledges === 'key' ? write('key', message) : undefined
      await services.alarms.acknowledge(place, key, write('by', message))
    },
    async close(message) {
      const key = config.closes === 'key' ? write('key', message) : undefined
      await services.alarms.close(place, key)
    },
    told(news: News) {
      if (news.kind !== 'alarm') return
      standing.see(news.alarm)
      return send(news)
    },
  }
})

/** Where news leave. A step that the node no longer has leaves by its last one: that is who is told when nobody else was. */
function portOf({ event, step }: AlarmNews, steps: number): string | undefined {
  if (event === 'step') return stepPort(Math.min(step, steps - 1))
  return event === 'quiet' ? undefined : event
}

/** The message that raised the alarm last, with what a person or a button behind it needs. */
function outgoing({ message, alarm, step }: AlarmNews): Message {
  const { id, key, title, count, since, acknowledgedBy } = alarm
  const about = { id, key, title, step: step + 1, count, since }
  return { ...message, alarm: { ...about, ...(acknowledgedBy !== undefined && { acknowledgedBy }) } }
}

const sentenceOfError = (error: unknown): Sentence =>
  error instanceof NodeError ? error : notSent(error instanceof Error ? error.message : String(error))

const notSent = (problem: string): Sentence => ({
  code: 'ALARM_NOT_SENT',
  message: `What the alarm has to say could not be sent on: ${problem}`,
  values: { problem },
})
