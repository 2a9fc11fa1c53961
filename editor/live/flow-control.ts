import type { Socket } from 'socket.io-client'
import { create } from 'zustand'
import type { ConditionSet } from '#kit/condition-set.ts'
import { type ControlView, controlApi, type StopAction } from '../api/control-api.ts'
import { onConnect } from '../api/live.ts'

/**
 * How flows are steered, by their ids; missing where nobody does. Only what comes live counts: the answer to a request
 * may be read after newer news.
 */
export const useControls = create<Readonly<Record<string, ControlView>>>(() => ({}))

const KEY = 'wirehouse.browser'
let name: string | undefined
let socket: Socket | undefined
/** Flows whose pages are open here: what this browser holds of them goes on. */
const open = new Set<string>()

/** What this tab is called: the same after a reload, another one in another tab. */
export function browserName(): string {
  name ??= readName() ?? keepName(crypto.getRandomValues(new Uint32Array(3)).join('-'))
  return name
}

/** While its page stands, this browser answers that it is there. Answers how to stop. */
export function holdFlow(flow: string): () => void {
  open.add(flow)
  const stop = onConnect(hear)
  return () => {
    stop()
    open.delete(flow)
    socket?.emit('control:leave', flow)
  }
}

export async function setBreakpoint(flow: string, wire: string, condition?: ConditionSet): Promise<void> {
  await controlApi.setBreakpoint(flow, { wire, condition, browser: browserName() })
  hold(flow)
}

export const removeBreakpoint = (flow: string, wire: string): Promise<void> =>
  controlApi.removeBreakpoint(flow, wire)

export async function setSafeMode(flow: string, on: boolean): Promise<void> {
  await controlApi.setSafeMode(flow, on, browserName())
  hold(flow)
}

export const act = (flow: string, number: number, action: StopAction): Promise<void> =>
  controlApi.act(flow, number, action)

/** Takes what the server says. */
export function take(view: ControlView): void {
  useControls.setState({ [view.flow]: view })
}

function hear(connected: Socket): void {
  socket = connected
  connected.off('flow:control', take)
  connected.off('control:ask', answer)
  connected.on('flow:control', take)
  connected.on('control:ask', answer)
  for (const flow of open) hold(flow)
}

// The server asks, rather than that a timer tells: timers of a page in the background are slowed.
const answer = (reply: () => void): void => reply()

const hold = (flow: string): void => void socket?.emit('control:hold', { flow, browser: browserName() })

function readName(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined // storage is switched off: the name lasts until the next reload
  }
}

function keepName(fresh: string): string {
  try {
    sessionStorage.setItem(KEY, fresh)
  } catch {
    return fresh // see above
  }
  return fresh
}
