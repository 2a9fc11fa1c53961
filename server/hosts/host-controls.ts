import type { Clock, Timer } from '#kit/runtime/clock.ts'
import {
  type Breakpoint,
  Breakpoints,
  type StopAction,
  type StoppedMessage,
} from '#server/engine/breakpoints.ts'
import type { FlowControl } from '#server/engine/flow-control.ts'
import type { Watch } from '#server/engine/watch.ts'

/** How a flow is steered while somebody tries it. */
export interface ControlState {
  readonly breakpoints: readonly Breakpoint[]
  /** Its nodes act on nothing outside. */
  readonly isSafe: boolean
}

/** What came of that. */
export interface ControlReport {
  readonly stopped: readonly StoppedMessage[]
  /** Messages to each node that were settled without effect, since safe mode is on. */
  readonly muted: Readonly<Record<string, number>>
}

/** Changes that follow each other closely are told once, in milliseconds. */
const TELL_EVERY_MS = 100

export interface ControlsOptions {
  readonly clock: Clock
  readonly watch?: Watch
  readonly control: (flow: string, control: FlowControl | undefined) => void
  readonly tell: (flow: string, report: ControlReport) => void
}

/** Steers the flows of a host. Costs nothing for a flow that nobody steers. */
export class HostControls {
  readonly #options: ControlsOptions
  readonly #flows = new Map<string, SteeredFlow>()

  constructor(options: ControlsOptions) {
    this.#options = options
  }

  /** From now on the flow is steered so, or no more. Throws a `ConditionError` if a condition makes no sense. */
  apply(flow: string, state: ControlState | undefined): void {
    const steered = this.#flows.get(flow)
    if (state) (steered ?? this.#begin(flow)).apply(state)
    else if (steered) this.#end(flow, steered)
  }

  /** Answers false where that message is not stopped any more. */
  act(flow: string, number: number, action: StopAction): boolean {
    return this.#flows.get(flow)?.act(number, action) ?? false
  }

  #begin(flow: string): SteeredFlow {
    const { clock, watch, control, tell } = this.#options
    const steered = new SteeredFlow({
      clock,
      watch,
      rewire: (steering) => control(flow, steering),
      tell: (report) => tell(flow, report),
    })
    this.#flows.set(flow, steered)
    return steered
  }

  #end(flow: string, steered: SteeredFlow): void {
    this.#flows.delete(flow)
    steered.end() // while its wires still keep the order
    this.#options.control(flow, undefined)
  }
}

interface SteeredOptions {
  readonly clock: Clock
  readonly watch: Watch | undefined
  readonly rewire: (control: FlowControl) => void
  readonly tell: (report: ControlReport) => void
}

class SteeredFlow implements FlowControl {
  readonly breakpoints: Breakpoints
  readonly #options: SteeredOptions
  #isSafe = false
  readonly #muted = new Map<string, number>()
  #wired = new Set<string>()
  #news: Timer | undefined

  constructor(options: SteeredOptions) {
    this.#options = options
    const { clock, watch } = options
    this.breakpoints = new Breakpoints({ now: () => clock.now(), onChange: () => this.#changed(), watch })
  }

  apply({ breakpoints, isSafe }: ControlState): void {
    if (this.#isSafe !== isSafe) this.#muted.clear()
    this.#isSafe = isSafe
    this.#options.rewire(this)
    this.breakpoints.set(breakpoints) // only now: what goes on must not act where safe mode has just begun
    this.#changed()
  }

  /** What came of it is told at once: who has let a message go shall not see it stand, and let it go again. */
  act(number: number, action: StopAction): boolean {
    const isDone = this.breakpoints.act(number, action)
    if (isDone) this.#tell()
    return isDone
  }

  rewire(wireAll: () => void): void {
    this.#wired = new Set()
    wireAll()
    this.breakpoints.giveBack((wire) => !this.#wired.has(wire))
  }

  wire(wire: string, deliver: Parameters<FlowControl['wire']>[1]) {
    this.#wired.add(wire)
    return this.breakpoints.wire(wire, deliver)
  }

  mute(node: string): (() => void) | undefined {
    if (!this.#isSafe) return undefined
    return () => {
      this.#muted.set(node, (this.#muted.get(node) ?? 0) + 1)
      this.#changed()
    }
  }

  giveBack(): void {
    this.breakpoints.giveBack()
  }

  end(): void {
    this.breakpoints.release()
    this.#news?.cancel()
    this.#options.tell({ stopped: [], muted: {} })
  }

  #changed(): void {
    this.#news ??= this.#options.clock.after(TELL_EVERY_MS, () => this.#tell())
  }

  #tell(): void {
    this.#news?.cancel()
    this.#news = undefined
    this.#options.tell({ stopped: this.breakpoints.stopped, muted: Object.fromEntries(this.#muted) })
  }
}
