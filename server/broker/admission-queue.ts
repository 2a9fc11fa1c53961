import { Fifo } from './fifo.ts'
import { Wait } from './wait.ts'

/** A QoS 1 or 2 message of a client that is acknowledged once flows or the disk have taken it. */
export abstract class Admission extends Wait {
  readonly #queue: AdmissionQueue

  constructor(queue: AdmissionQueue) {
    super()
    this.#queue = queue
  }

  /** Called in the order of arrival. */
  abstract admit(): void

  protected override goOn(): void {
    this.#queue.advance()
  }
}

/**
 * The QoS 1 and 2 messages of one client that wait to be taken. They are admitted in the order in which
 * they came, so that this is also the order of the acknowledgements (MQTT 3.1.1, section 4.6).
 */
export class AdmissionQueue {
  readonly #waiting = new Fifo<Admission>()

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Is admitted once it is over and all that came before is through. */
  add(admission: Admission): void {
    this.#waiting.push(admission)
  }

  advance(): void {
    while (this.#waiting.first?.isOver) this.#waiting.shift()?.admit()
  }

  /** For who waits with promises; answers nothing if nothing needs to be waited for. */
  admission(taken: Promise<void> | undefined): Promise<void> | undefined {
    if (taken === undefined && this.isEmpty) return undefined
    return new Promise((resolve, reject) => this.#admitOnce(taken, resolve, reject))
  }

  #admitOnce(taken: Promise<void> | undefined, resolve: () => void, reject: (error: unknown) => void): void {
    const admission = new Promised(this, resolve, reject)
    this.add(admission)
    if (taken === undefined) admission.release()
    else
      taken.then(
        () => admission.release(),
        (error: unknown) => admission.fail(error),
      )
  }
}

class Promised extends Admission {
  readonly #resolve: () => void
  readonly #reject: (error: unknown) => void
  #failure: { readonly error: unknown } | undefined

  constructor(queue: AdmissionQueue, resolve: () => void, reject: (error: unknown) => void) {
    super(queue)
    this.#resolve = resolve
    this.#reject = reject
  }

  fail(error: unknown): void {
    this.#failure = { error }
    this.release()
  }

  override admit(): void {
    if (this.#failure === undefined) this.#resolve()
    else this.#reject(this.#failure.error)
  }
}
