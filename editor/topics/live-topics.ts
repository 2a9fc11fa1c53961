import type { Socket } from 'socket.io-client'
import { onConnect } from '../api/live.ts'
import type { MessagesEvent, TopicsEvent } from '../api/types.ts'
import { TopicForest } from './topic-forest.ts'

/** The topics of the broker, for as long as somebody watches. */
export const topicForest = new TopicForest()

const RATES_EVERY_MS = 1_000
/** Scrolling asks for the values in view only when it comes to rest. */
const SETTLE_MS = 120

let watchers = 0
let stop: (() => void) | undefined
let channel: Socket | undefined
let shown: readonly number[] = []
let isSettling = false

const takeTopics = (event: TopicsEvent) => topicForest.take(event, Date.now())

/** Keeps the forest up to date until the answer is called. */
export function watchTopics(): () => void {
  if (watchers++ === 0) stop = open()
  return () => {
    if (--watchers > 0) return
    stop?.()
    stop = undefined
  }
}

function open(): () => void {
  const forget = onConnect((socket) => {
    channel = socket
    socket.off('mqtt:topics', takeTopics).on('mqtt:topics', takeTopics)
    socket.emit('topics:watch')
    socket.emit('topics:show', shown)
  })
  const rates = setInterval(() => topicForest.reckonRates(), RATES_EVERY_MS)
  return () => {
    forget()
    clearInterval(rates)
    channel?.off('mqtt:topics', takeTopics)
    channel?.emit('topics:unwatch')
    channel = undefined
    topicForest.clear()
  }
}

/** These topics are in view: the server tells their last values. */
export function showTopics(ids: readonly number[]): void {
  if (ids.length === shown.length && ids.every((id, index) => id === shown[index])) return
  shown = ids
  if (isSettling) return
  isSettling = true
  setTimeout(() => {
    isSettling = false
    channel?.emit('topics:show', shown)
  }, SETTLE_MS)
}

/** Calls with the messages that match any of the filters, in portions, until the answer is called. One key at a time. */
export function watchMessages(
  key: string,
  filters: readonly string[],
  listener: (event: MessagesEvent) => void,
): () => void {
  let socket: Socket | undefined
  const take = (event: MessagesEvent) => {
    if (event.key === key) listener(event)
  }
  const forget = onConnect((connected) => {
    socket = connected
    socket.off('mqtt:messages', take).on('mqtt:messages', take)
    socket.emit('messages:watch', { key, filters })
  })
  return () => {
    forget()
    socket?.off('mqtt:messages', take)
    socket?.emit('messages:unwatch', key)
  }
}
