import { useMemo } from 'react'
import { arrivals, type ShownTrace, useTrace } from './trace.ts'

/** The way that is lit in this flow, if one is. */
export const useShownTrace = (flow: string): ShownTrace | undefined =>
  useTrace(({ trace }) => (trace?.flow === flow ? trace : undefined))

/** When the message that is followed came to a node, in milliseconds since it was first seen. */
export function useArrival(flow: string, node: string): number | undefined {
  const trace = useShownTrace(flow)
  return useMemo(() => trace && arrivals(trace.steps).get(node), [trace, node])
}
