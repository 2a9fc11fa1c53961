import type { Logger } from 'pino'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'

/** Milliseconds in which a repeating failure of a node gets one line. */
const QUIET = 10_000
/** Failures that are told apart at most. */
const MAX_KNOWN = 10_000

/** Logs failures of nodes: the first at once, its repeats as a count in the next line, at most one in ten seconds. */
export function failureLog(clock: Clock, log: Logger): (flow: string, failure: Failure) => void {
  const known = new Map<string, { at: number; repeats: number }>()
  return (flow, { node, code, message }) => {
    const key = `${flow}/${node}/${code}`
    const last = known.get(key)
    const now = clock.now()
    if (last && now - last.at < QUIET) {
      last.repeats += 1
      return
    }
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(key, { at: now, repeats: 0 })
    log.warn({ flow, node, code, ...(last?.repeats && { repeats: last.repeats }) }, message)
  }
}
