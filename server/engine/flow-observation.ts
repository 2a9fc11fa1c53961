import type { Port } from '#kit/kinds.ts'
import type { Message } from '#kit/message.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'
import type { Sentence } from '#kit/sentence.ts'
import { copyMessage } from './copy-message.ts'
import type { MessageLog } from './message-log.ts'
import type { FlowObserver } from './observer.ts'

/** What went over a wire since somebody looks. */
export interface WireRecord {
  readonly count: number
  readonly last: Message | undefined
  readonly unit: string | undefined
}

/** A message at a port, or failed at a node. */
export interface TraceStep {
  readonly message: string
  readonly node: string
  readonly port?: string
  /** Milliseconds since 1970, UTC; with a fraction where the clock has one. */
  readonly at: number
  /** What failed there. */
  readonly failed?: Sentence
}

/** Steps of all messages together that a trace keeps; the oldest go first. */
const STEPS_KEPT = 5_000

/** What is kept of a message that user code may change is a copy: of so many since the last look all are made … */
const COPIED = 64
/** … and then of one in so many. */
const COPY_EACH = 64

/** Looks at a flow: counts and the last message of each wire, and, where asked for, the ways of its messages. */
export class FlowObservation implements FlowObserver {
  readonly isBrief = true
  readonly #wires = new Map<string, GrowingRecord>()
  readonly #steps: TraceStep[] = []
  #oldest = 0
  #followed: string | undefined
  readonly #log: MessageLog | undefined
  readonly portPassed?: (node: string, port: string, message: Message) => void
  readonly nodeFailed?: (failure: Failure) => void

  /** With a clock it traces, which makes each hop dearer again; with a log it keeps some messages. */
  constructor({ clock, log }: { readonly clock?: Pick<Clock, 'now'>; readonly log?: MessageLog } = {}) {
    this.#log = log
    if (log) this.nodeFailed = (failure) => log.failed(failure)
    if (!clock) return
    this.portPassed = (node, port, { id }) => {
      if (this.#isOfInterest(id)) this.#note({ message: id, node, port, at: clock.now() })
    }
    this.nodeFailed = ({ node, code, message, values, cause }) => {
      if (!cause || !this.#isOfInterest(cause.id)) return
      const failed = { code, message, ...(values && { values }) }
      this.#note({ message: cause.id, node, at: clock.now(), failed })
    }
  }

  /** By the wire's name, `bell.out quiet.in`. */
  get wires(): ReadonlyMap<string, WireRecord> {
    return this.#wires
  }

  /** The way of a message, in the order of time, as far as it is still known. */
  trace(message: string): readonly TraceStep[] {
    const steps = [...this.#steps.slice(this.#oldest), ...this.#steps.slice(0, this.#oldest)]
    return steps.filter((step) => step.message === message)
  }

  /** Notes from now on the steps of this message alone; those that it has taken already stay known. The first one counts. */
  follow(message: string): void {
    if (this.#followed !== undefined) return
    const steps = this.trace(message)
    this.#steps.splice(0, Infinity, ...steps)
    this.#oldest = 0
    this.#followed = message
  }

  wire(wire: string, { unit }: Port, isOwn: boolean): (message: Message) => void {
    const record = this.#wires.get(wire) ?? new GrowingRecord(unit)
    this.#wires.set(wire, record)
    const keep = this.#log?.wire(wire)
    const look = isOwn
      ? (message: Message) => record.sample(message)
      : (message: Message) => record.note(message)
    if (!keep) return look
    return (message) => {
      look(message)
      keep(message)
    }
  }

  /** Somebody has looked at the wires: the next messages are new to them. */
  looked(): void {
    for (const record of this.#wires.values()) record.fresh = 0
    this.#log?.looked()
  }

  #isOfInterest(message: string): boolean {
    return this.#followed === undefined || this.#followed === message
  }

  #note(step: TraceStep): void {
    if (this.#steps.length < STEPS_KEPT) this.#steps.push(step)
    else {
      this.#steps[this.#oldest] = step
      this.#oldest = (this.#oldest + 1) % STEPS_KEPT
    }
  }
}

/** So many messages take turns in one place for the last of them. */
const PLACE_EACH = 64

/**
 * What each message writes into is young for V8's collector: a store of what is new into something old is written down
 * for the next collection, and cost as much as everything else that looking at a wire does.
 */
class GrowingRecord implements WireRecord {
  readonly unit: string | undefined
  count = 0
  /** Since the last look. */
  fresh = 0
  #place: { message: Message | undefined } = { message: undefined }

  constructor(unit: string | undefined) {
    this.unit = unit
  }

  get last(): Message | undefined {
    return this.#place.message
  }

  note(message: Message): void {
    this.count += 1
    if (this.count % PLACE_EACH === 0) this.#place = { message }
    else this.#place.message = message
  }

  /** The message may change later. */
  sample(message: Message): void {
    this.fresh += 1
    if (this.fresh > COPIED && this.fresh % COPY_EACH !== 0) this.count += 1
    else this.note(copyForLook(message))
  }
}

function copyForLook(message: Message): Message {
  try {
    return copyMessage(message)
  } catch (error) {
    // user code takes it as it is; only who looks on cannot
    return { id: message.id, payload: error instanceof Error ? error.message : String(error) }
  }
}
