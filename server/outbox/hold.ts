/** A wait. It ends after its length at the latest, also when the clock is set back meanwhile. */
export class Hold {
  #until = 0
  #ms = 0

  /** Waits from now on; a wait that ends later stands. */
  begin(now: number, ms: number): void {
    if (now + ms <= this.#until) return
    this.#until = now + ms
    this.#ms = ms
  }

  /** Waits no longer than this. */
  shorten(now: number, ms: number): void {
    this.#until = Math.min(this.#until, now + ms)
  }

  end(): void {
    this.#until = 0
  }

  /** Milliseconds that are left; 0 for none. */
  left(now: number): number {
    this.#until = Math.min(this.#until, now + this.#ms)
    return Math.max(0, this.#until - now)
  }
}
