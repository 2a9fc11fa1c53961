import type { MessageDraft } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { cronOf, dailyPattern, followAll, keepRhythm } from '#kit/runtime/schedule.ts'
import { heartbeat } from './definition.ts'

export const heartbeatRuntime = implementNode(heartbeat, (context) => {
  const { config, clock, state, services, emit, message, report } = context
  const pattern = config.how === 'daily' ? dailyPattern(config.atTime, config.weekdays) : undefined
  const schedules = pattern ? [cronOf(pattern, config.timeZone)] : []
  /** Since the last beat; what a flow has counted begins anew with it. */
  let counted = { messages: 0, failures: 0 }

  const beat = async (draft: Partial<MessageDraft> = {}): Promise<void> => {
    const { messages, failures, ...pulse } = await services.pulse.read()
    const payload = {
      at: clock.now(),
      ...pulse,
      messages: sinceThen(counted.messages, messages),
      failures: sinceThen(counted.failures, failures),
    }
    counted = { messages, failures }
    await emit('out', message({ ...(config.topic !== '' && { topic: config.topic }), ...draft, payload }))
  }
  /** Whoever fails is blamed where it fails; what fails here shows here. */
  const fire = (): void => void beat().catch(report)

  return {
    start() {
      if (config.how === 'interval') keepRhythm(config.everyMs, { clock, state }, fire)
      followAll(schedules, { clock, state }, fire)
    },
    poke: ({ payload: _, ...draft }) => beat(draft),
  }
})

const sinceThen = (before: number, now: number): number => (now >= before ? now - before : now)
