/** Between two looks at who is at work. */
export const TICK_MS = 25
/** A run that does not work, but waits for what never comes, is ended after this many times its time. */
const PATIENCE = 60

/** What processors have done, in milliseconds. */
export interface ProcessorTimes {
  /** For the thread; it answers once it is between two steps of the engine. Missing where Node cannot say (before 24.6). */
  ofThread(): Promise<number> | undefined
  /** For all threads of the process together: never less than for one of them. */
  ofProcess(): number
}

/** How long one run has gone on. */
export interface RunTimes {
  /** What the processor has done for it, whatever others on the machine have taken; 0: it has only begun. */
  readonly workedMs: number
  /** By the clock. */
  readonly sinceMs: number
}

/**
 * Measures one run of one node, by a look each `TICK_MS`. On a machine that is busy, long by the clock does not mean
 * stuck: what counts is what the thread has worked, and while it does not answer, what the process has at most.
 */
export class RunTime {
  readonly #times: ProcessorTimes
  #looks = 0
  #processBefore = 0
  /** What the thread had worked when it first answered, and when it last did. */
  #thread: { readonly first: number; readonly last: number } | undefined
  #question: object | undefined

  constructor(times: ProcessorTimes) {
    this.#times = times
  }

  /** Another run. */
  restart(): void {
    this.#looks = 0
    this.#thread = undefined
    this.#question = undefined
  }

  look(): RunTimes {
    if (this.#looks++ === 0) this.#processBefore = this.#times.ofProcess()
    const sinceMs = this.#looks * TICK_MS
    const workedMs = Math.min(sinceMs, this.#workedMs + TICK_MS)
    if (this.#question === undefined) this.#ask()
    return { workedMs, sinceMs }
  }

  get #workedMs(): number {
    const isSilent = this.#question !== undefined || this.#thread === undefined
    if (isSilent) return this.#times.ofProcess() - this.#processBefore
    return (this.#thread?.last ?? 0) - (this.#thread?.first ?? 0)
  }

  #ask(): void {
    const question = {}
    this.#question = question
    this.#times.ofThread()?.then(
      (last) => {
        if (this.#question !== question) return
        this.#question = undefined
        this.#thread = { first: this.#thread?.first ?? last, last }
      },
      () => {}, // the thread has ended
    )
  }
}

/** Whether a run is to be ended that may work for so long. */
export const isStuck = ({ workedMs, sinceMs }: RunTimes, stuckMs: number): boolean =>
  workedMs >= stuckMs || sinceMs >= PATIENCE * stuckMs
