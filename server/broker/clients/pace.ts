import type { Clock } from '#kit/runtime/clock.ts'
import type { BrokerLimits } from '../limits.ts'
import { Allowance } from './allowance.ts'
import type { Carried } from './carried.ts'

type Rates = Pick<BrokerLimits, 'messagesPerSecond' | 'bytesPerSecond'>

export interface PaceOptions {
  /** They may change. */
  readonly limits: Rates
  readonly clock: Clock
  /** Keeps the client from being read. */
  readonly hold: () => Disposable
  /** It sends too fast: called when it is held, and each second for as long as it is. */
  readonly onHeld: () => void
}

/** Milliseconds after which a client that is held is looked at again, at the latest. */
const STEP_MS = 1_000

/**
 * Lets a client send as fast as it may. One that sends faster is read less often: TCP slows it down, and nothing is
 * lost, whatever the QoS. What it sends within ten seconds may come at once.
 */
export class Pace {
  readonly #options: PaceOptions
  readonly #messages: Allowance
  readonly #bytes: Allowance
  #messagesBefore = 0
  #bytesBefore = 0
  #isHeld = false

  constructor(options: PaceOptions) {
    const { limits, clock } = options
    this.#options = options
    this.#messages = new Allowance(() => limits.messagesPerSecond, clock)
    this.#bytes = new Allowance(() => limits.bytesPerSecond, clock)
  }

  /** Takes note of what the client has sent so far. */
  spend({ messagesIn, bytesIn }: Carried): void {
    this.#messages.spend(messagesIn - this.#messagesBefore)
    this.#bytes.spend(bytesIn - this.#bytesBefore)
    this.#messagesBefore = messagesIn
    this.#bytesBefore = bytesIn
    if (!this.#isHeld && this.#waitMs > 0) this.#holdOn()
  }

  get #waitMs(): number {
    return Math.max(this.#messages.waitMs, this.#bytes.waitMs)
  }

  #holdOn(): void {
    const hold = this.#options.hold()
    this.#isHeld = true
    const look = (): void => {
      const waitMs = this.#waitMs
      if (waitMs > 0) {
        this.#options.onHeld()
        this.#options.clock.after(Math.min(waitMs, STEP_MS), look)
        return
      }
      this.#isHeld = false
      hold[Symbol.dispose]()
    }
    look()
  }
}
