import type { MqttPacket, QoS } from '#kit/mqtt.ts'
import { copyPart } from '#server/copy-part.ts'
import { isRepeated, isRetained, qosOf } from './protocol.ts'

/** Stands in text for what is not UTF-8. */
const REPLACEMENT = '\ufffd'
const BYTE_ORDER_MARK = 0xfeff

/**
 * A packet whose payload lies in the ring, where it is borrowed until `own` or `release`. Most payloads are read as text
 * once, right there: a copy first would cost as much as reading it.
 */
export class RingPacket implements MqttPacket {
  readonly topic: string
  readonly qos: QoS
  readonly retain: boolean
  readonly id: string | undefined
  readonly isRepeated: true | undefined
  #bytes: Buffer | undefined
  readonly #start: number
  readonly #end: number
  #copy: Buffer | undefined

  constructor(
    flags: number,
    topic: string,
    id: string | undefined,
    bytes: Buffer,
    start: number,
    end: number,
  ) {
    this.topic = topic
    this.qos = qosOf(flags)
    this.retain = isRetained(flags)
    this.id = id
    this.isRepeated = isRepeated(flags) || undefined
    this.#bytes = bytes
    this.#start = start
    this.#end = end
  }

  /** Throws where it was not read in time. */
  get payload(): Uint8Array {
    this.#copy ??= copyPart(this.#lent(), this.#start, this.#end)
    return this.#copy
  }

  get text(): string | undefined {
    if (this.#bytes === undefined) return undefined
    const text = this.#bytes.toString('utf8', this.#start, this.#end)
    return text.charCodeAt(0) === BYTE_ORDER_MARK || text.includes(REPLACEMENT) ? undefined : text
  }

  /** Somebody may read it later. */
  own(): void {
    this.#copy ??= copyPart(this.#lent(), this.#start, this.#end)
    this.#bytes = undefined
  }

  /** The ring has its bytes back. */
  release(): void {
    this.#bytes = undefined
  }

  #lent(): Buffer {
    if (this.#bytes) return this.#bytes
    throw new Error(`The payload of a message on "${this.topic}" was asked for after it had been settled.`)
  }
}
