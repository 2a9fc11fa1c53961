import type { Pulse } from '#kit/runtime/services.ts'
import type { HouseMetrics } from './house.ts'

/** What a heartbeat says of the house. */
export const pulseOf = ({ flows, perFlow, outbox, deadLetters }: HouseMetrics, upForMs: number): Pulse => ({
  upForMs,
  flows: flows.running,
  messages: perFlow.reduce((sum, { messages }) => sum + messages, 0),
  failures: perFlow.reduce((sum, { failures }) => sum + failures, 0),
  waiting: outbox.waiting + outbox.sending,
  oldestWaitingMs: Math.round(outbox.oldestSeconds * 1_000),
  deadLetters: deadLetters.letters,
})
