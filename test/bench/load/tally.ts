import { percentile } from '../report/statistics.ts'

/** What became of each message of a load, by its number from 0 on. Times are milliseconds of one clock. */
export class Tally {
  readonly #sentAt: Float64Array
  readonly #hasCome: Uint8Array
  readonly #latencies: Float64Array
  /** How late messages with a fixed time were sent. */
  readonly #lateness: Float64Array
  #sent = 0
  #received = 0
  #duplicates = 0
  #timed = 0

  constructor(messages: number) {
    this.#sentAt = new Float64Array(messages)
    this.#hasCome = new Uint8Array(messages)
    this.#latencies = new Float64Array(messages)
    this.#lateness = new Float64Array(messages)
  }

  get received(): number {
    return this.#received
  }

  send(nth: number, now: number): void {
    this.#sent++
    if (this.#sentAt[nth] === 0) this.#sentAt[nth] = now
  }

  /** The message cannot be sent although it is due: the system under test has too many in its hands. */
  holdBack(nth: number, dueAt: number): void {
    this.#sentAt[nth] = dueAt
  }

  late(ms: number): void {
    this.#lateness[this.#timed++] = ms
  }

  /** `false`: it has come before. */
  receive(nth: number, now: number): boolean {
    if (this.#hasCome[nth] !== 0) {
      this.#duplicates++
      return false
    }
    this.#hasCome[nth] = 1
    this.#latencies[this.#received++] = now - (this.#sentAt[nth] ?? 0)
    return true
  }

  result() {
    const latencies = this.#latencies.subarray(0, this.#received).sort()
    return {
      sent: this.#sent,
      lost: this.#sent - this.#received,
      duplicates: this.#duplicates,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      lateP99: percentile(this.#lateness.subarray(0, this.#timed).sort(), 0.99),
    }
  }
}
