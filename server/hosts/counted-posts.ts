import type { OutboxService, Place, Post } from '#kit/runtime/outbox.ts'
import type { PostTaker } from './house-link.ts'

/** Messages whose posts are counted at the same time. */
const MAX_COUNTED = 10_000

/**
 * Counts what a node posts for a message. A thread that runs the message again counts from 0 again, and by that
 * the outbox knows the posts that it has; a message that failed and runs again in the same thread is counted apart.
 */
export class CountedPosts implements OutboxService {
  readonly #taker: PostTaker
  /** By node and message, the one that posted last at the end. */
  readonly #counts = new Map<string, number>()

  constructor(taker: PostTaker) {
    this.#taker = taker
  }

  post(sender: Place, post: Post): Promise<void> {
    const { id, repeated = false } = post.cause
    const name = `${sender.flow}/${sender.node}/${id}/${repeated}`
    const index = this.#counts.get(name) ?? 0
    this.#counts.delete(name)
    this.#counts.set(name, index + 1)
    if (this.#counts.size > MAX_COUNTED) this.#counts.delete(this.#counts.keys().next().value ?? '')
    // the rest of the message stays here: the outbox does not need it
    return this.#taker.post(sender, { ...post, cause: { id, payload: undefined, repeated } }, index)
  }
}
