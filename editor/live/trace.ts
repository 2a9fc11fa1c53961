import { create } from 'zustand'
import type { TraceStep } from '../api/types.ts'

/** The way of one message, as it is shown. */
export interface ShownTrace {
  readonly flow: string
  readonly message: string | undefined
  readonly steps: readonly TraceStep[]
}

/** The way that is lit now. */
export const useTrace = create<{ readonly trace: ShownTrace | undefined }>(() => ({ trace: undefined }))

export const showTrace = (trace: ShownTrace): void => useTrace.setState({ trace })
export const hideTrace = (): void => useTrace.setState({ trace: undefined })

/** The wires, by their keys, that a message went along: it left at their start and arrived at their end. */
export function wiresOn(steps: readonly TraceStep[], wires: Iterable<string>): ReadonlySet<string> {
  const first = new Map<string, number>()
  const last = new Map<string, number>()
  for (const { node, port, at } of steps) {
    const end = `${node}.${port}`
    if (!first.has(end)) first.set(end, at)
    last.set(end, at)
  }
  const isOn = (wire: string): boolean => {
    const [from = '', to = ''] = wire.split(' ')
    const [left, came] = [first.get(from), last.get(to)]
    return left !== undefined && came !== undefined && came >= left
  }
  return new Set([...wires].filter(isOn))
}

/** When a message was first at each node, in milliseconds since its first step. */
export function arrivals(steps: readonly TraceStep[]): ReadonlyMap<string, number> {
  const start = steps[0]?.at ?? 0
  const at = new Map<string, number>()
  for (const step of steps) if (!at.has(step.node)) at.set(step.node, step.at - start)
  return at
}

/** Most hops take microseconds: "12 µs", "3.4 ms", "2.1 s". */
export function formatSpan(ms: number, language: string): string {
  const [value, unit] = ms < 1 ? [ms * 1_000, 'µs'] : ms < 1_000 ? [ms, 'ms'] : [ms / 1_000, 's']
  const digits = unit === 'µs' || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })}\u202f${unit}`
}
