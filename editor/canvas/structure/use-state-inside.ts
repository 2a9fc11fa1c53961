import { useCallback, useSyncExternalStore } from 'react'
import { subflowOf } from '#flows/subflow.ts'
import { onStatus, statusOf } from '../../api/live.ts'
import type { FlowDocument } from '../../document/flow-document.ts'

/** Looked at one by one: more than so many are not. */
const MOST = 200

/** The worst state among nodes and all that stands inside of them, where it is worth a look. */
export function useStateInside(
  flow: string,
  document: FlowDocument,
  nodes: readonly string[],
): 'error' | 'warn' | undefined {
  const text = nodes.join(' ')
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = inside(document, text).map((node) => onStatus(flow, node, listener))
      return () => {
        for (const stop of stops) stop()
      }
    },
    [flow, document, text],
  )
  return useSyncExternalStore(subscribe, () => {
    const states = inside(document, text).map((node) => statusOf(flow, node)?.state)
    return states.includes('error') ? 'error' : states.includes('warn') ? 'warn' : undefined
  })
}

/** With what stands in subflows, by the ids under which it runs. */
function inside({ flow }: FlowDocument, text: string): readonly string[] {
  const subflows = new Map(flow.subflows?.map((subflow) => [subflow.id, subflow]))
  const found = text === '' ? [] : text.split(' ')
  for (const id of found) {
    if (found.length > MOST) break
    const subflow = subflows.get(subflowAt(flow, id) ?? '')
    for (const node of subflow?.nodes ?? []) found.push(`${id}/${node.id}`)
  }
  return found
}

/** What the node at a path stands for, if for anything. */
function subflowAt(flow: FlowDocument['flow'], path: string): string | undefined {
  let nodes = flow.nodes
  let subflow: string | undefined
  for (const id of path.split('/')) {
    const node = nodes.find((each) => each.id === id)
    subflow = node && subflowOf(node)
    nodes = flow.subflows?.find((each) => each.id === subflow)?.nodes ?? []
  }
  return subflow
}
