import { create } from 'zustand'
import type { LogEvent, NodeDebugEvent } from './types.ts'

/** Most messages and log lines of one flow that are kept; older ones are dropped. */
export const DEBUG_KEPT = 10_000
/** Letters of all of them together, so that large messages do not fill the memory of the browser. */
const MOST_LETTERS = 20_000_000
/** Those that came meanwhile show together: nobody reads faster. In milliseconds. */
const SHOW_EVERY_MS = 150

/** A line of the debug panel: a message that a node showed, or something a node said. */
export type DebugEntry = (
  | ({ readonly kind: 'message' } & NodeDebugEvent)
  | ({ readonly kind: 'log' } & LogEvent)
) & {
  /** Counts up. */
  readonly number: number
  /** Letters that it takes, about. */
  readonly size: number
}

type Arrived = ({ readonly kind: 'message' } & NodeDebugEvent) | ({ readonly kind: 'log' } & LogEvent)

/** What one flow has said. */
export interface DebugLog {
  /** The newest last. */
  readonly entries: readonly DebugEntry[]
  /** All that came since it was emptied, also what is no longer kept. */
  readonly count: number
  /** Messages and log lines that were too many to be sent here. */
  readonly leftOut: number
  readonly size: number
}

export const emptyDebug: DebugLog = { entries: [], count: 0, leftOut: 0, size: 0 }

/** What flows have said, by their ids; changes a few times in a second at most. */
export const useDebug = create<Readonly<Record<string, DebugLog>>>(() => ({}))

let number = 0
const arrived = new Map<string, { entries: DebugEntry[]; leftOut: number }>()
let isPlanned = false

export function takeDebug(event: Arrived): void {
  const size = JSON.stringify(event.kind === 'message' ? event.message : event.text).length
  const { entries } = arrivedOf(event.flow)
  entries.push({ ...event, number: ++number, size })
  if (entries.length > DEBUG_KEPT) entries.shift()
}

export function takeLeftOut(flow: string, count: number): void {
  arrivedOf(flow).leftOut += count
}

/** Empties what one flow has said. */
export function clearDebug(flow: string): void {
  arrived.delete(flow)
  useDebug.setState({ [flow]: emptyDebug })
}

/** At sign-out. */
export function forgetDebug(): void {
  arrived.clear()
  useDebug.setState({}, true)
}

function arrivedOf(flow: string) {
  const fresh = arrived.get(flow) ?? { entries: [], leftOut: 0 }
  arrived.set(flow, fresh)
  if (!isPlanned) setTimeout(show, SHOW_EVERY_MS)
  isPlanned = true
  return fresh
}

function show(): void {
  isPlanned = false
  const logs = useDebug.getState()
  const next: Record<string, DebugLog> = {}
  for (const [flow, fresh] of arrived) next[flow] = joined(logs[flow] ?? emptyDebug, fresh)
  arrived.clear()
  useDebug.setState(next)
}

function joined(
  log: DebugLog,
  { entries: fresh, leftOut }: { readonly entries: readonly DebugEntry[]; readonly leftOut: number },
): DebugLog {
  const all = [...log.entries, ...fresh]
  let size = fresh.reduce((sum, entry) => sum + entry.size, log.size)
  let from = 0
  while (all.length - from > DEBUG_KEPT || (size > MOST_LETTERS && from < all.length - 1)) {
    size -= all[from]?.size ?? 0
    from += 1
  }
  return {
    entries: from > 0 ? all.slice(from) : all,
    count: log.count + fresh.length,
    leftOut: log.leftOut + leftOut,
    size,
  }
}
