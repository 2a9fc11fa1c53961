import { type Held, Holding } from '#kit/runtime/holding.ts'
import { type Handler, implementNode, type NodeContext } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { delay } from './definition.ts'
import { Lanes } from './lanes.ts'

type Context = NodeContext<typeof delay>

export const delayRuntime = implementNode(delay, (context) =>
  context.config.mode === 'rate' ? limitRate(context) : holdBack(context),
)

/** Each message for its own time; a random time may let a later one overtake. */
function holdBack(context: Context) {
  const { config, clock } = context
  const span = () =>
    config.mode === 'fixed' ? config.delayMs : config.minMs + Math.random() * (config.maxMs - config.minMs)
  const holding = new Holding(context, { type: delay.type })

  return {
    start: holding.open,
    in: holding.handler((message) => {
      if (holding.size >= config.maxQueue) throw full(config.maxQueue)
      return holding.hold(message, { dueAt: clock.now() + span() }).kept
    }),
  }
}

/** What comes too fast is given the moment at which it may leave. */
function limitRate(context: Context) {
  const { config, clock, state, status, emit } = context
  const { excess, perTopic } = config
  const maxQueue = excess === 'queue' ? config.maxQueue : 1
  const lanes = new Lanes(config, clock, state)
  /** What waits, by lane, in order. */
  const queues = new Map<string, Set<Held>>()
  const laneOf = ({ topic = '' }: { readonly topic?: string }): string => (perTopic ? topic : '')
  let dropped = 0

  const holding = new Holding(context, {
    type: delay.type,
    onFound(found) {
      for (const { message, dueAt } of found) if (dueAt !== undefined) lanes.takeBack(laneOf(message), dueAt)
      for (const held of found) {
        const key = laneOf(held.message)
        holding.postpone(held, lanes.next(key, held.dueAt))
        enqueue(key, held)
      }
    },
    onRelease(held) {
      const key = laneOf(held.message)
      const queue = queues.get(key)
      queue?.delete(held)
      if (queue?.size === 0) queues.delete(key)
    },
  })
  const enqueue = (key: string, held: Held): void => {
    const queue = queues.get(key) ?? new Set()
    queues.set(key, queue.add(held))
  }
  const drop = (): void => {
    dropped += 1
    status('warn', { code: 'DELAY_DROPPED', message: `${dropped} dropped`, values: { count: dropped } })
  }

  const takeIn: Handler = (message) => {
    const key = laneOf(message)
    const queue = queues.get(key)
    if (!queue && lanes.isFree(key)) {
      lanes.next(key)
      return emit('out', message)
    }
    // one that comes again may have had its turn, and failed behind it: it waits for the next
    if (excess === 'drop' && message['repeated'] !== true) return drop()
    if (queue && queue.size >= maxQueue) {
      if (excess === 'queue') throw full(maxQueue)
      const [older] = queue
      drop()
      if (older) {
        holding.replace(older, message, older.dueAt)
        return older.kept
      }
    }
    const held = holding.hold(message, { dueAt: lanes.next(key) })
    enqueue(key, held)
    return held.kept
  }
  return { start: holding.open, in: holding.handler(takeIn) }
}

const full = (most: number) =>
  new NodeError(
    'DELAY_FULL',
    `${most} messages wait already, the most that are allowed. Send less, or allow more to wait.`,
    { values: { limit: most } },
  )
