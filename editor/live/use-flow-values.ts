import { useCallback, useEffect, useSyncExternalStore } from 'react'
import type { Wire } from '#flows/flow.ts'
import { onActivity } from '../api/live.ts'
import type { NodeErrorsEvent } from '../api/types.ts'
import { holdFlow, useControls } from './flow-control.ts'
import { FlowValues, type WireValue } from './flow-values.ts'
import { errorsOf, hearErrors, onErrors } from './node-errors.ts'
import { NodeRates } from './node-rates.ts'

interface Kept {
  readonly values: FlowValues
  readonly rates: NodeRates
  pages: number
  stop: () => void
}

const RATES_EVERY_MS = 1_000
const flows = new Map<string, Kept>()

/** The values of a flow; `useFlowValues` sees to it that there are some. */
export const valuesOf = (flow: string): FlowValues => keptOf(flow).values

/** Keeps what goes over the wires of a flow while its page stands. `wiresOf` answers how they are drawn now. */
export function useFlowValues(flow: string, wiresOf: () => readonly Wire[]): void {
  useEffect(() => keepValues(flow), [flow])
  useEffect(() => {
    const { rates, values } = keptOf(flow)
    const timer = setInterval(() => rates.update(wiresOf(), values, Date.now()), RATES_EVERY_MS)
    return () => clearInterval(timer)
  }, [flow, wiresOf])
}

/** Answers how to stop; the last one to stop has them forgotten. */
function keepValues(flow: string): () => void {
  const kept = keptOf(flow)
  if (kept.pages++ === 0) {
    const stops = [
      onActivity(flow, (event) => kept.values.take(event, Date.now())),
      hearErrors(),
      holdFlow(flow),
    ]
    kept.stop = () => stops.forEach((stop) => void stop())
  }
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

/** Messages a second at a node. */
export function useNodeRate(flow: string, node: string): number {
  const subscribe = useCallback(
    (listener: () => void) => keptOf(flow).rates.onNode(node, listener),
    [flow, node],
  )
  return useSyncExternalStore(subscribe, () => keptOf(flow).rates.rate(node))
}

/** What has failed at a node since its flow was deployed. */
export function useNodeErrors(flow: string, node: string): NodeErrorsEvent | undefined {
  const subscribe = useCallback((listener: () => void) => onErrors(flow, node, listener), [flow, node])
  return useSyncExternalStore(subscribe, () => errorsOf(flow, node))
}

/** Messages to a node, or into the subflow that it stands for, that safe mode has settled without effect. */
export const useMuted = (flow: string, node: string): number =>
  useControls((state) => mutedAt(state[flow]?.muted ?? {}, node))

export const mutedAt = (muted: Readonly<Record<string, number>>, node: string): number =>
  Object.entries(muted).reduce(
    (sum, [id, count]) => (id === node || id.startsWith(`${node}/`) ? sum + count : sum),
    0,
  )

function keptOf(flow: string): Kept {
  const kept = flows.get(flow) ?? {
    values: new FlowValues(),
    rates: new NodeRates(),
    pages: 0,
    stop: () => {},
  }
  flows.set(flow, kept)
  return kept
}
