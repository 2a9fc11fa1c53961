interface Entry {
  isSettled: boolean
  error: unknown
  readonly admit: () => void
  readonly refuse: (error: unknown) => void
}

/** Up to this many are done before the array behind is cut. */
const CUT_AT = 1_000

/**
 * The QoS 1 and 2 messages of one client that wait to be taken, by the flows or the disk. They are
 * admitted in the order in which they came, so that this is also the order of the acknowledgements
 * (MQTT 3.1.1, section 4.6).
 */
export class AdmissionQueue {
  #entries: Entry[] = []
  #first = 0

  /** Calls `admit`, now or once `taken` has resolved and all that came before is through. */
  add(taken: Promise<void> | undefined, admit: () => void, refuse: (error: unknown) => void): void {
    if (taken === undefined && this.#entries.length === 0) {
      admit()
      return
    }
    const entry: Entry = { isSettled: taken === undefined, error: undefined, admit, refuse }
    this.#entries.push(entry)
    taken?.then(
      () => this.#settle(entry),
      (error: unknown) => this.#settle(entry, error ?? new Error('not taken')),
    )
  }

  /** As `add`, for who waits with a promise; answers nothing if nothing needs to be waited for. */
  admission(taken: Promise<void> | undefined): Promise<void> | undefined {
    if (taken === undefined && this.#entries.length === 0) return undefined
    return new Promise((resolve, reject) => this.add(taken, resolve, reject))
  }

  #settle(entry: Entry, error?: unknown): void {
    entry.isSettled = true
    entry.error = error
    for (let head = this.#head; head?.isSettled; head = this.#head) {
      this.#first++
      if (head.error === undefined) head.admit()
      else head.refuse(head.error)
    }
    this.#cut()
  }

  get #head(): Entry | undefined {
    return this.#entries[this.#first]
  }

  #cut(): void {
    if (this.#first < this.#entries.length && this.#first < CUT_AT) return
    this.#entries = this.#entries.slice(this.#first)
    this.#first = 0
  }
}
