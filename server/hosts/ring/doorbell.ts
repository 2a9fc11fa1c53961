const AWAKE = 0
const ASLEEP = 1

/** How long a thread keeps looking before it sleeps, in milliseconds: to wake it takes 0.05 to several. */
const LOOKOUT_MS = 0.2
/** A sleep that was over so soon was not worth it. */
const NAP_MS = 2 * LOOKOUT_MS
/** Naps in a row until a thread keeps looking; looking in vain counts four times as much as a nap. */
const NAPS = 8
const MOST_NAPS = 4 * NAPS

/**
 * Wakes one thread, and only when it sleeps: a cell of shared memory that says whether it does.
 *
 * No wake-up is lost. Who rings has first published what there is to see and then looks at the cell; who goes
 * to sleep first writes `ASLEEP` into it and then looks once more for something to see. All four are `Atomics`,
 * so there is one order of them for both threads, and in it either the sleeper's second look comes after the
 * publishing, and it stays awake, or the ringer's look comes after `ASLEEP`, and it rings. A ring between
 * the second look and the wait has changed the cell, so that the wait ends at once ("not-equal"); a ring
 * after it notifies the wait. Who is rung twice, or rung and has seen it himself, wakes once too often,
 * which costs a look.
 *
 * The thread does not block: `Atomics.waitAsync` comes through the event loop, so promises, timers, ports and
 * native work go on in a thread that waits, and the thread can be terminated at any moment.
 *
 * Where news come so fast that a sleep is over at once, the thread keeps looking for a while instead, once in
 * each round of the event loop. It costs processor time, and so it is done only where it has paid lately.
 */
export class Doorbell {
  readonly #cell: Int32Array
  readonly #at: number
  #isClosed = false
  /** More than `NAPS`: it pays to keep looking. */
  #naps = 0

  constructor(cell: Int32Array, at: number) {
    this.#cell = cell
    this.#at = at
  }

  /** To be called from any thread, after that is visible for which one rings. */
  ring(): void {
    if (Atomics.load(this.#cell, this.#at) === AWAKE) return
    if (Atomics.exchange(this.#cell, this.#at, AWAKE) === ASLEEP) Atomics.notify(this.#cell, this.#at)
  }

  /**
   * From now on calls `turn` in this thread: once soon, then when it has answered `true` (after the event loop has
   * had its turn), when `isNews` says so, and when the bell rings.
   */
  listen(turn: () => boolean, isNews: () => boolean): void {
    const wake = (): void => {
      if (this.#isClosed) return
      let isMore = true
      try {
        isMore = turn()
      } finally {
        // A turn that threw was not the last one.
        if (isMore) setImmediate(wake)
        else if (this.#naps > NAPS) this.#lookOut(isNews, wake)
        else this.#rest(isNews, wake)
      }
    }
    setImmediate(wake)
  }

  /** Ends the listening; what waits is let go. */
  close(): void {
    this.#isClosed = true
    this.ring()
  }

  #lookOut(isNews: () => boolean, wake: () => void): void {
    const until = performance.now() + LOOKOUT_MS
    const look = (): void => {
      if (isNews()) {
        this.#naps = Math.min(MOST_NAPS, this.#naps + 1)
        wake()
      } else if (performance.now() < until) setImmediate(look)
      else {
        this.#naps -= 4
        this.#rest(isNews, wake)
      }
    }
    setImmediate(look)
  }

  #rest(isNews: () => boolean, wake: () => void): void {
    if (this.#staysAwake(isNews)) setImmediate(wake)
    else this.#sleep(wake)
  }

  #staysAwake(isNews: () => boolean): boolean {
    Atomics.store(this.#cell, this.#at, ASLEEP)
    if (!isNews()) return false
    Atomics.store(this.#cell, this.#at, AWAKE)
    return true
  }

  #sleep(wake: () => void): void {
    const waiting = Atomics.waitAsync(this.#cell, this.#at, ASLEEP)
    if (!waiting.async) {
      setImmediate(wake)
      return
    }
    const since = performance.now()
    void waiting.value.then(() => {
      const isNap = performance.now() - since < NAP_MS
      this.#naps = isNap ? this.#naps + 1 : Math.max(0, this.#naps - 1)
      wake()
    })
  }
}
