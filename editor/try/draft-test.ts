import type { FlowTest } from '#flows/flow.ts'
import type { LoggedMessage } from '../api/types.ts'

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

/** Puts one test in the place of another, or takes it out. */
export const replaceAt = <Item>(items: readonly Item[], index: number, ...by: readonly Item[]): Item[] =>
  items.toSpliced(index, 1, ...by)
