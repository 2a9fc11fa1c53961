import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { FlowObservation, type TraceStep } from './engine/flow-observation.ts'
import { type LoggedMessage, MessageLog } from './engine/message-log.ts'
import type { FlowObserver } from './engine/observer.ts'
import { sampleText } from './engine/sample-text.ts'

/** Milliseconds between two reports. */
const INTERVAL = 500

/** The last value on a wire, in at most 200 characters. */
export interface WireSample {
  readonly text: string
  readonly unit?: string
}

/** By the wire's name, `bell.out quiet.in`; wires on which nothing moved are left out. */
export interface FlowActivity {
  readonly counts: Readonly<Record<string, number>>
  readonly samples: Readonly<Record<string, WireSample>>
}

interface Watched {
  watchers: number
  readonly observation: FlowObservation
  readonly log: MessageLog
  /** Messages on each wire that have been reported. */
  readonly reported: Map<string, number>
  readonly timer: Timer
}

export interface ActivityOptions {
  readonly clock: Clock
  /** Milliseconds since 1970, as finely as they can be had: a hop takes microseconds. */
  readonly now: () => number
  readonly observe: (flow: string, observer: FlowObserver | undefined) => void
  readonly report: (flow: string, activity: FlowActivity) => void
}

/** Reports what went over each wire of the flows that somebody watches. Costs nothing for the others. */
export class Activity implements Disposable {
  readonly #watched = new Map<string, Watched>()
  readonly #options: ActivityOptions

  constructor(options: ActivityOptions) {
    this.#options = options
  }

  watch(flow: string): Disposable {
    const watched = this.#watched.get(flow) ?? this.#begin(flow)
    watched.watchers += 1
    let isOpen = true
    return {
      [Symbol.dispose]: () => {
        if (!isOpen) return
        isOpen = false
        watched.watchers -= 1
        if (watched.watchers === 0) this.#end(flow, watched)
      },
    }
  }

  /** The last messages of a wire, the oldest first: none of a flow that nobody watches, not all where there are many. */
  messages(flow: string, wire: string): readonly LoggedMessage[] {
    return this.#watched.get(flow)?.log.messages(wire) ?? []
  }

  /** The way of a message, as far as it is still known. */
  path(flow: string, message: string): readonly TraceStep[] {
    return this.#watched.get(flow)?.log.path(message) ?? []
  }

  [Symbol.dispose](): void {
    for (const [flow, watched] of this.#watched) this.#end(flow, watched)
  }

  #begin(flow: string): Watched {
    const { clock, now, observe } = this.#options
    const log = new MessageLog(now)
    const watched = {
      watchers: 0,
      observation: new FlowObservation({ log }),
      log,
      reported: new Map(),
      timer: clock.every(INTERVAL, () => this.#tick(flow)),
    }
    this.#watched.set(flow, watched)
    observe(flow, watched.observation)
    return watched
  }

  #end(flow: string, { timer }: Watched): void {
    timer.cancel()
    this.#watched.delete(flow)
    this.#options.observe(flow, undefined)
  }

  #tick(flow: string): void {
    const watched = this.#watched.get(flow)
    if (!watched) return
    const counts: Record<string, number> = {}
    const samples: Record<string, WireSample> = {}
    for (const [wire, { count, last, unit }] of watched.observation.wires) {
      const fresh = count - (watched.reported.get(wire) ?? 0)
      if (fresh === 0) continue
      watched.reported.set(wire, count)
      counts[wire] = fresh
      samples[wire] = { text: sampleText(last?.payload), ...(unit !== undefined && { unit }) }
    }
    watched.observation.looked()
    if (Object.keys(counts).length > 0) this.#options.report(flow, { counts, samples })
  }
}
