import type { Message } from '#kit/message.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { toStored } from '#kit/runtime/stored-value.ts'
import type { FlowObserver } from '#server/engine/observer.ts'
import { type Batch, MOST_BYTES, MOST_MESSAGE_BYTES, MOST_MESSAGES } from './recorded.ts'

export interface FlowRecordersOptions {
  readonly clock: Clock
  /** Milliseconds since 1970, as finely as they can be had. */
  readonly now: () => number
  readonly observe: (flow: string, name: object, observer: FlowObserver | undefined) => void
}

/** Nobody has asked for so long, in milliseconds: then nobody records. */
const PATIENCE_MS = 10_000

/** Writes down what goes over wires of flows, in the thread in which they run, until it is fetched. */
export class FlowRecorders {
  readonly #options: FlowRecordersOptions
  readonly #recorders = new Map<string, FlowRecorder>()

  constructor(options: FlowRecordersOptions) {
    this.#options = options
  }

  /** Goes on recording these wires, and answers what has come since the last time. */
  take(flow: string, wires: readonly string[]): Batch {
    const standing = this.#recorders.get(flow)
    const recorder = standing ?? new FlowRecorder(wires, this.#options.now)
    this.#recorders.set(flow, recorder)
    if (!standing) this.#options.observe(flow, recorder, recorder)
    recorder.patience?.cancel()
    recorder.patience = this.#options.clock.after(PATIENCE_MS, () => void this.end(flow))
    return recorder.take()
  }

  /** Records no more, and answers the rest. */
  end(flow: string): Batch {
    const recorder = this.#recorders.get(flow)
    if (!recorder) return { lines: [], leftOut: 0 }
    this.#recorders.delete(flow)
    recorder.patience?.cancel()
    this.#options.observe(flow, recorder, undefined)
    return recorder.take()
  }
}

class FlowRecorder implements FlowObserver {
  readonly isBrief = true
  patience: Timer | undefined
  readonly #wires: ReadonlySet<string>
  readonly #now: () => number
  #lines: string[] = []
  #bytes = 0
  #leftOut = 0

  constructor(wires: readonly string[], now: () => number) {
    this.#wires = new Set(wires)
    this.#now = now
  }

  wire(name: string): ((message: Message) => void) | undefined {
    if (!this.#wires.has(name)) return undefined
    const to = name.split(' ')[1] ?? ''
    return (message) => this.#write(to, message)
  }

  take(): Batch {
    const batch = { lines: this.#lines, leftOut: this.#leftOut }
    this.#lines = []
    this.#bytes = 0
    this.#leftOut = 0
    return batch
  }

  #write(to: string, message: Message): void {
    const line = this.#lines.length < MOST_MESSAGES ? lineOf(this.#now(), to, message) : undefined
    if (line === undefined || this.#bytes + line.length > MOST_BYTES) this.#leftOut += 1
    else {
      this.#bytes += line.length
      this.#lines.push(line)
    }
  }
}

/** Nothing for what is too large, or cannot be written down. */
function lineOf(at: number, to: string, { topic, payload }: Message): string | undefined {
  try {
    const line = JSON.stringify({ at, to, ...(topic !== undefined && { topic }), payload: toStored(payload) })
    return line.length > MOST_MESSAGE_BYTES ? undefined : line
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined
    throw error
  }
}
