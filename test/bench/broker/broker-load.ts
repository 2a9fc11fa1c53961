import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { generate } from 'mqtt-packet'
import { FrameReader } from '../load/frame-reader.ts'

/** Publishers and subscribers, and nothing but a broker in between. */
export interface BrokerLoad {
  readonly port: number
  readonly qos: 0 | 1 | 2
  /** Each publishes on a topic of its own. */
  readonly publishers: number
  /** Of each topic. */
  readonly subscribersEach: number
  /** Messages of each publisher that not all its subscribers have yet. */
  readonly inFlight: number
  readonly seconds: number
}

export interface BrokerLoadResult {
  /** Messages that subscribers were given, all together. */
  readonly deliveredPerSecond: number
}

const PAYLOAD = Buffer.from(JSON.stringify({ celsius: 21.5, humidity: 40, battery: 98 }))
const MOST_IDS = 10_000
const WARM_UP_MS = 500

/** Publishes as fast as the subscribers are given the messages: nothing can be lost unseen, for then it stands still. */
export async function loadBroker({ seconds, ...load }: BrokerLoad): Promise<BrokerLoadResult> {
  const topics = await Promise.all(
    Array.from({ length: load.publishers }, (_, index) => Topic.open(load, index)),
  )
  for (const topic of topics) topic.start()
  const delivered = (): number => topics.reduce((sum, topic) => sum + topic.delivered, 0)
  await pause(WARM_UP_MS)
  const [from, begin] = [delivered(), performance.now()]
  await pause(seconds * 1_000)
  const result = { deliveredPerSecond: ((delivered() - from) / (performance.now() - begin)) * 1_000 }
  for (const topic of topics) topic.end()
  return result
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** One publisher with its subscribers. */
class Topic {
  delivered = 0
  readonly #publisher: Publisher
  readonly #subscribers: readonly Subscriber[]
  readonly #inFlight: number
  #sent = 0

  private constructor(publisher: Publisher, subscribers: readonly Subscriber[], inFlight: number) {
    this.#publisher = publisher
    this.#subscribers = subscribers
    this.#inFlight = inFlight
    for (const subscriber of subscribers) subscriber.onMessages = (count) => this.#taken(count)
  }

  static async open(load: Omit<BrokerLoad, 'seconds'>, index: number): Promise<Topic> {
    const topic = `bench/broker/${index}`
    const subscribers = await Promise.all(
      Array.from({ length: load.subscribersEach }, (_, number) =>
        Subscriber.open(load, `sub${index}-${number}`, topic),
      ),
    )
    return new Topic(await Publisher.open(load, `pub${index}`, topic), subscribers, load.inFlight)
  }

  start(): void {
    this.#publishMore()
  }

  end(): void {
    for (const client of [this.#publisher, ...this.#subscribers]) client.end()
  }

  #taken(count: number): void {
    this.delivered += count
    this.#publishMore()
  }

  #publishMore(): void {
    const allow = Math.ceil(this.delivered / this.#subscribers.length) + this.#inFlight - this.#sent
    if (allow <= 0) return
    this.#publisher.publish(allow)
    this.#sent += allow
  }
}

/** A connection that answers what the protocol wants answered, once for each chunk that it reads. */
abstract class Client {
  protected readonly socket: Socket
  protected answers: Buffer[] = []
  readonly #reader = new FrameReader((first, bytes, start) => this.take(first, bytes, start))

  protected constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  static async connect(port: number, clientId: string): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.write(generate({ cmd: 'connect', clientId, clean: true, keepalive: 0 }))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    if (answer[0] !== 0x20 || answer[3] !== 0) throw new Error('The broker refuses a client of the load.')
    return socket
  }

  end(): void {
    this.socket.destroy()
  }

  protected abstract take(first: number, bytes: Buffer, start: number): void

  /** For a call after each chunk. */
  protected settle(): void {}

  #read(chunk: Buffer): void {
    this.#reader.read(chunk)
    if (this.answers.length > 0) this.socket.write(Buffer.concat(this.answers.splice(0)))
    this.settle()
  }

  protected answer(first: number, bytes: Buffer, at: number): void {
    this.answers.push(Buffer.of(first, 2, bytes[at] ?? 0, bytes[at + 1] ?? 0))
  }
}

const PUBREC = 0x50
const PUBREL = 0x62
const PUBCOMP = 0x70

class Publisher extends Client {
  readonly #packets: readonly Buffer[]
  #next = 0

  private constructor(socket: Socket, packets: readonly Buffer[]) {
    super(socket)
    this.#packets = packets
  }

  static async open(
    { port, qos }: Pick<BrokerLoad, 'port' | 'qos'>,
    id: string,
    topic: string,
  ): Promise<Publisher> {
    const packets = Array.from({ length: qos === 0 ? 1 : MOST_IDS }, (_, index) =>
      generate({
        cmd: 'publish',
        topic,
        payload: PAYLOAD,
        qos,
        messageId: index + 1,
        dup: false,
        retain: false,
      }),
    )
    return new Publisher(await Client.connect(port, id), packets)
  }

  publish(count: number): void {
    const packets: Buffer[] = []
    for (let sent = 0; sent < count; sent++) {
      packets.push(this.#packets[this.#next] as Buffer)
      this.#next = (this.#next + 1) % this.#packets.length
    }
    this.socket.write(Buffer.concat(packets))
  }

  protected override take(first: number, bytes: Buffer, start: number): void {
    if (first === PUBREC) this.answer(PUBREL, bytes, start)
  }
}

class Subscriber extends Client {
  onMessages: (count: number) => void = () => {}
  #count = 0

  static async open(
    { port, qos }: Pick<BrokerLoad, 'port' | 'qos'>,
    id: string,
    topic: string,
  ): Promise<Subscriber> {
    const socket = await Client.connect(port, id)
    socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos }] }))
    await once(socket, 'data')
    return new Subscriber(socket)
  }

  protected override take(first: number, bytes: Buffer, start: number): void {
    if (first >> 4 !== 3) {
      if (first === PUBREL) this.answer(PUBCOMP, bytes, start)
      return
    }
    this.#count++
    const qos = (first >> 1) & 3
    if (qos > 0) this.answer(qos === 1 ? 0x40 : PUBREC, bytes, start + 2 + bytes.readUInt16BE(start))
  }

  protected override settle(): void {
    const count = this.#count
    this.#count = 0
    if (count > 0) this.onMessages(count)
  }
}
