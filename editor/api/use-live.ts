import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { onStatus, statusOf, watch } from './live.ts'
import type { NodeStatusEvent } from './types.ts'

/** How one node is, live. Only the component of that node is drawn again. */
export function useNodeStatus(flow: string, node: string): NodeStatusEvent | undefined {
  const subscribe = useCallback((listener: () => void) => onStatus(flow, node, listener), [flow, node])
  return useSyncExternalStore(subscribe, () => statusOf(flow, node))
}

/** Watches a flow while the component stands. */
export function useWatch(flow: string): void {
  useEffect(() => watch(flow), [flow])
}
