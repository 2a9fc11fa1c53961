import type { Logger } from 'pino'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'

/** What the log has to know of a failure. */
type FailureNote = Pick<Failure, 'node' | 'code' | 'message'>

/** Milliseconds in which a repeating failure of a node gets one line. */
const QUIET = 10_000
/** Failures that are told apart at most. */
const MAX_KNOWN = 10_000

/** Logs failures of nodes, each with the number of equal ones before it that nobody told of: the first at once, its repeats as a count in the next line, at most one in ten seconds. */
export function failureLog(
  clock: Clock,
  log: Logger,
): (flow: string, failure: FailureNote, repeats?: number) => void {
  const known = new Map<string, { at: number; repeats: number }>()
  return (flow, { node, code, message }, more = 0) => {
    const key = `${flow}/${node}/${code}`
    const last = known.get(key)
    const now = clock.now()
    if (last && now - last.at < QUIET) {
      last.repeats += 1 + more
      return
    }
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(key, { at: now, repeats: 0 })
    const repeats = (last?.repeats ?? 0) + more
    log.warn({ flow, node, code, ...(repeats > 0 && { repeats }) }, message)
  }
}
