import { hash } from 'node:crypto'
import type { Message } from '../message.ts'
import type { NodeContext } from './implement-node.ts'
import { sumOf } from './sum-of.ts'

/** Messages of which a node knows how often it has held them. */
const MOST_KNOWN = 1_000
const YOUNGEST = 'held.youngest'
/** Messages that the inbox keeps are called by their number in it, in base 36. */
const KEPT_ID = /^k([0-9a-z]{1,11})(?:~|$)/

/**
 * What is held leaves as `source~end`, and this makes the ends.
 *
 * A message that the inbox keeps runs again after a crash, and what it has sent before is recognised by its id. So the
 * end follows from what came in, not from the state of the node: that is on disk a second later, and what was held in
 * that second is held anew. It is a sum over the node, the port, the message, and how many equal ones it has held; in
 * which order different ones come does not matter. A message that takes the place of another has its own.
 *
 * No two messages of a node leave under one id. Of equal ones, each may have the other's: only their number counts.
 * One that runs again is held only where the node knows none that equals it, so it is the first again. The counts of
 * the oldest are forgotten, and a restart forgets them all. Numbers of the inbox rise: what is younger than all that
 * is forgotten was never held, and of the rest nobody can say, so that it leaves under a number of the clock.
 */
export class ReleaseIds {
  readonly #place: string
  readonly #state: NodeContext['state']
  /** By message, the one that was held first at the beginning. */
  readonly #counts = new Map<string, { readonly inbox: number; held: number }>()
  /** The youngest that was held, by its number in the inbox. */
  #youngest = 0
  /** The youngest of those that are forgotten. */
  #forgotten = 0

  constructor({ flow, node, state }: Pick<NodeContext, 'flow' | 'node' | 'state'>) {
    this.#place = `${flow}/${node}`
    this.#state = state
  }

  /** Goes on after what the process before has held. */
  load(): void {
    this.#youngest = Number(this.#state.get(YOUNGEST) ?? 0)
    this.#forgotten = this.#youngest
  }

  /** The end for a message; `undefined` where it would not come out the same again, or another may have it. */
  endOf(message: Message, port: string): string | undefined {
    const { id, repeated } = message
    const [, digits] = KEPT_ID.exec(id) ?? []
    const sum = digits && sumOf(message)
    if (!digits || !sum) return undefined
    const inbox = Number.parseInt(digits, 36)
    const name = `${this.#place}/${port} ${id} ${sum}`
    const known = this.#counts.get(name)
    if (!known && repeated !== true && inbox <= this.#forgotten) return undefined
    this.#seen(inbox)
    const before = repeated === true ? 0 : (known?.held ?? 0)
    if (!known) this.#add(name, inbox)
    else if (repeated !== true) known.held++
    return hash('sha1', `${name} ${before}`, 'hex').slice(0, 16)
  }

  #seen(inbox: number): void {
    if (inbox <= this.#youngest) return
    this.#youngest = inbox
    this.#state.set(YOUNGEST, inbox)
  }

  #add(name: string, inbox: number): void {
    this.#counts.set(name, { inbox, held: 1 })
    if (this.#counts.size <= MOST_KNOWN) return
    const [oldest] = this.#counts
    if (!oldest) return
    this.#counts.delete(oldest[0])
    this.#forgotten = Math.max(this.#forgotten, oldest[1].inbox)
  }
}
