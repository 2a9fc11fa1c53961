import type { Handler } from '#kit/runtime/implement-node.ts'
import { copyMessage } from './copy-message.ts'
import type { NodeHealth } from './node-health.ts'
import type { Outlets } from './outlets.ts'
import type { Watch } from './watch.ts'

/** What an input is to a wire. */
export interface Inlet {
  readonly receive: Handler
  /** For messages that nobody else holds: saves the copy that user code would get of others. */
  readonly receiveOwn: Handler
}

/** The node behind an input, as far as each message has to do with it. */
interface Receiver {
  readonly writesMessages: boolean
  readonly health: NodeHealth
  readonly outlets: Outlets
  readonly counts: { messages: number }
  readonly watch: Watch
  readonly worker: number
}

export function inletOf(handle: Handler, receiver: Receiver): Inlet {
  const receiveOwn = receiving(handle, receiver)
  if (!receiver.writesMessages) return { receive: receiveOwn, receiveOwn }
  return { receive: receiving((message) => handle(copyMessage(message)), receiver), receiveOwn }
}

/** Wraps an input's handler: a failure is blamed on its node and led to where failures go. */
const receiving =
  (handle: Handler, { health, outlets, counts, watch, worker }: Receiver): Handler =>
  (message) => {
    watch.at(worker)
    counts.messages += 1
    try {
      const settlement = handle(message)
      if (!settlement) {
        if (health.isFailing) health.succeeded()
        return
      }
      // What came from `emit` has found its culprit, should it fail: nothing to add.
      if (!health.isFailing && outlets.findsCulprit(settlement)) return settlement
      return settlement.then(health.succeeded, (error) => health.failed(error, message))
    } catch (error) {
      return health.failed(error, message)
    }
  }
