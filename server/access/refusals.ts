import type { Clock } from '#kit/runtime/clock.ts'
import type { Refusal } from './access-control.ts'

const MAX_KEPT = 500
/** The same again within this time counts up what stands in the list. */
const SAME_MS = 60_000
/** Client ids may have 64 KB. */
const MAX_TEXT = 200

/** Who was kept from what, the newest of it: a client that tries again and again stands in it once. */
export class Refusals {
  readonly #clock: Clock
  /** In the order of their last time. */
  readonly #kept = new Map<string, Refusal & { readonly count: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(refusal: Omit<Refusal, 'at' | 'count'>): void {
    const { clientId, user, address, action, topic, code } = refusal
    const key = JSON.stringify([clientId, user, address, action, topic, code])
    const at = this.#clock.now()
    const before = this.#kept.get(key)
    const isSame = before !== undefined && at - before.at < SAME_MS
    this.#kept.delete(key)
    this.#kept.set(key, { ...shortened(refusal), at, count: isSame ? before.count + 1 : 1 })
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size > MAX_KEPT) this.#kept.delete(oldest)
  }

  /** The newest first. */
  list(): readonly Refusal[] {
    return [...this.#kept.values()].reverse()
  }
}

const shortened = <Noted extends Omit<Refusal, 'at' | 'count'>>(refusal: Noted): Noted => ({
  ...refusal,
  clientId: refusal.clientId.slice(0, MAX_TEXT),
  ...(refusal.user !== undefined && { user: refusal.user.slice(0, MAX_TEXT) }),
})
