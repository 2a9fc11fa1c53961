import { type CompiledCondition, ConditionError, compileCondition } from '#kit/condition.ts'
import type { Timer } from '#kit/runtime/clock.ts'
import { type Held, Holding } from '#kit/runtime/holding.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { quietHours } from './definition.ts'
import { QuietWindow } from './quiet-window.ts'

/** Looks at the clock at least so often while something waits, in milliseconds: it may be set. */
const LOOK_EVERY_MS = 60_000

export const quietHoursRuntime = implementNode(quietHours, (context) => {
  const { config, clock, emit, message } = context
  const window = new QuietWindow(config)
  const urgent = config.urgent.map(compile)
  const holding = new Holding(context, { type: quietHours.type })
  let timer: Timer | undefined

  const waiting = (): readonly Held[] => holding.waiting.filter(({ dueAt }) => dueAt === undefined)
  /** Looks whether the quiet hours are over, as long as something waits for that. */
  const look = (): void => {
    timer?.cancel()
    timer = undefined
    const held = waiting()
    if (held.length === 0) return
    const end = window.endAround(clock.now())
    if (end !== undefined) timer = clock.after(Math.min(end - clock.now(), LOOK_EVERY_MS), look)
    else if (config.afterwards === 'each') for (const one of held) holding.postpone(one, clock.now())
    else digest(held)
  }
  /** What waited goes and the digest comes in one piece: a crash finds either or. */
  const digest = (held: readonly Held[]): void => {
    const payload = {
      count: held.length,
      from: held[0]?.since,
      to: clock.now(),
      messages: held.map(({ since, message: { topic, payload } }) => ({
        at: since,
        ...(topic !== undefined && { topic }),
        payload,
      })),
    }
    holding.hold(message({ payload }), { port: 'digest', dueAt: clock.now(), isOwn: true })
    for (const one of held) holding.drop(one)
  }

  return {
    start() {
      holding.open()
      look()
    },
    in: holding.handler((received) => {
      const isUrgent = urgent.some(({ read, holds }) => holds(read(received)))
      if (isUrgent || window.endAround(clock.now()) === undefined) return emit('out', received)
      if (holding.size >= config.maxQueue) throw full(config.maxQueue)
      const { kept } = holding.hold(received)
      if (timer === undefined) look()
      return kept
    }),
  }
})

function compile(condition: Parameters<typeof compileCondition>[0], index: number): CompiledCondition {
  try {
    return compileCondition(condition)
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    throw NodeError.of(error, { cause: error, field: `urgent.${index}.value` })
  }
}

const full = (most: number) =>
  new NodeError(
    'QUIET_FULL',
    `${most} messages wait already, the most that are allowed. Send less, or allow more to wait.`,
    { values: { limit: most } },
  )
