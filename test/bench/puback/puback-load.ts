import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { generate } from 'mqtt-packet'

export interface PubackLoad {
  readonly port: number
  readonly publishers: number
  /** Messages of each that wait for their acknowledgement at any time. */
  readonly inFlight: number
  readonly seconds: number
  /** Each publishes to its topics in turn. */
  readonly topicsOf: (publisher: number) => readonly string[]
}

export interface PubackResult {
  readonly perSecond: number
  /** From the PUBLISH to its PUBACK, in milliseconds. */
  readonly p50: number
  readonly p99: number
}

const PAYLOAD = JSON.stringify({ celsius: 21.5, humidity: 40, battery: 98 })
const PUBACK = 0x40
const CONNACK_BYTES = 4
const PUBACK_BYTES = 4
const MOST_IDS = 1_000

/** Publishes at QoS 1 as fast as the acknowledgements come, and times them. */
export async function loadPuback({ seconds, ...load }: PubackLoad): Promise<PubackResult> {
  const publishers = await Promise.all(
    Array.from({ length: load.publishers }, (_, index) => Publisher.connect(load, index)),
  )
  const begin = performance.now()
  for (const publisher of publishers) publisher.start()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const took = (performance.now() - begin) / 1_000
  const times = publishers.flatMap((publisher) => publisher.end()).sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN
  return { perSecond: times.length / took, p50: at(0.5), p99: at(0.99) }
}

/** One connection: packets encoded beforehand, acknowledgements read as they come. */
class Publisher {
  readonly #socket: Socket
  readonly #packets: readonly Buffer[]
  readonly #inFlight: number
  readonly #sentAt = new Float64Array(MOST_IDS + 1)
  readonly #times: number[] = []
  #next = 0
  #rest: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket, { inFlight, topicsOf }: Omit<PubackLoad, 'seconds'>, index: number) {
    this.#socket = socket
    this.#inFlight = inFlight
    const topics = topicsOf(index)
    this.#packets = Array.from({ length: MOST_IDS }, (_, id) =>
      generate({
        cmd: 'publish',
        topic: topics[id % topics.length] ?? '',
        payload: PAYLOAD,
        qos: 1,
        messageId: id + 1,
        dup: false,
        retain: false,
      }),
    )
  }

  static async connect(load: Omit<PubackLoad, 'seconds'>, index: number): Promise<Publisher> {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
    const hello = generate({ cmd: 'connect', clientId: `puback${index}`, clean: true, keepalive: 0 })
    socket.write(hello)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    if (answer.length !== CONNACK_BYTES || answer[3] !== 0) throw new Error('The broker refuses a publisher.')
    return new Publisher(socket, load, index)
  }

  start(): void {
    this.#socket.on('data', (data: Buffer) => this.#take(data))
    this.#publish(this.#inFlight)
  }

  /** Answers the times of all that were acknowledged, in milliseconds. */
  end(): readonly number[] {
    this.#socket.destroy()
    return this.#times
  }

  #publish(count: number): void {
    const now = performance.now()
    this.#socket.cork()
    for (let sent = 0; sent < count; sent++) {
      this.#sentAt[this.#next + 1] = now
      this.#socket.write(this.#packets[this.#next] ?? '')
      this.#next = (this.#next + 1) % MOST_IDS
    }
    this.#socket.uncork()
  }

  #take(data: Buffer): void {
    const now = performance.now()
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data
    let at = 0
    let count = 0
    for (; at + PUBACK_BYTES <= bytes.length; at += PUBACK_BYTES) {
      if (bytes[at] !== PUBACK) throw new Error('The broker says something else than PUBACK.')
      this.#times.push(now - (this.#sentAt[bytes.readUInt16BE(at + 2)] ?? 0))
      count++
    }
    this.#rest = bytes.subarray(at)
    if (count > 0) this.#publish(count)
  }
}
