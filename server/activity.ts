import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { FlowObservation } from './engine/flow-observation.ts'
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
  /** Messages on each wire that have been reported. */
  readonly reported: Map<string, number>
  readonly timer: Timer
}

/** Reports what went over each wire of the flows that somebody watches. Costs nothing for the others. */
export class Activity implements Disposable {
  readonly #watched = new Map<string, Watched>()
  readonly #clock: Clock
  readonly #observe: (flow: string, observer: FlowObserver | undefined) => void
  readonly #report: (flow: string, activity: FlowActivity) => void

  constructor(
    clock: Clock,
    observe: (flow: string, observer: FlowObserver | undefined) => void,
    report: (flow: string, activity: FlowActivity) => void,
  ) {
    this.#clock = clock
    this.#observe = observe
    this.#report = report
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

  [Symbol.dispose](): void {
    for (const [flow, watched] of this.#watched) this.#end(flow, watched)
  }

  #begin(flow: string): Watched {
    const watched = {
      watchers: 0,
      observation: new FlowObservation(),
      reported: new Map(),
      timer: this.#clock.every(INTERVAL, () => this.#tick(flow)),
    }
    this.#watched.set(flow, watched)
    this.#observe(flow, watched.observation)
    return watched
  }

  #end(flow: string, { timer }: Watched): void {
    timer.cancel()
    this.#watched.delete(flow)
    this.#observe(flow, undefined)
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
    if (Object.keys(counts).length > 0) this.#report(flow, { counts, samples })
  }
}
