import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { OutboxStore } from '../store/outbox-store.ts'
import { nothingUnsaved, type WaitingPost } from './waiting-post.ts'

/** Milliseconds after which a disk that has refused is asked again. */
const AGAIN_MS = 1_000

export interface LedgerOptions {
  readonly store: Pick<OutboxStore, 'save'>
  readonly clock: Clock
  /** The disk refuses, or takes everything again. */
  readonly onChange: (problem: Error | undefined) => void
}

/** Brings posts to the disk as they are, and again for as long as it refuses them: a full disk is freed one day. */
export class Ledger implements AsyncDisposable {
  readonly #options: LedgerOptions
  readonly #owed = new Set<WaitingPost>()
  #problem: Error | undefined
  #again: Timer | undefined
  #isClosed = false

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  /** Why the disk took nothing the last time. */
  get problem(): Error | undefined {
    return this.#problem
  }

  /** Posts that the disk has refused. */
  get owed(): ReadonlySet<WaitingPost> {
    return this.#owed
  }

  /** Resolves when a post as it is now is on disk, however long that takes; rejects when the house closes before. */
  safe(post: WaitingPost): Promise<void> {
    const waiting = Promise.withResolvers<void>()
    waiting.promise.catch(() => {}) // told to who still waits for it
    post.unsaved = { ...post.unsaved, waiting: [...post.unsaved.waiting, waiting] }
    return waiting.promise
  }

  /** Writes a post as it is now. Answers whether it is on disk; if not, it is tried again until it is. */
  async save(post: WaitingPost): Promise<boolean> {
    try {
      await this.#write(post)
      return true
    } catch (error) {
      this.#owed.add(post)
      this.#noticed(error instanceof Error ? error : new Error(String(error)))
      if (!this.#isClosed) this.#again ??= this.#options.clock.after(AGAIN_MS, () => this.#tryAgain())
      return false
    }
  }

  /** The disk need not know of it. */
  forget(post: WaitingPost): void {
    this.#owed.delete(post)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#again?.cancel()
    await Promise.all([...this.#owed].map((post) => this.save(post)))
    for (const { unsaved } of this.#owed) for (const { reject } of unsaved.waiting) reject(this.#problem)
  }

  async #write(post: WaitingPost): Promise<void> {
    const { row, body, dropsBody, unsaved } = post
    const { folded, news, waiting } = unsaved
    post.unsaved = nothingUnsaved
    try {
      await this.#options.store.save({
        row: { ...row },
        ...(dropsBody ? { dropsBody } : { body }),
        folded,
        news,
      })
    } catch (error) {
      const { unsaved: since } = post
      post.unsaved = {
        folded: [...folded, ...since.folded],
        news: [...news, ...since.news],
        waiting: [...waiting, ...since.waiting],
      }
      throw error
    }
    if (post.body === body) post.body = undefined
    this.#owed.delete(post)
    if (this.#owed.size === 0) this.#noticed(undefined)
    for (const { resolve } of waiting) resolve()
  }

  /** One first: a disk that is still full need not refuse a thousand. */
  async #tryAgain(): Promise<void> {
    this.#again = undefined
    const [first, ...rest] = this.#owed
    if (first && (await this.save(first))) await Promise.all(rest.map((post) => this.save(post)))
  }

  #noticed(problem: Error | undefined): void {
    const isNew = (this.#problem === undefined) !== (problem === undefined)
    this.#problem = problem
    if (isNew) this.#options.onChange(problem)
  }
}
