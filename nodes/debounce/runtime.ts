import type { Message } from '#kit/message.ts'
import type { Timer } from '#kit/runtime/clock.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { debounce } from './definition.ts'

/** A message that waits for quiet, and the promise of its sender. */
interface Held {
  readonly message: Message
  readonly since: number
  readonly settled: PromiseWithResolvers<void>
}

/** Messages that follow each other closely. */
interface Burst {
  timer?: Timer
  held?: Held | undefined
  lastAt: number
  /** When one was last passed on at once. */
  ledAt: number
}

export const debounceRuntime = implementNode(debounce, ({ config, clock, emit, own }) => {
  const { quietMs, edge, perTopic } = config
  const maxWaitMs = config.maxWaitMs || Number.POSITIVE_INFINITY
  const bursts = new Map<string, Burst>()

  /** Plans the next look at a burst: when it has been quiet, or when its message has waited long enough. */
  const plan = (key: string, burst: Burst): void => {
    burst.timer?.cancel()
    const quietAt = burst.lastAt + quietMs
    const at = burst.held ? Math.min(quietAt, burst.held.since + maxWaitMs) : quietAt
    burst.timer = clock.after(at - clock.now(), () => release(key, burst))
  }
  const release = (key: string, burst: Burst): void => {
    const { held } = burst
    burst.held = undefined
    if (clock.now() >= burst.lastAt + quietMs) bursts.delete(key)
    else plan(key, burst)
    if (held) void settle(held, () => emit('out', held.message))
  }
  const hold = (key: string, burst: Burst, message: Message): Promise<void> => {
    const older = burst.held
    burst.held = { message, since: older?.since ?? clock.now(), settled: Promise.withResolvers() }
    older?.settled.resolve() // a newer message takes its place
    plan(key, burst)
    return burst.held.settled.promise
  }

  own({
    [Symbol.dispose]() {
      for (const { held } of bursts.values()) held?.settled.reject(stopped())
    },
  })
  return {
    in(message) {
      const key = perTopic ? (message.topic ?? '') : ''
      const now = clock.now()
      const known = bursts.get(key)
      const burst = known ?? { lastAt: now, ledAt: now }
      bursts.set(key, burst)
      burst.lastAt = now
      const leads = known === undefined || (edge === 'leading' && now - burst.ledAt >= maxWaitMs)
      if (edge === 'trailing' || (edge === 'both' && !leads)) return hold(key, burst, message)
      plan(key, burst)
      if (!leads) return
      burst.ledAt = now
      return emit('out', message)
    },
  }
})

async function settle({ settled }: Held, send: () => void | Promise<void>): Promise<void> {
  try {
    settled.resolve(await send())
  } catch (error) {
    settled.reject(error)
  }
}

const stopped = () =>
  new NodeError('NODE_STOPPED', 'The node was stopped while it held this message back. Send it again.')
