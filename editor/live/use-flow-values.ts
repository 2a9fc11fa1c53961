import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { onActivity } from '../api/live.ts'
import { FlowValues, type WireValue } from './flow-values.ts'

interface Kept {
  readonly values: FlowValues
  pages: number
  stop: () => void
}

const flows = new Map<string, Kept>()

/** The values of a flow; `useFlowValues` sees to it that there are some. */
export const valuesOf = (flow: string): FlowValues => keptOf(flow).values

/** Keeps what goes over the wires of a flow while its page stands. */
export function useFlowValues(flow: string): void {
  useEffect(() => keepValues(flow), [flow])
}

/** Answers how to stop; the last one to stop has them forgotten. */
export function keepValues(flow: string): () => void {
  const kept = keptOf(flow)
  if (kept.pages++ === 0) kept.stop = onActivity(flow, (event) => kept.values.take(event, Date.now()))
  return () => {
    if (--kept.pages > 0) return
    kept.stop()
    flows.delete(flow)
  }
}

/** What a wire carried last. Only who looks at that wire is drawn again. */
export function useWireValue(flow: string, wire: string): WireValue | undefined {
  const subscribe = useCallback((listener: () => void) => valuesOf(flow).onWire(wire, listener), [flow, wire])
  return useSyncExternalStore(subscribe, () => valuesOf(flow).value(wire))
}

function keptOf(flow: string): Kept {
  const kept = flows.get(flow) ?? { values: new FlowValues(), pages: 0, stop: () => {} }
  flows.set(flow, kept)
  return kept
}
