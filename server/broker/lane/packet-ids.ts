import type { AedesClient } from '../aedes.ts'

/** The lane numbers what it sends to a client from here to 65,535, aedes from 1 to the one before. */
const FIRST = 0x8000
const LAST = 0xffff
/** Unacknowledged messages of a client from which on its publishers wait. The other half is for what was taken before. */
const WINDOW = (LAST - FIRST + 1) / 2

/** The packet ids of QoS 1 messages that a client has got from the lane and not acknowledged. */
export class PacketIds {
  readonly #inFlight = new Set<number>()
  #next = FIRST
  #wakes: (() => void)[] = []

  get hasRoom(): boolean {
    return this.#inFlight.size < WINDOW
  }

  /** Resolves when the client has acknowledged enough, or is gone. */
  room(): Promise<void> {
    return new Promise((resolve) => this.#wakes.push(resolve))
  }

  /** An id that is not in use, if there is one. */
  take(): number | undefined {
    if (this.#inFlight.size > LAST - FIRST) return undefined
    while (this.#inFlight.has(this.#next)) this.#next = following(this.#next)
    const id = this.#next
    this.#next = following(id)
    this.#inFlight.add(id)
    return id
  }

  release(id: number): void {
    if (this.#inFlight.delete(id) && this.hasRoom) this.#wake()
  }

  clear(): void {
    this.#inFlight.clear()
    this.#wake()
  }

  #wake(): void {
    if (this.#wakes.length === 0) return
    for (const wake of this.#wakes.splice(0)) wake()
  }
}

const following = (id: number): number => (id === LAST ? FIRST : id + 1)

/** Keeps aedes to its own part of the ids, so that one never stands for two messages on their way to a client. */
export function keepIdsApart(client: AedesClient): void {
  let next = within(client._nextId)
  Object.defineProperty(client, '_nextId', {
    get: () => next,
    set: (id: number) => {
      next = within(id)
    },
  })
}

const within = (id: number): number => (id < 1 || id >= FIRST ? 1 : id)
