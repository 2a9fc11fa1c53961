import type { FlowObserver } from './observer.ts'

/** Several who look at the same flow, each in a name of its own: the engine knows one for each flow. */
export class Lookers {
  readonly #observe: (flow: string, observer: FlowObserver | undefined) => void
  readonly #flows = new Map<string, Map<object, FlowObserver>>()

  constructor(observe: (flow: string, observer: FlowObserver | undefined) => void) {
    this.#observe = observe
  }

  /** Looks at a flow in somebody's name, in place of who did so before, or no more. */
  look(flow: string, name: object, observer: FlowObserver | undefined): void {
    const lookers = this.#flows.get(flow) ?? new Map<object, FlowObserver>()
    if (observer) lookers.set(name, observer)
    else lookers.delete(name)
    if (lookers.size > 0) this.#flows.set(flow, lookers)
    else this.#flows.delete(flow)
    this.#observe(flow, together([...lookers.values()]))
  }
}

/** Asks of each hop only what one of them wants to know. */
function together(observers: readonly FlowObserver[]): FlowObserver | undefined {
  if (observers.length < 2) return observers[0]
  const wants = (what: keyof FlowObserver): boolean => observers.some((observer) => observer[what])
  return {
    ...(observers.every(({ isBrief }) => isBrief) && { isBrief: true }),
    wire(wire, from, isOwn) {
      const calls = observers.flatMap((observer) => observer.wire?.(wire, from, isOwn) ?? [])
      return calls.length < 2 ? calls[0] : (message) => calls.forEach((call) => void call(message))
    },
    ...(wants('portPassed') && {
      portPassed(node, port, message) {
        for (const observer of observers) observer.portPassed?.(node, port, message)
      },
    }),
    ...(wants('nodeFailed') && {
      nodeFailed(failure) {
        for (const observer of observers) observer.nodeFailed?.(failure)
      },
    }),
  }
}
