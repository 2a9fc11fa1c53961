import type { Failure, Handler, Settlement } from '#kit/runtime/implement-node.ts'

/** Failures of one flow that its error handlers may work on at once: as many as messages that it may have in its hands. */
const MAX_UNDER_WAY = 1_000

/**
 * The messages by which a flow's error handlers tell of failures. One that fails itself is not told
 * again: else a flow would tell Telegram for ever that Telegram is away, a little more often each time.
 */
export class ErrorReports {
  /** Wires on which a report is under way, by its message's id. */
  #reports: Map<string, number> | undefined
  #underWay = 0

  /** Whether the error handlers should hear of this failure. */
  mayTell({ cause }: Failure): boolean {
    return this.#underWay < MAX_UNDER_WAY && !(cause && this.#reports?.has(cause.id))
  }

  /** Counts a failure that is being handled until that has settled. */
  count(handle: () => Settlement): Settlement {
    this.#underWay++
    return afterwards(handle, () => {
      this.#underWay--
    })
  }

  /** Wraps a wire that leads out of an error handler: what it carries is a report until it has settled. */
  carry(deliver: Handler): Handler {
    this.#reports ??= new Map()
    const reports = this.#reports
    return (message) => {
      const { id } = message
      reports.set(id, (reports.get(id) ?? 0) + 1)
      return afterwards(
        () => deliver(message),
        () => arrived(reports, id),
      )
    }
  }
}

function arrived(reports: Map<string, number>, id: string): void {
  const left = (reports.get(id) ?? 1) - 1
  if (left > 0) reports.set(id, left)
  else reports.delete(id)
}

/** Calls `then` when the work has settled, however it has. */
function afterwards(work: () => Settlement, then: () => void): Settlement {
  let settlement: Settlement
  try {
    settlement = work()
  } catch (error) {
    then()
    throw error
  }
  if (settlement) return settlement.finally(then)
  then()
}
