import type { Condition } from '#kit/condition.ts'
import { type ConditionSet, findConditionsProblem } from '#kit/condition-set.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { StopAction, StoppedMessage } from '../engine/breakpoints.ts'
import type { ControlReport, ControlState } from '../hosts/host-controls.ts'
import { UserError } from '../user-error.ts'

/** A browser that tries a flow. */
export interface Holder {
  /** Who is signed in there. */
  readonly by: string
  /** What it calls itself. */
  readonly browser: string
}

/** How a flow is steered, and what came of it. */
export interface ControlView {
  readonly flow: string
  readonly breakpoints: readonly {
    readonly wire: string
    readonly condition?: Condition | ConditionSet
    readonly by: string
  }[]
  /** Its nodes act on nothing outside. */
  readonly isSafe: boolean
  readonly safeBy?: string
  /** The first twenty. */
  readonly stopped: readonly StoppedMessage[]
  /** Messages to each node that were settled without effect. */
  readonly muted: Readonly<Record<string, number>>
}

/** A browser that says nothing for so long has left, in milliseconds. */
export const LEASE_MS = 30_000
const LOOK_EVERY_MS = 1_000
const MOST_BREAKPOINTS = 50
/** Browsers that hold one flow. */
const MOST_HOLDERS = 50

interface Steered {
  readonly breakpoints: Map<
    string,
    { readonly condition: Condition | ConditionSet | undefined; readonly by: string }
  >
  safeBy: string | undefined
  /** Until when, by user and browser. */
  readonly holders: Map<string, number>
  report: ControlReport
}

export interface ControlDeskOptions {
  readonly clock: Clock
  readonly exists: (flow: string) => boolean
  /** Resolves also where it fails, which it tells otherwise. */
  readonly control: (flow: string, state: ControlState | undefined) => Promise<void>
  readonly act: (flow: string, number: number, action: StopAction) => Promise<boolean>
  /** Something has changed that who looks at the flow should see. */
  readonly tell: (view: ControlView) => void
  /** For the log of the flow, and of the house. */
  readonly note: (flow: string, text: Sentence) => void
}

/**
 * Breakpoints and safe mode of flows. They are for trying, and in the hands of the browsers that have set them: when
 * the last of these is silent for 30 seconds, everything goes on as if nothing had been. Nothing outlives a restart.
 */
export class ControlDesk implements Disposable {
  readonly #options: ControlDeskOptions
  readonly #flows = new Map<string, Steered>()
  #timer: Timer | undefined

  constructor(options: ControlDeskOptions) {
    this.#options = options
  }

  /** 404 `FLOW_UNKNOWN`. */
  view(flow: string): ControlView {
    this.#refuseUnknown(flow)
    return viewOf(flow, this.#flows.get(flow))
  }

  /** 404 `FLOW_UNKNOWN`; 409 `BREAKPOINTS_MANY`; 422 for a condition that makes no sense. */
  async setBreakpoint(
    flow: string,
    { wire, condition }: { readonly wire: string; readonly condition?: Condition | ConditionSet | undefined },
    holder: Holder,
  ): Promise<void> {
    this.#refuseUnknown(flow)
    const problem = condition && findConditionsProblem(condition)
    if (problem) throw UserError.of(422, problem)
    const standing = this.#flows.get(flow)
    if (standing && standing.breakpoints.size >= MOST_BREAKPOINTS && !standing.breakpoints.has(wire))
      throw breakpointsMany()
    const steered = this.#hold(flow, holder)
    steered.breakpoints.set(wire, { condition, by: holder.by })
    this.#options.note(flow, breakpointSet(holder.by, wire))
    await this.#apply(flow, steered)
  }

  async removeBreakpoint(flow: string, wire: string, by: string): Promise<void> {
    this.#refuseUnknown(flow)
    const steered = this.#flows.get(flow)
    if (!steered?.breakpoints.delete(wire)) return
    this.#options.note(flow, breakpointRemoved(by, wire))
    await this.#apply(flow, steered)
  }

  async setSafeMode(flow: string, isSafe: boolean, holder: Holder): Promise<void> {
    this.#refuseUnknown(flow)
    const steered = isSafe ? this.#hold(flow, holder) : this.#flows.get(flow)
    if (!steered || (steered.safeBy !== undefined) === isSafe) return
    steered.safeBy = isSafe ? holder.by : undefined
    this.#options.note(flow, isSafe ? safeModeOn(holder.by) : safeModeOff(holder.by))
    await this.#apply(flow, steered)
  }

  /** 409 `STOP_GONE` where that message is not stopped any more. */
  async act(flow: string, number: number, action: StopAction): Promise<void> {
    this.#refuseUnknown(flow)
    if (!(await this.#options.act(flow, number, action))) throw stopGone()
  }

  /** The browser is still there. Answers whether it holds anything of this flow. */
  renew(flow: string, holder: Holder): boolean {
    const steered = this.#flows.get(flow)
    const key = keyOf(holder)
    if (!steered?.holders.has(key)) return false
    steered.holders.set(key, this.#options.clock.now() + LEASE_MS)
    return true
  }

  /** The flow is gone. */
  forget(flow: string): void {
    if (!this.#flows.has(flow)) return
    this.#drop(flow)
    void this.#options.control(flow, undefined)
  }

  /** What a running flow tells. */
  report(flow: string, report: ControlReport): void {
    const steered = this.#flows.get(flow)
    if (!steered) return
    steered.report = report
    this.#options.tell(viewOf(flow, steered))
  }

  [Symbol.dispose](): void {
    for (const flow of this.#flows.keys()) this.#drop(flow)
  }

  #refuseUnknown(flow: string): void {
    if (!this.#options.exists(flow))
      throw new UserError(404, 'FLOW_UNKNOWN', `There is no flow "${flow.slice(0, 100)}".`)
  }

  #hold(flow: string, holder: Holder): Steered {
    const { clock } = this.#options
    const steered = this.#flows.get(flow) ?? {
      breakpoints: new Map(),
      safeBy: undefined,
      holders: new Map(),
      report: nothingReported,
    }
    const key = keyOf(holder)
    if (steered.holders.size >= MOST_HOLDERS && !steered.holders.has(key)) throw breakpointsMany()
    steered.holders.set(key, clock.now() + LEASE_MS)
    this.#flows.set(flow, steered)
    this.#timer ??= clock.every(LOOK_EVERY_MS, () => this.#look())
    return steered
  }

  async #apply(flow: string, steered: Steered): Promise<void> {
    const { breakpoints, safeBy } = steered
    const isSteered = breakpoints.size > 0 || safeBy !== undefined
    if (!isSteered) this.#drop(flow)
    if (!isSteered || safeBy === undefined) steered.report = { ...steered.report, muted: {} }
    this.#options.tell(viewOf(flow, isSteered ? steered : undefined))
    await this.#options.control(flow, isSteered ? stateOf(steered) : undefined)
  }

  #look(): void {
    const now = this.#options.clock.now()
    for (const [flow, steered] of this.#flows) {
      for (const [key, until] of steered.holders) if (until <= now) steered.holders.delete(key)
      if (steered.holders.size === 0) this.#end(flow, steered)
    }
  }

  #end(flow: string, steered: Steered): void {
    steered.breakpoints.clear()
    steered.safeBy = undefined
    this.#options.note(flow, everybodyLeft)
    void this.#apply(flow, steered)
  }

  #drop(flow: string): void {
    this.#flows.delete(flow)
    if (this.#flows.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }
}

const nothingReported: ControlReport = { stopped: [], muted: {} }

const keyOf = ({ by, browser }: Holder): string => `${by} ${browser}`

const stateOf = ({ breakpoints, safeBy }: Steered): ControlState => ({
  breakpoints: [...breakpoints].map(([wire, { condition }]) => ({ wire, ...(condition && { condition }) })),
  isSafe: safeBy !== undefined,
})

function viewOf(flow: string, steered: Steered | undefined): ControlView {
  if (!steered) return { flow, breakpoints: [], isSafe: false, ...nothingReported }
  const { breakpoints, safeBy, report } = steered
  return {
    flow,
    breakpoints: [...breakpoints].map(([wire, { condition, by }]) => ({
      wire,
      ...(condition && { condition }),
      by,
    })),
    isSafe: safeBy !== undefined,
    ...(safeBy !== undefined && { safeBy }),
    stopped: report.stopped,
    muted: report.muted,
  }
}

const breakpointsMany = (): UserError =>
  new UserError(
    409,
    'BREAKPOINTS_MANY',
    `A flow has at most ${MOST_BREAKPOINTS} breakpoints. Take one away first.`,
    { values: { limit: MOST_BREAKPOINTS } },
  )

const stopGone = (): UserError =>
  new UserError(409, 'STOP_GONE', 'This message is not stopped any more: somebody else has let it go.')

const breakpointSet = (by: string, wire: string): Sentence => ({
  code: 'BREAKPOINT_SET',
  message: `${by} has set a breakpoint on the wire "${wire}". Messages may stop there.`,
  values: { by, wire },
})

const breakpointRemoved = (by: string, wire: string): Sentence => ({
  code: 'BREAKPOINT_REMOVED',
  message: `${by} has taken away the breakpoint on the wire "${wire}".`,
  values: { by, wire },
})

const safeModeOn = (by: string): Sentence => ({
  code: 'SAFE_MODE_ON',
  message: `${by} has switched safe mode on: this flow sends, switches and records nothing, and raises no alarm.`,
  values: { by },
})

const safeModeOff = (by: string): Sentence => ({
  code: 'SAFE_MODE_OFF',
  message: `${by} has switched safe mode off.`,
  values: { by },
})

const everybodyLeft: Sentence = {
  code: 'CONTROL_LEFT',
  message:
    'Breakpoints and safe mode of this flow have ended: the last browser that held them has left. What was stopped has gone on.',
}
