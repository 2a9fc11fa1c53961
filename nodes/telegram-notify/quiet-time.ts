import type { Timer } from '#kit/runtime/clock.ts'
import type { NodeContext } from '#kit/runtime/implement-node.ts'

const QUIET_MS = 60 * 60_000

/** What a quiet time ended with. */
export interface QuietEnd {
  readonly held: number
  /** In milliseconds since 1970. */
  readonly until: number
  /** It ended while nobody was here, and may have been told of already. */
  readonly isLate: boolean
}

/** An hour in which a node sends nothing and counts what it would have sent. It lasts over a restart. */
export class QuietTime {
  readonly #context: Pick<NodeContext, 'clock' | 'state' | 'report'>
  readonly #onEnd: (end: QuietEnd) => Promise<void>
  #timer: Timer | undefined

  constructor(
    context: Pick<NodeContext, 'clock' | 'state' | 'report'>,
    onEnd: (end: QuietEnd) => Promise<void>,
  ) {
    this.#context = context
    this.#onEnd = onEnd
  }

  get isOn(): boolean {
    return this.#until !== undefined
  }

  /** Goes on with what was before a restart. */
  resume(): void {
    const until = this.#until
    if (until !== undefined) this.#plan(until, until <= this.#context.clock.now())
  }

  /** From `at` on; a second press within the hour makes it longer. */
  async begin(at: number): Promise<void> {
    const until = Math.max(at + QUIET_MS, this.#until ?? 0)
    if (until <= this.#context.clock.now()) return
    this.#context.state.set('quietUntil', until)
    this.#plan(until, false)
    await this.#context.state.kept()
  }

  /** Resolves when it is on disk that one more was held. */
  async hold(): Promise<void> {
    this.#context.state.set('held', this.#held + 1)
    await this.#context.state.kept()
  }

  #plan(until: number, isLate: boolean): void {
    this.#timer?.cancel()
    this.#timer = this.#context.clock.after(until - this.#context.clock.now(), async () => {
      if (this.#held > 0) await this.#onEnd({ held: this.#held, until, isLate })
      this.#context.state.set('quietUntil', undefined)
      this.#context.state.set('held', undefined)
    })
  }

  get #until(): number | undefined {
    const until = this.#context.state.get('quietUntil')
    return typeof until === 'number' ? until : undefined
  }

  get #held(): number {
    return Number(this.#context.state.get('held') ?? 0)
  }
}
