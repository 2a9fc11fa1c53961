import type { Duplex } from 'node:stream'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Origin } from '../client-stream.ts'
import { Allowance } from './allowance.ts'

interface Guest {
  readonly socket: Duplex
  readonly origin: Origin
  readonly open: () => void
}

/**
 * Where connections from the network wait when too many come at once. Each costs a password to be checked: after a
 * broken network they come in one after the other, and nobody is turned away.
 */
export class WaitingRoom implements Disposable {
  readonly #allowance: Allowance
  readonly #clock: Clock
  readonly #guests: Guest[] = []
  #timer: Timer | undefined

  /** How many may come in within a second; it may change, and 0 is no limit. */
  constructor(perSecond: () => number, clock: Clock) {
    this.#allowance = new Allowance(perSecond, clock)
    this.#clock = clock
  }

  get size(): number {
    return this.#guests.length
  }

  from(address: string): number {
    return this.#guests.filter(({ origin }) => origin.address === address).length
  }

  /** Opens it now or when it is its turn. Answers whether it has to wait. */
  enter(socket: Duplex, origin: Origin, open: () => void): boolean {
    if (origin.isLocal || (this.#guests.length === 0 && this.#allowance.waitMs === 0)) {
      if (!origin.isLocal) this.#allowance.spend(1)
      open()
      return false
    }
    socket.on('error', () => {}) // who waits may go away
    this.#guests.push({ socket, origin, open })
    this.#plan()
    return true
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    for (const { socket } of this.#guests.splice(0)) socket.destroy()
  }

  #plan(): void {
    this.#timer ??= this.#clock.after(Math.max(1, this.#allowance.waitMs), () => {
      this.#timer = undefined
      this.#letIn()
    })
  }

  #letIn(): void {
    while (this.#guests.length > 0 && this.#allowance.waitMs === 0) {
      const guest = this.#guests.shift()
      if (guest === undefined || guest.socket.destroyed) continue
      this.#allowance.spend(1)
      guest.open()
    }
    if (this.#guests.length > 0) this.#plan()
  }
}
