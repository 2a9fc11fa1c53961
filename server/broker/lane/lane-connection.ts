import type { RecentPublishes } from '#kit/runtime/recent-publishes.ts'
import type { AdmissionQueue } from '../admission-queue.ts'
import type { AedesClient } from '../aedes.ts'
import type { ClientSender } from '../client-sender.ts'
import type { ClientStream } from '../client-stream.ts'
import type { SendWindow } from '../send-window.ts'
import { AedesWork } from './aedes-work.ts'
import { Frames } from './frames.ts'
import type { Lane, LaneRoute } from './lane.ts'
import { LatestTopic } from './latest-topic.ts'
import { LARGE_PAYLOAD, type Outbox } from './outbox.ts'
import {
  hasProperties,
  isAgain,
  isPlainPublish,
  isPubAck,
  isWellFormed,
  publishBytes,
  qosOf,
  readPublish,
} from './publish-packet.ts'

/** A packet id and a reason: an acknowledgement that is longer has properties, and aedes' parser knows their rules. */
const PLAIN_ACK = 3

/** Who gets a packet: `lane` has taken it, `aedes` is to get it, and one that has to `wait` is read again later. */
type Verdict = 'lane' | 'aedes' | 'wait'

/**
 * One client's part of the lane. Packets are taken in the order in which they came: while aedes has one
 * in hand, or flows or subscribers have no room for one of QoS 1, the packets behind it wait here and
 * nothing more is read.
 */
export class LaneConnection {
  readonly client: AedesClient
  readonly stream: ClientStream
  readonly admissions: AdmissionQueue
  readonly window: SendWindow
  readonly #outgoing: ClientSender
  #sender: string | undefined
  #recent: RecentPublishes | undefined
  readonly #lane: Lane
  readonly #work: AedesWork
  readonly #outbox: Outbox
  readonly #frames = new Frames()
  readonly #topic = new LatestTopic()
  #mayPublish: ((topic: string, qos: 0 | 1) => boolean) | undefined
  #isWaiting = false
  #isBraked = false
  #whenThrough: (() => void)[] = []

  constructor(
    lane: Lane,
    client: AedesClient,
    stream: ClientStream,
    admissions: AdmissionQueue,
    outgoing: ClientSender,
  ) {
    this.#lane = lane
    this.client = client
    this.stream = stream
    this.admissions = admissions
    this.#work = new AedesWork(client, stream)
    this.#outbox = stream.outbox
    this.#outgoing = outgoing
    this.window = outgoing.window
  }

  /** By what name its messages are known. */
  get sender(): string {
    this.#sender ??= this.#lane.senderOf(this.client)
    return this.#sender
  }

  /** What it has sent lately, also by an earlier connection. */
  get recent(): RecentPublishes {
    this.#recent ??= this.#lane.recentOf(this.sender)
    return this.#recent
  }

  /** `false` until aedes has read CONNECT: what came right behind that waits. */
  get #isVersion5(): boolean {
    return this.client.version === 5
  }

  /** What does not pass is aedes', where it is refused. Without a limit, nothing is asked. */
  limitPublish(mayPublish: ((topic: string, qos: 0 | 1) => boolean) | undefined): void {
    this.#mayPublish = mayPublish
  }

  get isOpen(): boolean {
    return this.client.connected && !this.client.closed && !this.stream.destroyed
  }

  receive(chunk: Buffer): void {
    this.#frames.add(chunk)
    if (!this.#isWaiting) this.#run()
  }

  /** Calls back when no whole packet waits here any more. */
  whenThrough(call: () => void): void {
    if (this.#isWaiting) this.#whenThrough.push(call)
    else call()
  }

  /**
   * Writes a message to the client, now or when it has acknowledged others; a large payload must stay as it is.
   * `false`: there is no room for it.
   */
  send(topic: Buffer, properties: Buffer, payload: Uint8Array, qos: 0 | 1): boolean {
    const { maximumPacketSize } = this.client
    // one that is too large for the client counts as delivered (MQTT 5, 3.1.2.11.4)
    if (maximumPacketSize && publishBytes(topic, properties, payload.length, qos) > maximumPacketSize)
      return true
    if (this.#outgoing.hasDue) this.#outgoing.sendDue(topic.toString())
    const packetId = qos === 0 ? 0 : this.window.take()
    if (packetId === undefined) return this.#sendLater(topic, properties, payload)
    this.#outbox.publish(topic, properties, payload, packetId)
    return true
  }

  #sendLater(topic: Buffer, properties: Buffer, payload: Uint8Array): boolean {
    const own = payload.length >= LARGE_PAYLOAD ? payload : Buffer.from(payload)
    return this.window.postpone(own.length, (packetId) => {
      this.#outbox.publish(topic, properties, own, packetId)
      return true
    })
  }

  acknowledge(packetId: number): void {
    if (this.isOpen) this.#outbox.acknowledge(packetId)
  }

  get isBraked(): boolean {
    return this.#isBraked
  }

  /** Reads nothing more from this client until `released`, which always resolves. */
  brake(released: Promise<void> | undefined): void {
    if (released === undefined) return
    this.#isBraked = true
    const hold = this.stream.hold()
    const release = (): void => {
      this.#isBraked = false
      hold[Symbol.dispose]()
    }
    released.then(release, release)
  }

  #run(): void {
    const frames = this.#frames
    let forAedes = -1
    let isActive = false
    let verdict: Verdict | undefined
    while (verdict !== 'wait' && frames.next()) {
      verdict = this.#take(forAedes >= 0)
      if (verdict === 'lane') isActive = true
      if (verdict === 'wait') frames.back()
      else if (verdict === 'aedes' && forAedes < 0) forAedes = frames.start
      else if (verdict === 'lane' && forAedes >= 0) {
        this.stream.pass(frames.bytes.subarray(forAedes, frames.start))
        forAedes = -1
      }
    }
    if (forAedes >= 0) this.stream.pass(frames.bytes.subarray(forAedes, frames.end))
    if (isActive) this.#keepAlive()
    frames.release()
    if (!this.#isWaiting) for (const call of this.#whenThrough.splice(0)) call()
  }

  #take(isAedesNext: boolean): Verdict {
    const { bytes, start, body, end } = this.#frames
    if (isPubAck(bytes[start]) && end - body <= PLAIN_ACK) return this.#takeAck(bytes.readUInt16BE(body))
    if (!isPlainPublish(bytes[start]) || !isWellFormed(bytes, start, body, end)) return 'aedes'
    if (this.#isVersion5 && hasProperties(bytes, start, body, end)) return 'aedes'
    const topic = this.#topic.read(bytes, body)
    const qos = qosOf(bytes[start])
    const route = this.#lane.routeOf(topic)
    if (qos > route.laneQoS) return 'aedes'
    if (this.#mayPublish?.(topic, qos) === false) return 'aedes'
    if (isAedesNext || !this.#work.isIdle) return this.#wait((done) => this.#work.whenIdle(done))
    if (!this.isOpen) return 'aedes'
    const room = this.#lane.room(route, qos)
    if (room !== true) return this.#wait((done) => this.#await(room, topic, done))
    this.#give(route, topic)
    return 'lane'
  }

  #give(route: LaneRoute, topic: string): void {
    const frames = this.#frames
    const isKept = this.#isKept(route, frames.end - frames.body)
    if (isKept && !frames.isLast) frames.own()
    const { bytes, start, body, end, isBorrowed } = frames
    const publish = readPublish(bytes, start, body, end, topic, this.sender, {
      isVersion5: this.#isVersion5,
      copies: isKept && isBorrowed,
    })
    this.#lane.take(this, route, publish, isAgain(bytes[start]))
  }

  /** Whether somebody may have the payload still when the call has returned. */
  #isKept({ taps }: LaneRoute, length: number): boolean {
    return taps.length > 0 || !this.admissions.isEmpty || length >= LARGE_PAYLOAD
  }

  /** aedes has nothing to do for an acknowledgement in a clean session; a session that is kept is its own. */
  #takeAck(packetId: number): Verdict {
    if (!this.isOpen || !this.client.clean) return 'aedes'
    this.window.release(packetId)
    return 'lane'
  }

  #wait(forWhat: (done: () => void) => void): Verdict {
    this.#isWaiting = true
    const hold = this.stream.hold()
    // not before the caller has handed on what is aedes'
    queueMicrotask(() =>
      forWhat(() => {
        this.#isWaiting = false
        if (!this.stream.destroyed) this.#run()
        hold[Symbol.dispose]()
      }),
    )
    return 'wait'
  }

  #await(room: Promise<boolean>, topic: string, done: () => void): void {
    const fail = (error: Error): void => void this.stream.destroy(error)
    room.then((hasRoom) => (hasRoom ? done() : fail(this.#lane.noRoom(topic))), fail)
  }

  #keepAlive(): void {
    if (this.client._keepaliveInterval > 0) this.client._keepaliveTimer?.refresh()
  }
}
