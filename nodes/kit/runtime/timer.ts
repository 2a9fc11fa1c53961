import type { Timer } from './clock.ts'

type Call = () => void | Promise<void>

/**
 * Makes a timer of a way to schedule: `schedule` gets what to run and answers how to take it back.
 * A failure stands in `done`; whoever does not look at it has chosen not to.
 */
export function plannedCall(schedule: (run: () => void) => () => void, call: Call): Timer {
  return new PlannedCall(schedule, call)
}

/** Most are never asked for `done`: its promise is made when somebody does. */
class PlannedCall implements Timer {
  readonly #unschedule: () => void
  readonly #call: Call
  #state: 'open' | 'over' | 'failed' = 'open'
  #error: unknown
  #asked: PromiseWithResolvers<void> | undefined

  constructor(schedule: (run: () => void) => () => void, call: Call) {
    this.#call = call
    this.#unschedule = schedule(() => this.#run())
  }

  get done(): Promise<void> {
    if (this.#asked) return this.#asked.promise
    this.#asked = Promise.withResolvers()
    this.#asked.promise.catch(() => {})
    this.#tell()
    return this.#asked.promise
  }

  cancel(): void {
    this.#unschedule()
    this.#end('over')
  }

  #run(): void {
    try {
      const answer = this.#call()
      if (answer)
        answer.then(
          () => this.#end('over'),
          (error) => this.#end('failed', error),
        )
      else this.#end('over')
    } catch (error) {
      this.#end('failed', error)
    }
  }

  #end(state: 'over' | 'failed', error?: unknown): void {
    if (this.#state !== 'open') return
    this.#state = state
    this.#error = error
    this.#tell()
  }

  #tell(): void {
    if (this.#state === 'over') this.#asked?.resolve()
    else if (this.#state === 'failed') this.#asked?.reject(this.#error)
  }
}

/** Repeats a call by planning the next one when the last has settled. Ends when a call fails. */
export function repeatedCall(after: (ms: number, call: Call) => Timer, ms: number, call: Call): Timer {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  done.catch(() => {})
  let isCancelled = false
  let timer: Timer
  const again = (): void => {
    if (isCancelled) return
    timer = after(Math.max(1, ms), call)
    timer.done.then(again, reject)
  }
  again()
  return {
    done,
    cancel() {
      isCancelled = true
      timer.cancel()
      resolve()
    },
  }
}
