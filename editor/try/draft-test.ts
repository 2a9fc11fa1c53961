import type { FlowTest } from '#flows/flow.ts'
import type { LoggedMessage, RecordedMessage } from '../api/types.ts'

/** Virtual time of a new test, in milliseconds: long enough for most delays. */
const WITHIN_MS = 60_000

/** An empty test. */
export const newTest = (name: string): FlowTest => ({ name, send: [], expect: [], within: WITHIN_MS })

/** A test that sends what went over a wire to where it went. */
export function testOfMessage(name: string, wire: string, message: LoggedMessage['message']): FlowTest {
  const [, to = ''] = wire.split(' ')
  const [topic, payload] = [message['topic'], message['payload']]
  const send = { to, at: 0, payload, ...(typeof topic === 'string' && { topic }) }
  return { ...newTest(name), send: [send] }
}

/** A test that sends what was recorded, in its rhythm. What JSON has no word for (bytes, dates) is sent as it was stored. */
export function testOfRecording(name: string, messages: readonly RecordedMessage[]): FlowTest {
  const [first] = messages
  const send = messages.map(({ at, to, topic, payload }) => ({
    to,
    at: Math.round(at - (first?.at ?? 0)),
    payload,
    ...(topic !== undefined && { topic }),
  }))
  const within = (send.at(-1)?.at ?? 0) + WITHIN_MS
  return { ...newTest(name), send, within }
}

/** Puts one test in the place of another, or takes it out. */
export const replaceAt = <Item>(items: readonly Item[], index: number, ...by: readonly Item[]): Item[] =>
  items.toSpliced(index, 1, ...by)
