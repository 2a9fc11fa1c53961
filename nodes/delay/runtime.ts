import type { Message } from '#kit/message.ts'
import type { Timer } from '#kit/runtime/clock.ts'
import {
  type Handler,
  implementNode,
  type NodeContext,
  type Settlement,
} from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { delay } from './definition.ts'

/** A message that waits, and the promise of its sender. */
interface Waiting {
  readonly message: Message
  readonly settled: PromiseWithResolvers<void>
}

type Context = NodeContext<typeof delay>

export const delayRuntime = implementNode(delay, (context) => ({
  in: context.config.mode === 'rate' ? limitRate(context) : holdBack(context),
}))

/** Each message for its own time; a random time may let a later one overtake. */
function holdBack({ config, clock, emit, own }: Context): Handler {
  const waiting = new Set<Waiting>()
  own(rejectAll(waiting))
  const span = () =>
    config.mode === 'fixed' ? config.delayMs : config.minMs + Math.random() * (config.maxMs - config.minMs)

  return (message) => {
    if (waiting.size >= config.maxQueue) throw full(config.maxQueue)
    const one: Waiting = { message, settled: Promise.withResolvers() }
    waiting.add(one)
    clock.after(span(), () => {
      waiting.delete(one)
      return settle(one, emit)
    })
    return one.settled.promise
  }
}

/** A topic whose messages come too fast, or have come just now. */
interface Lane {
  readonly queue: Set<Waiting>
  /** When messages left, oldest first; those that no longer count are forgotten. */
  readonly left: Recent
  timer?: Timer | undefined
}

/** A queue of moments. Takes the same time for a message however many came before: a limit may be a million a day. */
class Recent {
  #moments: number[] = []
  #first = 0

  get size(): number {
    return this.#moments.length - this.#first
  }

  get oldest(): number | undefined {
    return this.#moments[this.#first]
  }

  add(moment: number): void {
    this.#moments.push(moment)
  }

  forgetUntil(moment: number): void {
    while ((this.oldest ?? Number.POSITIVE_INFINITY) <= moment) this.#first++
    if (this.#first * 2 < this.#moments.length) return
    this.#moments = this.#moments.slice(this.#first)
    this.#first = 0
  }
}

function limitRate({ config, clock, emit, status, own }: Context): Handler {
  const { count, perMs, excess, perTopic } = config
  const maxQueue = excess === 'queue' ? config.maxQueue : 1
  const lanes = new Map<string, Lane>()
  let dropped = 0

  const recent = ({ left }: Lane): Recent => {
    left.forgetUntil(clock.now() - perMs)
    return left
  }
  const send = (lane: Lane, message: Message): Settlement => {
    recent(lane).add(clock.now())
    return emit('out', message)
  }
  const drop = (): void => {
    dropped += 1
    status('warn', { code: 'DELAY_DROPPED', message: `${dropped} dropped`, values: { count: dropped } })
  }
  /** Looks again when the oldest of the last `count` messages no longer counts. */
  const plan = (key: string, lane: Lane): void => {
    const { oldest = clock.now() } = recent(lane)
    lane.timer ??= clock.after(oldest + perMs - clock.now(), () => release(key, lane))
  }
  const release = (key: string, lane: Lane): void => {
    lane.timer = undefined
    for (const one of lane.queue) {
      if (recent(lane).size >= count) break
      lane.queue.delete(one)
      void settle(one, () => send(lane, one.message))
    }
    if (lane.queue.size > 0 || recent(lane).size > 0) plan(key, lane)
    else lanes.delete(key)
  }
  const enqueue = (lane: Lane, message: Message): Promise<void> => {
    const [older] = lane.queue
    if (lane.queue.size >= maxQueue) {
      if (excess === 'queue') throw full(maxQueue)
      if (older) lane.queue.delete(older)
      older?.settled.resolve() // a newer message takes its place
      drop()
    }
    const one: Waiting = { message, settled: Promise.withResolvers() }
    lane.queue.add(one)
    return one.settled.promise
  }

  own({
    [Symbol.dispose]() {
      for (const { queue } of lanes.values()) rejectAll(queue)[Symbol.dispose]()
    },
  })
  return (message) => {
    const key = perTopic ? (message.topic ?? '') : ''
    const lane = lanes.get(key) ?? { queue: new Set<Waiting>(), left: new Recent() }
    lanes.set(key, lane)
    if (lane.queue.size === 0 && recent(lane).size < count) {
      const settlement = send(lane, message)
      plan(key, lane)
      return settlement
    }
    if (excess === 'drop') return drop()
    plan(key, lane)
    return enqueue(lane, message)
  }
}

async function settle(
  { message, settled }: Waiting,
  send: ((port: 'out', message: Message) => Settlement) | (() => Settlement),
): Promise<void> {
  try {
    settled.resolve(await send('out', message))
  } catch (error) {
    settled.reject(error)
  }
}

const rejectAll = (waiting: Iterable<Waiting>): Disposable => ({
  [Symbol.dispose]() {
    for (const { settled } of waiting)
      settled.reject(
        new NodeError('NODE_STOPPED', 'The node was stopped while it held this message back. Send it again.'),
      )
  },
})

const full = (most: number) =>
  new NodeError(
    'DELAY_FULL',
    `${most} messages wait already, the most that are allowed. Send less, or allow more to wait.`,
    { values: { limit: most } },
  )
