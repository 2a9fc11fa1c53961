import { type Held, Holding } from '#kit/runtime/holding.ts'
import { implementNode, type Settlement } from '#kit/runtime/implement-node.ts'
import { debounce } from './definition.ts'

/** Messages that follow each other closely. */
interface Burst {
  held?: Held | undefined
  lastAt: number
  /** When one was last passed on at once. */
  ledAt: number
  /** Its id. */
  ledId?: string
  /** The first of it came again after a crash: that was long ago, and swallows nothing that is new. */
  readonly isRepeat?: boolean
}

export const debounceRuntime = implementNode(debounce, (context) => {
  const { config, clock, emit } = context
  const { quietMs, edge, perTopic } = config
  const maxWaitMs = config.maxWaitMs || Number.POSITIVE_INFINITY
  const bursts = new Map<string, Burst>()
  /** Looks for bursts that are over when there are so many. */
  let tidyAt = 1_000
  const keyOf = ({ topic = '' }: { readonly topic?: string }): string => (perTopic ? topic : '')

  const holding = new Holding(context, {
    type: debounce.type,
    onFound(found) {
      for (const held of found) {
        const { message, since, dueAt = since } = held
        bursts.set(keyOf(message), { held, lastAt: dueAt - quietMs, ledAt: since })
      }
    },
    onRelease(held) {
      const key = keyOf(held.message)
      const burst = bursts.get(key)
      if (burst?.held !== held) return
      burst.held = undefined
      if (isOver(burst)) bursts.delete(key)
    },
  })
  const isOver = ({ held, lastAt }: Burst): boolean => !held && clock.now() - lastAt >= quietMs
  const tidy = (): void => {
    for (const [key, burst] of bursts) if (isOver(burst)) bursts.delete(key)
    tidyAt = Math.max(1_000, bursts.size * 2)
  }

  return {
    start: holding.open,
    in: holding.handler((message): Settlement => {
      const key = keyOf(message)
      const now = clock.now()
      const known = bursts.get(key)
      const isRepeat = message['repeated'] === true
      // its way on has failed, or the end of it is not known
      if (isRepeat && known?.ledId === message.id) return emit('out', message)
      const isFirst = known === undefined || isOver(known) || (known.isRepeat && !known.held && !isRepeat)
      const burst: Burst = isFirst ? { lastAt: now, ledAt: now, isRepeat } : known
      if (isFirst) bursts.set(key, burst)
      if (bursts.size > tidyAt) tidy()
      burst.lastAt = now
      const leads = isFirst || (edge === 'leading' && now - burst.ledAt >= maxWaitMs)
      if (edge === 'trailing' || (edge === 'both' && !leads)) {
        const dueAt = Math.min(now + quietMs, (burst.held?.since ?? now) + maxWaitMs)
        if (burst.held)
          holding.replace(burst.held, message, dueAt) // a newer message takes its place
        else burst.held = holding.hold(message, { dueAt })
        return burst.held.kept
      }
      if (!leads) return
      burst.ledAt = now
      burst.ledId = message.id
      return emit('out', message)
    }),
  }
})
