import type { Condition } from '#kit/condition.ts'
import { type ConditionSet, compileConditions } from '#kit/condition-set.ts'
import type { Message } from '#kit/message.ts'
import type { Handler, Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { blame, givenBack } from './failure.ts'
import { type PreviewLimits, previewOf } from './preview.ts'
import type { Watch } from './watch.ts'

/** Messages stop on this wire: all, or those for which the condition holds, or all or any of several. */
export interface Breakpoint {
  /** By its name, `bell.out quiet.in`. */
  readonly wire: string
  readonly condition?: Condition | ConditionSet
}

/** What a person does with a message that is stopped: lets it go on to the next wire, or for good, or ends it here. */
export type StopAction = 'step' | 'continue' | 'drop'

/** A message that is stopped on a wire, and how many wait behind it. */
export interface StoppedMessage {
  readonly number: number
  readonly wire: string
  /** Milliseconds since 1970, UTC: since when. */
  readonly at: number
  /** A `preview`. */
  readonly message: { readonly id: string; readonly [property: string]: unknown }
  readonly isCut: boolean
  readonly waiting: number
}

/** Messages that may wait on the wires of one flow: more than it ever has in its hands. */
const MOST_WAITING = 2_000
/** Messages that are stopped and told of. */
const MOST_TOLD = 20
/** Of one message that is stopped, so much is told. */
const limits: PreviewLimits = { text: 2_000, values: 500 }

interface Held {
  readonly number: number
  readonly at: number
  readonly message: Message
  readonly settled: PromiseWithResolvers<void>
  /** As it is told, once somebody has asked. */
  told?: Pick<StoppedMessage, 'message' | 'isCut'>
}

/** One wire: at most one message is stopped on it, and those behind it keep their order. */
interface Gate {
  readonly wire: string
  deliver: Handler
  stopsAt: ((message: Message) => boolean) | undefined
  isBreakpoint: boolean
  stopped: Held | undefined
  readonly waiting: Held[]
}

interface BreakpointsOptions {
  readonly now: () => number
  /** What is stopped, or waits, has changed. */
  readonly onChange: () => void
  readonly watch?: Watch | undefined
}

/**
 * Stops messages on the wires of one flow. They are unsettled meanwhile, so that their source acknowledges nothing; the
 * rest of the flow runs on.
 */
export class Breakpoints {
  readonly #options: BreakpointsOptions
  readonly #gates = new Map<string, Gate>()
  /** Messages that stop at the next wire, by their id. */
  readonly #stepped = new Set<string>()
  /** A message is just let go: whatever comes of it at once stops as well. */
  #isStepping = false
  #count = 0
  #held = 0

  constructor(options: BreakpointsOptions) {
    this.#options = options
  }

  /** Messages go on where there is no breakpoint any more. Throws a `ConditionError` if a condition makes no sense. */
  set(breakpoints: readonly Breakpoint[]): void {
    const compiled = new Map(
      breakpoints.map(({ wire, condition }) => [wire, condition && compileConditions(condition)]),
    )
    for (const wire of compiled.keys()) this.#gateOf(wire)
    for (const gate of this.#gates.values()) {
      const isNew = compiled.has(gate.wire)
      const ends = gate.isBreakpoint && !isNew
      gate.isBreakpoint = isNew
      gate.stopsAt = compiled.get(gate.wire)
      if (ends && gate.stopped) this.#letGo(gate, gate.stopped)
    }
  }

  wire(wire: string, deliver: Handler): Handler {
    const gate = this.#gateOf(wire)
    gate.deliver = deliver
    return (message) => this.#pass(gate, message)
  }

  /** What stands on the wires now, in the order in which it was stopped: the first twenty. */
  get stopped(): readonly StoppedMessage[] {
    return [...this.#gates.values()]
      .flatMap(({ wire, stopped, waiting }) => (stopped ? [{ stopped, wire, waiting: waiting.length }] : []))
      .sort((one, other) => one.stopped.number - other.stopped.number)
      .slice(0, MOST_TOLD)
      .map(({ stopped, ...place }) => ({ ...describe(stopped), ...place }))
  }

  /** Answers false where that message is not stopped any more. */
  act(number: number, action: StopAction): boolean {
    const gate = [...this.#gates.values()].find(({ stopped }) => stopped?.number === number)
    if (!gate?.stopped) return false
    const { stopped } = gate
    if (action === 'step') this.#stepped.add(stopped.message.id)
    else this.#stepped.delete(stopped.message.id)
    if (action === 'drop') this.#drop(gate, stopped)
    else this.#letGo(gate, stopped, action === 'step')
    return true
  }

  /** Everything goes on, and nothing stops any more. */
  release(): void {
    this.#stepped.clear()
    this.set([])
    for (const gate of this.#gates.values()) if (gate.stopped) this.#letGo(gate, gate.stopped)
  }

  /** What is held on these wires was not handled: its source may bring it again. All are meant, without any. */
  giveBack(isMeant: (wire: string) => boolean = () => true): void {
    for (const gate of this.#gates.values()) {
      if (!isMeant(gate.wire)) continue
      const held = [...(gate.stopped ? [gate.stopped] : []), ...gate.waiting.splice(0)]
      gate.stopped = undefined
      for (const { settled } of held) {
        this.#held -= 1
        settled.reject(blame(givenBack(undefined), gate.wire))
      }
      if (held.length > 0) this.#options.onChange()
    }
  }

  #gateOf(wire: string): Gate {
    const gate = this.#gates.get(wire) ?? {
      wire,
      deliver: () => {},
      stopsAt: undefined,
      isBreakpoint: false,
      stopped: undefined,
      waiting: [],
    }
    this.#gates.set(wire, gate)
    return gate
  }

  #pass(gate: Gate, message: Message): Settlement {
    if (gate.stopped) {
      const held = this.#hold(message)
      gate.waiting.push(held)
      this.#options.onChange()
      return held.settled.promise
    }
    if (!this.#stops(gate, message)) return gate.deliver(message)
    const held = this.#hold(message)
    gate.stopped = held
    this.#options.onChange()
    return held.settled.promise
  }

  #stops({ isBreakpoint, stopsAt }: Gate, message: Message): boolean {
    if (this.#isStepping || this.#stepped.has(message.id)) return true
    return isBreakpoint && (!stopsAt || stopsAt(message))
  }

  #hold(message: Message): Held {
    if (this.#held >= MOST_WAITING) throw full()
    this.#held += 1
    return {
      number: ++this.#count,
      at: this.#options.now(),
      message,
      settled: Promise.withResolvers<void>(),
    }
  }

  #drop(gate: Gate, held: Held): void {
    gate.stopped = undefined
    this.#held -= 1
    held.settled.resolve()
    this.#options.onChange()
    this.#next(gate)
  }

  #letGo(gate: Gate, held: Held, isStep = false): void {
    gate.stopped = undefined
    this.#options.onChange()
    this.#deliver(gate, held, isStep)
    this.#next(gate)
  }

  #next(gate: Gate): void {
    while (!gate.stopped) {
      const next = gate.waiting.shift()
      if (!next) return
      if (this.#stops(gate, next.message)) gate.stopped = next
      else this.#deliver(gate, next, false)
    }
    this.#options.onChange()
  }

  /** From the top of the stack, as a timer would. */
  #deliver(gate: Gate, { message, settled }: Held, isStep: boolean): void {
    this.#held -= 1
    this.#isStepping = isStep
    try {
      const settlement = gate.deliver(message)
      if (!settlement) settled.resolve()
      else settlement.then(settled.resolve, settled.reject)
      settled.promise.then(
        () => this.#stepped.delete(message.id),
        () => this.#stepped.delete(message.id),
      )
    } catch (error) {
      this.#stepped.delete(message.id)
      settled.reject(error)
    } finally {
      this.#isStepping = false
      this.#options.watch?.at(0)
    }
  }
}

function describe(held: Held): Omit<StoppedMessage, 'wire' | 'waiting'> {
  held.told ??= tell(held.message)
  return { number: held.number, at: held.at, ...held.told }
}

function tell(message: Message): Pick<StoppedMessage, 'message' | 'isCut'> {
  const { value, isCut } = previewOf(message, limits)
  return { message: value as StoppedMessage['message'], isCut }
}

const full = (): NodeError =>
  new NodeError(
    'BREAKPOINT_FULL',
    `${MOST_WAITING} messages wait at the breakpoints of this flow. Let them go on, or take the breakpoints away.`,
    { values: { limit: MOST_WAITING } },
  )
