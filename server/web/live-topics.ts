import type { Socket } from 'socket.io'
import * as z from 'zod'
import { checkTopicFilter } from '#kit/topic.ts'
import type { TopicDesk } from '../topics/topic-desk.ts'
import { MOST_SHOWN } from '../topics/topic-view.ts'

/** One browser may look at so many sets of filters, of so many filters each. */
const MOST_VIEWS = 4
const MOST_FILTERS = 20

const ids = z.array(z.int().positive()).max(MOST_SHOWN)
const wantedMessages = z.object({
  key: z.string().min(1).max(40),
  filters: z.array(z.string()).min(1).max(MOST_FILTERS),
})

/** A browser or program that listens. */
interface Listener {
  readonly socket: Socket
  mayReceive(topic: string): boolean
  readonly isReady: boolean
}

/**
 * Topics and messages for one client. `topics:watch` has all topics told by `mqtt:topics`, and with
 * `topics:show` and their ids the last values of those in view, until `topics:unwatch`. `messages:watch` with
 * `{key, filters}` has messages told by `mqtt:messages` until `messages:unwatch` with the key; it is
 * acknowledged with nothing, or with `{code, message}`.
 */
export function serveTopics(desk: TopicDesk, listener: Listener): void {
  const { socket } = listener
  const keys = new Set<string>()
  const seat = desk.sit({
    mayReceive: (topic) => listener.mayReceive(topic),
    get isReady() {
      return listener.isReady
    },
    topics: (event) => socket.emit('mqtt:topics', event),
    messages: (event) => socket.emit('mqtt:messages', event),
  })
  socket.on('topics:watch', () => seat.watchTopics())
  socket.on('topics:unwatch', () => seat.unwatchTopics())
  socket.on('topics:show', (shown: unknown) => {
    const parsed = ids.safeParse(shown)
    if (parsed.success) seat.showTopics(parsed.data)
  })
  socket.on('messages:watch', (wanted: unknown, ack: unknown) => {
    const refusal = watchMessages(wanted)
    if (typeof ack === 'function') ack(refusal)
  })
  socket.on('messages:unwatch', (key: unknown) => {
    if (typeof key !== 'string') return
    keys.delete(key)
    seat.unwatchMessages(key)
  })
  socket.on('disconnect', () => seat[Symbol.dispose]())

  function watchMessages(wanted: unknown): { readonly code: string; readonly message: string } | undefined {
    const parsed = wantedMessages.safeParse(wanted)
    if (!parsed.success) return unreadable
    const { key, filters } = parsed.data
    const [problem] = filters.flatMap((filter) => checkTopicFilter(filter) ?? [])
    if (problem) return problem
    if (!keys.has(key) && keys.size >= MOST_VIEWS) return unreadable
    keys.add(key)
    seat.watchMessages(key, filters)
    return undefined
  }
}

const unreadable = {
  code: 'MESSAGES_WATCH',
  message: `To watch messages, send a key and 1 to ${MOST_FILTERS} topic filters; ${MOST_VIEWS} keys at most.`,
}
