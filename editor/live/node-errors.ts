import type { Socket } from 'socket.io-client'
import { onConnect } from '../api/live.ts'
import type { NodeErrorsEvent } from '../api/types.ts'

const errors = new Map<string, NodeErrorsEvent>()
const listeners = new Map<string, Set<() => void>>()
const keyOf = (flow: string, node: string): string => `${flow}/${node}`

/** What has failed at a node since its flow was deployed, if anything. */
export const errorsOf = (flow: string, node: string): NodeErrorsEvent | undefined =>
  errors.get(keyOf(flow, node))

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
  const key = keyOf(event.flow, event.node)
  if (event.count > 0) errors.set(key, event)
  else errors.delete(key)
  for (const listener of listeners.get(key) ?? []) listener()
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
