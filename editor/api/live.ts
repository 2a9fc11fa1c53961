import { io, type Socket } from 'socket.io-client'
import { create } from 'zustand'
import { forgetDebug, takeDebug, takeLeftOut } from './debug-log.ts'
import { paced } from './paced.ts'
import { keys, queryClient } from './queries.ts'
import type {
  LogEvent,
  NodeDebugEvent,
  NodeStatusEvent,
  Quarantine,
  WireActivityEvent,
  WireSample,
} from './types.ts'

/** How the live channel is: what is shown from it is old while it is not `on`. */
export type LiveState = 'connecting' | 'on' | 'away'

interface Live {
  readonly state: LiveState
  /** While it is away: since when, in milliseconds. */
  readonly since: number | undefined
}

/** State of the channel. */
export const useLive = create<Live>(() => ({ state: 'connecting', since: undefined }))

const setState = (state: Exclude<LiveState, 'away'>) => useLive.setState({ state, since: undefined })
const setAway = () => useLive.setState(({ since }) => ({ state: 'away', since: since ?? Date.now() }))

/** Something another tab or person did, for pages that must react to it. */
export interface LiveEvents {
  'flow:deployed': { readonly flow: string; readonly revision: number }
  'flow:stopped': { readonly flow: string }
  'flow:saved': { readonly flow: string; readonly etag: string; readonly by?: string }
  'flow:deleted': { readonly flow: string }
  'flow:trusted': { readonly flow: string; readonly trusted: boolean }
  'flow:quarantined': { readonly flow: string; readonly quarantine: Quarantine }
}

const flowEvents = [
  'flow:deployed',
  'flow:stopped',
  'flow:saved',
  'flow:deleted',
  'flow:trusted',
  'flow:quarantined',
] as const satisfies readonly (keyof LiveEvents)[]

type Listener<Value> = (value: Value) => void

/** What went over the wires of a flow since the last call, by their texts (`bell.out quiet.in`). */
export interface WireActivity {
  readonly counts: Readonly<Record<string, number>>
  /** The last message of each wire that carried one, in short. */
  readonly samples: Readonly<Record<string, WireSample>>
}

let socket: Socket | undefined
const connectListeners = new Set<(socket: Socket) => void>()
const watched = new Map<string, number>()
const statuses = new Map<string, NodeStatusEvent>()
const statusListeners = new Map<string, Set<() => void>>()
const activityListeners = new Map<string, Set<Listener<WireActivity>>>()
const eventListeners = new Map<string, Set<Listener<LiveEvents[keyof LiveEvents]>>>()

const changedNodes = new Set<string>()
const arrivedActivity = new Map<string, ReturnType<typeof newActivity>>()
const newActivity = () => ({ counts: new Map<string, number>(), samples: new Map<string, WireSample>() })

const nodeKey = (flow: string, node: string) => `${flow}/${node}`

/** Opens the channel after sign-in. It reconnects by itself and then asks for everything it watched. */
export function startLive(): void {
  if (socket) return
  socket = io({ transports: ['websocket', 'polling'] })
  socket.on('connect', () => {
    const wasAway = useLive.getState().state === 'away'
    setState('on')
    for (const flow of watched.keys()) socket?.emit('watch', flow)
    for (const listener of connectListeners) if (socket) listener(socket)
    if (wasAway) void queryClient.invalidateQueries()
  })
  socket.on('disconnect', (reason) => {
    setAway()
    if (reason !== 'io server disconnect') return
    // The server shut the door: perhaps the session ended.
    void queryClient.invalidateQueries({ queryKey: keys.session })
    socket?.connect()
  })
  socket.on('connect_error', setAway)
  socket.on('node:status', takeStatus)
  socket.on('node:debug', (event: NodeDebugEvent) => takeDebug({ kind: 'message', ...event }))
  socket.on('node:log', (event: LogEvent) => takeDebug({ kind: 'log', ...event }))
  socket.on('node:left-out', ({ flow, count }: { readonly flow: string; readonly count: number }) =>
    takeLeftOut(flow, count),
  )
  socket.on('live:dropped', ({ count }: { readonly count: number }) => {
    for (const flow of watched.keys()) takeLeftOut(flow, count)
  })
  socket.on('wire:activity', takeActivity)
  socket.on('connections:changed', () => {
    void queryClient.invalidateQueries({ queryKey: keys.connections })
    // what a flow guarantees may depend on them
    void queryClient.invalidateQueries({ queryKey: keys.flows })
  })
  socket.on('conditions:changed', () => queryClient.invalidateQueries({ queryKey: keys.conditions }))
  socket.on('alarms:changed', () => queryClient.invalidateQueries({ queryKey: keys.alarms }))
  socket.on('outbox:changed', () => queryClient.invalidateQueries({ queryKey: keys.outbox }))
  socket.on('dead-letters:changed', () => queryClient.invalidateQueries({ queryKey: keys.deadLetters }))
  socket.on('bridges:changed', () => queryClient.invalidateQueries({ queryKey: keys.bridges }))
  socket.on('flows:held-back', () => queryClient.invalidateQueries({ queryKey: keys.flows }))
  for (const name of flowEvents)
    socket.on(name, (event: LiveEvents[typeof name]) => {
      void queryClient.invalidateQueries({ queryKey: keys.flows })
      for (const listener of eventListeners.get(name) ?? []) listener(event)
    })
}

/** Tries at once instead of after the pause that grows with each try. */
export function retryLive(): void {
  if (!socket || socket.connected) return
  socket.disconnect().connect()
}

// A phone that is looked at again, or has found its network, does not wait either.
if (typeof window !== 'undefined') {
  window.addEventListener('online', retryLive)
  window.document.addEventListener('visibilitychange', () => !window.document.hidden && retryLive())
}

/** Closes the channel at sign-out and forgets what came over it. */
export function stopLive(): void {
  socket?.close()
  socket = undefined
  statuses.clear()
  setState('connecting')
  forgetDebug()
}

/** Asks for the statuses, messages and wire activity of a flow until the answer is called. */
export function watch(flow: string): () => void {
  const count = watched.get(flow) ?? 0
  watched.set(flow, count + 1)
  if (count === 0 && socket?.connected) socket.emit('watch', flow)
  return () => {
    const left = (watched.get(flow) ?? 1) - 1
    if (left > 0) return void watched.set(flow, left)
    watched.delete(flow)
    socket?.emit('unwatch', flow)
  }
}

/** For what else goes over the channel: calls with it now, if it is connected, and each time that it is again. */
export function onConnect(listener: (socket: Socket) => void): () => void {
  connectListeners.add(listener)
  if (socket?.connected) listener(socket)
  return () => connectListeners.delete(listener)
}

/** How a node is now, as far as the channel has said. */
export const statusOf = (flow: string, node: string): NodeStatusEvent | undefined =>
  statuses.get(nodeKey(flow, node))

/** Calls when the status of one node has changed, at most four times a second. Fits `useSyncExternalStore`. */
export const onStatus = (flow: string, node: string, listener: () => void): (() => void) =>
  subscribe(statusListeners, nodeKey(flow, node), listener)

/** Calls with what went over the wires, at most four times a second. */
export const onActivity = (flow: string, listener: Listener<WireActivity>): (() => void) =>
  subscribe(activityListeners, flow, listener)

/** Calls when a flow was deployed, stopped, saved or deleted by anybody. */
export const onEvent = <Name extends keyof LiveEvents>(
  name: Name,
  listener: Listener<LiveEvents[Name]>,
): (() => void) => subscribe(eventListeners, name, listener as Listener<LiveEvents[keyof LiveEvents]>)

/** Forgets the statuses of a flow, for it was stopped or deployed anew. */
export function forgetStatuses(flow: string): void {
  for (const [key, status] of statuses)
    if (status.flow === flow) {
      statuses.delete(key)
      changedNodes.add(key)
    }
  plan()
}

/** Takes statuses that came another way, by `GET /api/flows/:id/status`. */
export function takeStatus(event: NodeStatusEvent): void {
  const key = nodeKey(event.flow, event.node)
  statuses.set(key, event)
  changedNodes.add(key)
  plan()
}

/** Adds what went over wires to what listeners are told next. */
export function takeActivity({ flow, counts, samples = {} }: WireActivityEvent): void {
  const sums = arrivedActivity.get(flow) ?? newActivity()
  arrivedActivity.set(flow, sums)
  for (const [wire, count] of Object.entries(counts))
    sums.counts.set(wire, (sums.counts.get(wire) ?? 0) + count)
  for (const [wire, sample] of Object.entries(samples)) sums.samples.set(wire, sample)
  plan()
}

/** What has been quiet is told at the next frame; what keeps changing, four times a second: nobody reads faster. */
const TELL_EVERY_MS = 250

const plan = paced(tell, TELL_EVERY_MS)

function tell(): void {
  for (const key of changedNodes) for (const listener of statusListeners.get(key) ?? []) listener()
  changedNodes.clear()
  for (const [flow, { counts, samples }] of arrivedActivity) {
    const activity = { counts: Object.fromEntries(counts), samples: Object.fromEntries(samples) }
    for (const listener of activityListeners.get(flow) ?? []) listener(activity)
  }
  arrivedActivity.clear()
}

function subscribe<Value>(map: Map<string, Set<Value>>, key: string, listener: Value): () => void {
  const listeners = map.get(key) ?? new Set()
  map.set(key, listeners.add(listener))
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && map.get(key) === listeners) map.delete(key)
  }
}
