import type { MqttClient } from './mqtt-client.ts'
import { frameTypes } from './packets.ts'
import type { Readings } from './readings.ts'

/** One connection that sends its readings, and knows how many of them are still on their way. */
export class Publisher {
  readonly client: MqttClient
  /** Something has come back since the last look. */
  isTouched = false
  readonly #readings: Readings
  readonly #waitsForAcknowledgement: boolean
  #sent = 0
  #acknowledged = 0
  /** Messages that came out of the flow. */
  #returned = 0

  constructor(client: MqttClient, readings: Readings, qos: 0 | 1) {
    this.client = client
    this.#readings = readings
    this.#waitsForAcknowledgement = qos === 1
    client.onFrame = (firstByte) => {
      if (firstByte >> 4 === frameTypes.puback) this.#acknowledged++
    }
  }

  /** Messages sent that have not come out of the flow, or have not been acknowledged. */
  get inFlight(): number {
    const settled = this.#waitsForAcknowledgement
      ? Math.min(this.#returned, this.#acknowledged)
      : this.#returned
    return this.#sent - settled
  }

  get unacknowledged(): number {
    return this.#waitsForAcknowledgement ? this.#sent - this.#acknowledged : 0
  }

  get sent(): number {
    return this.#sent
  }

  get left(): number {
    return this.#readings.ends.length - this.#sent
  }

  countReturn(): void {
    this.#returned++
    this.isTouched = true
  }

  /** Sends the next `count` in one write. */
  send(count: number): void {
    const { bytes, ends } = this.#readings
    const from = ends[this.#sent - 1] ?? 0
    this.#sent += count
    this.client.socket.write(bytes.subarray(from, ends[this.#sent - 1] ?? from))
  }
}
