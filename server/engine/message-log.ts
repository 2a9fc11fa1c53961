import { readEndpoint } from '#flows/flow.ts'
import type { Message } from '#kit/message.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { TraceStep } from './flow-observation.ts'
import { type PreviewLimits, previewOf } from './preview.ts'

/** Messages of each wire, and failures of a flow, that are kept. */
export const KEPT = 20
/** Of those that come between two looks, so many are kept for certain; then the 16th, the 32nd, the 64th … */
const SURE = 10
/** A message of more is cut. */
const limits: PreviewLimits = { text: 2_000, values: 500 }

/** A message as it went over a wire. */
export interface LoggedMessage {
  /** Counts up within the wire. */
  readonly number: number
  /** Milliseconds since 1970, UTC, with a fraction. */
  readonly at: number
  /** A `preview` of it, with its id. */
  readonly message: { readonly id: string; readonly payload?: unknown; readonly [property: string]: unknown }
  /** Something of it is left out, which is said where it was. */
  readonly isCut: boolean
}

interface Wire {
  readonly kept: LoggedMessage[]
  /** Where the oldest stands, once all places are taken. */
  oldest: number
  /** All that came. */
  count: number
  /** Since the last look. */
  fresh: number
}

interface LoggedFailure {
  readonly at: number
  readonly node: string
  readonly message: string
  readonly failed: Sentence
}

/**
 * The last messages of each wire of a flow. What many messages a second cost is bounded: of them only some are kept,
 * small previews, so that nothing large is held back from the collector.
 */
export class MessageLog {
  readonly #wires = new Map<string, Wire>()
  readonly #failures: LoggedFailure[] = []
  #freshFailures = 0
  readonly #now: () => number

  /** `now`: milliseconds since 1970, as finely as they can be had. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Answers what to call with each message on a wire. */
  wire(name: string): (message: Message) => void {
    const wire = this.#wires.get(name) ?? { kept: [], oldest: 0, count: 0, fresh: 0 }
    this.#wires.set(name, wire)
    return (message) => {
      wire.count += 1
      wire.fresh += 1
      if (isTaken(wire.fresh)) this.#keep(wire, message)
    }
  }

  failed({ node, code, message, values, cause }: Failure): void {
    this.#freshFailures += 1
    if (!cause || !isTaken(this.#freshFailures)) return
    const failed = { code, message, ...(values && { values }) }
    this.#failures.push({ at: this.#now(), node, message: cause.id, failed })
    if (this.#failures.length > KEPT) this.#failures.shift()
  }

  /** Of one wire, the oldest first. */
  messages(name: string): readonly LoggedMessage[] {
    const wire = this.#wires.get(name)
    return wire ? [...wire.kept.slice(wire.oldest), ...wire.kept.slice(0, wire.oldest)] : []
  }

  /** The way of a message over the wires that have kept it, in the order of time. */
  path(message: string): readonly TraceStep[] {
    const passes = [...this.#wires].flatMap(([name, { kept }]) =>
      kept.filter((logged) => logged.message.id === message).map(({ at }) => ({ at, name })),
    )
    const failures = this.#failures.filter((failure) => failure.message === message)
    return [...stepsOf(message, passes), ...failures].sort((one, other) => one.at - other.at)
  }

  /** Somebody has looked: the next messages are kept again. */
  looked(): void {
    this.#freshFailures = 0
    for (const wire of this.#wires.values()) wire.fresh = 0
  }

  #keep(wire: Wire, message: Message): void {
    const { value, isCut } = previewOf(message, limits)
    const logged = { number: wire.count, at: this.#now(), message: value as LoggedMessage['message'], isCut }
    if (wire.kept.length < KEPT) wire.kept.push(logged)
    else {
      wire.kept[wire.oldest] = logged
      wire.oldest = (wire.oldest + 1) % KEPT
    }
  }
}

const isTaken = (count: number): boolean => count <= SURE || (count & (count - 1)) === 0

/** What leaves by several wires at once leaves once. */
function stepsOf(
  message: string,
  passes: readonly { readonly at: number; readonly name: string }[],
): readonly TraceStep[] {
  const left = new Set<string>()
  return passes
    .toSorted((one, other) => one.at - other.at)
    .flatMap(({ at, name }) => {
      const [from = '', to = ''] = name.split(' ')
      const { node } = readEndpoint(to)
      const isAgain = left.has(from)
      left.add(from)
      for (const end of left) if (readEndpoint(end).node === node) left.delete(end)
      const arrival = { message, at, ...readEndpoint(to) }
      return isAgain ? [arrival] : [{ message, at, ...readEndpoint(from) }, arrival]
    })
}
