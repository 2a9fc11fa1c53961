import type { Message } from '#kit/message.ts'
import type { Handler, Settlement } from '#kit/runtime/implement-node.ts'
import type { Watch } from './watch.ts'

/** Where the outputs of a node lead. */
export interface Outlets {
  /** What `emit` is. */
  readonly send: (port: string, message: Message) => Settlement
  /** Ports that are not named lead nowhere. `isBlameSure`: whatever fails behind them has been blamed on somebody. */
  lead(outlets: ReadonlyMap<string, Handler>, options: { readonly isBlameSure: boolean }): void
  /** Whether this is how the last message that was sent settles, and its failure would be somebody else's. */
  findsCulprit(settlement: Promise<void>): boolean
}

const nowhere: Handler = () => {}
const none: ReadonlyMap<string, Handler> = new Map()

/**
 * Most nodes have one output: it is found without a look into a table. What each message needs stands in the
 * scope of `send`: with a thousand flows none of it is in the processor's cache, and another object on the way
 * costs as much as the work itself. `worker`: who goes on when a message has been sent; 0 where nobody does.
 */
export function createOutlets(mainPort: string, watch: Watch, worker: number): Outlets {
  let main = nowhere
  let others = none
  let isBlameSure = true
  let last: Promise<void> | undefined
  return {
    send(port, message) {
      const outlet = port === mainPort ? main : others.get(port)
      if (outlet === undefined) return
      try {
        const settlement = outlet(message)
        if (settlement) last = settlement
        return settlement
      } finally {
        if (worker !== 0) watch.at(worker)
      }
    },
    lead(outlets, options) {
      isBlameSure = options.isBlameSure
      main = outlets.get(mainPort) ?? nowhere
      const rest = [...outlets].filter(([port]) => port !== mainPort)
      others = rest.length > 0 ? new Map(rest) : none
    },
    findsCulprit: (settlement) => isBlameSure && settlement === last,
  }
}
