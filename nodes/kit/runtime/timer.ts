import type { Timer } from './clock.ts'

type Call = () => void | Promise<void>

/**
 * Makes a timer of a way to schedule: `schedule` gets what to run and answers how to take it back.
 * A failure stands in `done`; whoever does not look at it has chosen not to.
 */
export function plannedCall(schedule: (run: () => void) => () => void, call: Call): Timer {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  done.catch(() => {})
  const unschedule = schedule(() => {
    try {
      const answer = call()
      if (answer) answer.then(resolve, reject)
      else resolve()
    } catch (error) {
      reject(error)
    }
  })
  return {
    done,
    cancel() {
      unschedule()
      resolve()
    },
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
