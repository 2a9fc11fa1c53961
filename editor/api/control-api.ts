import type { Condition } from '#kit/condition.ts'
import type { ConditionSet } from '#kit/condition-set.ts'
import { requestJson } from './request.ts'

/** What a person does with a message that is stopped. */
export type StopAction = 'step' | 'continue' | 'drop'

/** A message that is stopped on a wire, and how many wait behind it. */
export interface StoppedMessage {
  readonly number: number
  readonly wire: string
  readonly at: number
  readonly message: Readonly<Record<string, unknown>> & { readonly id: string }
  readonly isCut: boolean
  readonly waiting: number
}

/** How a flow is steered that somebody tries. */
export interface ControlView {
  readonly flow: string
  readonly breakpoints: readonly {
    readonly wire: string
    readonly condition?: Condition | ConditionSet
    readonly by: string
  }[]
  readonly isSafe: boolean
  readonly safeBy?: string
  readonly stopped: readonly StoppedMessage[]
  /** Messages to each node that were settled without effect. */
  readonly muted: Readonly<Record<string, number>>
}

const pathOf = (flow: string, rest: string): string => `/api/flows/${encodeURIComponent(flow)}/${rest}`

/** Breakpoints and safe mode. Each call rejects with an `ApiError`. */
export const controlApi = {
  setBreakpoint: (
    flow: string,
    breakpoint: {
      readonly wire: string
      readonly condition?: Condition | ConditionSet | undefined
      readonly browser: string
    },
  ) => requestJson<void>('PUT', pathOf(flow, 'breakpoints'), { body: breakpoint }),
  removeBreakpoint: (flow: string, wire: string) =>
    requestJson<void>('DELETE', pathOf(flow, `breakpoints?wire=${encodeURIComponent(wire)}`)),
  setSafeMode: (flow: string, on: boolean, browser: string) =>
    requestJson<void>('PUT', pathOf(flow, 'safe-mode'), { body: { on, browser } }),
  act: (flow: string, number: number, action: StopAction) =>
    requestJson<void>('POST', pathOf(flow, `stopped/${number}`), { body: { action } }),
}
