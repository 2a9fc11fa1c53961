import type { Socket } from 'socket.io-client'
import { onConnect } from '../api/live.ts'
import type { NodeErrorsEvent } from '../api/types.ts'

const errors = new Map<string, NodeErrorsEvent>()
/** With what has failed in the subflow that a node stands for. */
const totals = new Map<string, NodeErrorsEvent>()
const listeners = new Map<string, Set<() => void>>()
const keyOf = (flow: string, node: string): string => `${flow}/${node}`

/** What has failed at a node, or in the subflow that it stands for, since its flow was deployed, if anything. */
export const errorsOf = (flow: string, node: string): NodeErrorsEvent | undefined =>
  totals.get(keyOf(flow, node))

/** Calls when the errors of a node have changed. Fits `useSyncExternalStore`. */
export function onErrors(flow: string, node: string, listener: () => void): () => void {
  const key = keyOf(flow, node)
  const own = listeners.get(key) ?? new Set()
  listeners.set(key, own.add(listener))
  return () => {
    own.delete(listener)
    if (own.size === 0 && listeners.get(key) === own) listeners.delete(key)
  }
}

export function takeErrors(event: NodeErrorsEvent): void {
  const { flow, node } = event
  if (event.count > 0) errors.set(keyOf(flow, node), event)
  else errors.delete(keyOf(flow, node))
  for (const place of withOuter(node)) {
    const key = keyOf(flow, place)
    const total = totalAt(flow, place)
    if (total) totals.set(key, total)
    else totals.delete(key)
    for (const listener of listeners.get(key) ?? []) listener()
  }
}

/** `hall/lamp` and `hall`. */
const withOuter = (node: string): readonly string[] =>
  node.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))

function totalAt(flow: string, node: string): NodeErrorsEvent | undefined {
  const inner = [...errors.values()].filter(
    (event) => event.flow === flow && (event.node === node || event.node.startsWith(`${node}/`)),
  )
  const last = inner.flatMap((event) => event.last ?? []).toSorted((one, other) => other.at - one.at)[0]
  const count = inner.reduce((sum, event) => sum + event.count, 0)
  return count > 0 ? { flow, node, count, ...(last && { last }) } : undefined
}

/** Hears of errors from now on; each time that the channel is open anew, all are told again. */
export function hearErrors(): () => void {
  const hear = (socket: Socket): void => {
    for (const event of [...errors.values()]) takeErrors({ ...event, count: 0 })
    socket.off('node:errors', takeErrors)
    socket.on('node:errors', takeErrors)
  }
  return onConnect(hear)
}
