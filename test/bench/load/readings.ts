import { type LoadQoS, publishText } from './packets.ts'

/** What one publisher sends, encoded beforehand: packet after packet in one buffer. */
export interface Readings {
  readonly bytes: Buffer
  /** Where each packet ends. */
  readonly ends: Uint32Array
}

/** Loads number their messages from here on. */
export const FIRST_NUMBER = 1_000_000

export interface ReadingsPlan {
  /** First level of all topics; flows of the same kind share one. */
  readonly lane: string
  readonly qos: LoadQoS
  readonly publishers: number
  /** A multiple of the publishers, so that each sensor stays with one of them and keeps its order. */
  readonly sensors: number
  /** Sensors before it are others' business; 0 if not given. */
  readonly firstSensor?: number
  readonly messages: number
  /** The number of the first message; no number comes twice, so that every message is a change. */
  readonly firstNumber: number
}

export const readingTopic = (lane: string, sensor: number): string => `${lane}/sensors/s${sensor}/temperature`

/** The threshold of the flow lies at 20: each sensor crosses it with every message. */
export const readingPayload = (number: number, isHot: boolean): string =>
  `{"n":${number},"celsius":${isHot ? 23.5 : 18.5}}`

/** Of a fixed header with one byte of length, and what it may announce. */
const LONGEST_PACKET = 2 + 127
const NUMBER_START = '{"n":'.length
const ZERO = 0x30

/** The messages of one publisher are every so-many-th of all: number `publisher`, and so on. */
export function encodeReadings(plan: ReadingsPlan, publisher: number): Readings {
  const { lane, qos, publishers, sensors, firstSensor = 0, messages, firstNumber } = plan
  const count = Math.ceil((messages - publisher) / publishers)
  const ends = new Uint32Array(count)
  const bytes = Buffer.allocUnsafe(count * LONGEST_PACKET)
  let end = 0
  for (let index = 0; index < count; index++) {
    const nth = publisher + index * publishers
    const payload = readingPayload(firstNumber + nth, Math.floor(nth / sensors) % 2 === 1)
    const text = publishText(
      readingTopic(lane, firstSensor + (nth % sensors)),
      payload,
      qos,
      (index % 65_535) + 1,
    )
    end += bytes.write(text, end, 'latin1')
    ends[index] = end
  }
  return { bytes: bytes.subarray(0, end), ends }
}

/** Reads a message's number back from what the flow made of it. Throws if the flow made something else. */
export function readNumber(bytes: Buffer, payloadStart: number, end: number): number {
  let number = 0
  let at = payloadStart + NUMBER_START
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) break
    number = number * 10 + digit
  }
  if (at === payloadStart + NUMBER_START)
    throw new Error(`The flow sent something unexpected: ${bytes.toString('utf8', payloadStart, end)}`)
  return number
}
