import type { Clock, Timer } from './clock.ts'

/** Something that is due at a time, which may change. */
export interface Due {
  /** Milliseconds since 1970; `undefined`: not by itself. */
  dueAt: number | undefined
  /** Among those that are due at once, the lowest comes first. */
  order: number
  /** The list's own: when it looks at this one. */
  lookAt: number | undefined
}

interface Look<Item> {
  readonly at: number
  readonly order: number
  readonly due: Item
}

/** Longest wait, in milliseconds, before the clock is looked at: on a Pi it jumps when the network comes. */
const LOOK_EVERY_MS = 60_000
/** What a timer is never late, in milliseconds: then the clock has been set. */
const JUMP_MS = 30_000
/** How many may go before others have their turn. */
const TURN = 100

/** Calls for each when it is due, in order, with one timer for all. Moving one to a later time costs next to nothing. */
export class DueList<Item extends Due> implements Disposable {
  readonly #clock: Clock
  readonly #call: (item: Item) => void
  readonly #onJump: (ms: number) => void
  /** Sorted, from `#first` on. Those whose `lookAt` is another by now do not count. */
  #looks: Look<Item>[] = []
  #first = 0
  #timer: Timer | undefined
  #timerAt = Number.POSITIVE_INFINITY

  /** `onJump`: the clock was set, by so many milliseconds; called before anybody is. */
  constructor(clock: Clock, call: (item: Item) => void, onJump: (ms: number) => void) {
    this.#clock = clock
    this.#call = call
    this.#onJump = onJump
  }

  /** Takes an item in, or notes that its time has changed. */
  plan(item: Item): void {
    const { dueAt, lookAt } = item
    if (dueAt === undefined || (lookAt !== undefined && lookAt <= dueAt)) return
    item.lookAt = dueAt
    this.#insert({ at: dueAt, order: item.order, due: item })
    this.#arm()
  }

  forget(item: Item): void {
    item.lookAt = undefined
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    for (const { due } of this.#looks.splice(0)) due.lookAt = undefined
    this.#first = 0
  }

  #insert(look: Look<Item>): void {
    let low = this.#first
    let high = this.#looks.length
    const last = this.#looks.at(-1)
    if (!last || !isBefore(look, last)) low = high // by far most are the last
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#looks[middle]
      if (other && isBefore(look, other)) high = middle
      else low = middle + 1
    }
    this.#looks.splice(low, 0, look)
  }

  #arm(): void {
    const next = this.#looks[this.#first]
    if (!next || this.#timerAt <= next.at) return
    this.#timer?.cancel()
    const now = this.#clock.now()
    const ms = Math.max(0, Math.min(next.at - now, LOOK_EVERY_MS))
    this.#timerAt = now + ms
    this.#timer = this.#clock.after(ms, () => this.#look())
  }

  #look(): void {
    const now = this.#clock.now()
    const late = now - this.#timerAt
    this.#timerAt = Number.POSITIVE_INFINITY
    if (Math.abs(late) > JUMP_MS) this.#onJump(late)
    for (let count = 0; count < TURN; count++) {
      const next = this.#looks[this.#first]
      if (!next || next.at > now) break
      this.#take(next, now)
    }
    this.#arm()
  }

  #take({ at, order, due }: Look<Item>, now: number): void {
    this.#first += 1
    if (this.#first * 2 > this.#looks.length) {
      this.#looks = this.#looks.slice(this.#first)
      this.#first = 0
    }
    if (due.lookAt !== at) return
    due.lookAt = undefined
    if (due.dueAt !== undefined && due.dueAt <= now && due.order === order) this.#call(due)
    else this.plan(due)
  }
}

const isBefore = (one: Look<Due>, other: Look<Due>): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)
