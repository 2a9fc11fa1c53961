import type { OutboxService, Place, Post } from '#kit/runtime/outbox.ts'
import type { PostTaker } from './house-link.ts'

/** Messages whose posts are counted at the same time. */
const MAX_COUNTED = 10_000

/**
 * Counts what a node posts for a message. Where the message runs again it is counted from 0 again, and by that the
 * outbox knows the posts that it has: in another thread, or in this one where `begins` has said so.
 */
export class CountedPosts implements OutboxService {
  readonly #taker: PostTaker
  /** By message, the one that posted last at the end; and by node and whether it is repeated. */
  readonly #counts = new Map<string, Map<string, number>>()

  constructor(taker: PostTaker) {
    this.#taker = taker
  }

  /** A message begins its way through its flow, perhaps not for the first time. */
  begins(message: string): void {
    this.#counts.delete(message)
  }

  post(sender: Place, post: Post): Promise<void> {
    const { id, repeated = false } = post.cause
    const name = `${sender.flow}/${sender.node}/${repeated}`
    const counts = this.#counts.get(id) ?? new Map<string, number>()
    const index = counts.get(name) ?? 0
    counts.set(name, index + 1)
    this.#counts.delete(id)
    this.#counts.set(id, counts)
    if (this.#counts.size > MAX_COUNTED) this.#counts.delete(this.#counts.keys().next().value ?? '')
    // the rest of the message stays here: the outbox does not need it
    return this.#taker.post(sender, { ...post, cause: { id, payload: undefined, repeated } }, index)
  }
}
