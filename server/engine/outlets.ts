import type { Message } from '#kit/message.ts'
import type { Handler, Settlement } from '#kit/runtime/implement-node.ts'

const nowhere: Handler = () => {}
const none: ReadonlyMap<string, Handler> = new Map()

/** Where the outputs of a node lead. Most nodes have one output: it is found without a look into a table. */
export class Outlets {
  readonly #mainPort: string
  #main: Handler = nowhere
  #others: ReadonlyMap<string, Handler> = none
  #isBlameSure = true
  #last: Promise<void> | undefined

  constructor(mainPort: string) {
    this.#mainPort = mainPort
  }

  /** Ports that are not named lead nowhere. `isBlameSure`: whatever fails behind them has been blamed on somebody. */
  lead(outlets: ReadonlyMap<string, Handler>, { isBlameSure }: { readonly isBlameSure: boolean }): void {
    this.#isBlameSure = isBlameSure
    this.#main = outlets.get(this.#mainPort) ?? nowhere
    const others = [...outlets].filter(([port]) => port !== this.#mainPort)
    this.#others = others.length > 0 ? new Map(others) : none
  }

  send(port: string, message: Message): Settlement {
    const outlet = port === this.#mainPort ? this.#main : this.#others.get(port)
    if (outlet === undefined) return
    const settlement = outlet(message)
    if (settlement) this.#last = settlement
    return settlement
  }

  /** Whether this is how the last message that was sent settles, and its failure would be somebody else's. */
  findsCulprit(settlement: Promise<void>): boolean {
    return this.#isBlameSure && settlement === this.#last
  }
}
