import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { cpuSeconds } from './cpu-seconds.ts'
import type { MqttClient } from './mqtt-client.ts'
import { packetIdOf, payloadStartOf, pubackPackets } from './packets.ts'
import type { Publisher } from './publisher.ts'
import { FIRST_NUMBER, readNumber } from './readings.ts'
import { type LoadPlan, type LoadResult, SLICE_MS } from './run-load.ts'
import { Tally } from './tally.ts'

/** Messages a second from which a timer is too coarse: the load then turns without a pause. */
const FAST = 5_000
const SILENCE_MS = 5_000
/** After the last message, for doubles that come late. */
const LINGER_MS = 50

/** One load, from its first message to its last. Nothing is allocated per message: it must not slow down the load. */
export class LoadRun {
  readonly #plan: LoadPlan
  readonly #receivers: readonly MqttClient[]
  readonly #publishers: readonly Publisher[]
  /** What each publisher may have on its way. */
  readonly #share: number
  readonly #tally: Tally
  readonly #done = Promise.withResolvers<void>()
  #isStopped = false
  #sent = 0
  #startedAt = 0
  #lastCameAt = 0
  readonly #cameIn: number[] = []
  /** Of those that came, so many stand in `#cameIn`. */
  #counted = 0
  /** The moment of the read at work: one look at the clock is enough for all its messages. */
  #readAt = 0

  constructor(plan: LoadPlan, receivers: readonly MqttClient[], publishers: readonly Publisher[]) {
    this.#plan = plan
    this.#receivers = receivers
    this.#publishers = publishers
    this.#share = Math.max(1, Math.floor(plan.window / publishers.length))
    this.#tally = new Tally(plan.messages)
  }

  async run(): Promise<LoadResult> {
    this.#listen()
    const { pids, perSecond, silenceMs = SILENCE_MS } = this.#plan
    const cpuBefore = cpuSeconds(pids)
    const ownCpuBefore = cpuSeconds([process.pid])
    const startedAt = Date.now()
    this.#startedAt = performance.now()
    this.#lastCameAt = this.#startedAt
    const watch = setInterval(() => this.#giveUpAfter(silenceMs), silenceMs / 10)
    if (perSecond === undefined) this.#fill()
    else this.#keepPace(perSecond)
    try {
      await this.#done.promise
    } finally {
      this.#isStopped = true
      clearInterval(watch)
    }
    const cpu = cpuSeconds(pids) - cpuBefore
    const ownCpu = cpuSeconds([process.pid]) - ownCpuBefore
    await pause(LINGER_MS)
    return {
      ...this.#tally.result(),
      unacknowledged: this.#unacknowledged,
      seconds: (this.#lastCameAt - this.#startedAt) / 1_000,
      startedAt,
      cameIn: this.#cameIn,
      cpuSeconds: cpu,
      loadCpuSeconds: ownCpu,
    }
  }

  #listen(): void {
    for (const receiver of this.#receivers) this.#listenTo(receiver)
    for (const [index, publisher] of this.#publishers.entries()) {
      publisher.client.onLost = this.#done.reject
      publisher.client.onRead = () => {
        if (this.#plan.perSecond === undefined) this.#refill(publisher, index)
        this.#finishIfComplete()
      }
    }
  }

  #listenTo(receiver: MqttClient): void {
    /** Packet ids of the messages of this read. */
    const toAcknowledge: number[] = []
    receiver.onFrame = (firstByte, bytes, start, end) => {
      const packetId = packetIdOf(firstByte, bytes, start)
      if (packetId !== 0) toAcknowledge.push(packetId)
      this.#take(firstByte, bytes, start, end)
    }
    receiver.onRead = () => {
      if (toAcknowledge.length > 0) receiver.socket.write(pubackPackets(toAcknowledge))
      toAcknowledge.length = 0
      this.#countRead()
      this.#readAt = 0
      this.#goOn()
    }
    receiver.onLost = this.#done.reject
  }

  #countRead(): void {
    const slice = Math.floor((this.#lastCameAt - this.#startedAt) / SLICE_MS)
    while (this.#cameIn.length <= slice) this.#cameIn.push(0)
    const { received } = this.#tally
    this.#cameIn[slice] = (this.#cameIn[slice] ?? 0) + received - this.#counted
    this.#counted = received
  }

  get #isOver(): boolean {
    const { messages, seconds } = this.#plan
    if (this.#isStopped || this.#sent >= messages) return true
    return performance.now() - this.#startedAt >= seconds * 1_000
  }

  get #unacknowledged(): number {
    return this.#publishers.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0)
  }

  #fill(): void {
    for (const [index, publisher] of this.#publishers.entries()) this.#refill(publisher, index)
  }

  /** As fast as it goes: fills the share of a publisher of which half has come back. */
  #refill(publisher: Publisher, index: number): void {
    publisher.isTouched = false
    const room = Math.min(this.#share - publisher.inFlight, publisher.left)
    const isWorthAWrite = room * 2 >= this.#share || room === publisher.left
    if (room === 0 || !isWorthAWrite || this.#isOver) return
    this.#send(publisher, index, room, performance.now())
  }

  /** Sends each message when its time has come, or at a slow pace a millisecond later. */
  #keepPace(perSecond: number): void {
    if (this.#isOver) {
      this.#finishIfComplete()
      return
    }
    const elapsed = (performance.now() - this.#startedAt) / 1_000
    const due = Math.min(elapsed * perSecond, this.#plan.messages)
    while (this.#sent < due) {
      const index = this.#sent % this.#publishers.length
      const publisher = this.#publishers[index]
      if (publisher === undefined) break
      const dueAt = this.#startedAt + (this.#sent / perSecond) * 1_000
      if (publisher.inFlight >= this.#share) {
        this.#tally.holdBack(this.#sent, dueAt)
        break
      }
      const now = performance.now()
      this.#tally.late(now - dueAt)
      this.#send(publisher, index, 1, now)
    }
    const again = (): void => this.#keepPace(perSecond)
    if (perSecond >= FAST) setImmediate(again)
    else setTimeout(again, 1)
  }

  /** After each read: what has come back makes room for more. */
  #goOn(): void {
    if (this.#plan.perSecond === undefined)
      for (let index = 0; index < this.#publishers.length; index++) {
        const publisher = this.#publishers[index]
        if (publisher?.isTouched) this.#refill(publisher, index)
      }
    this.#finishIfComplete()
  }

  #finishIfComplete(): void {
    const mayBeComplete = this.#tally.received === this.#sent && this.#isOver
    if (mayBeComplete && this.#unacknowledged === 0) this.#done.resolve()
  }

  #giveUpAfter(silenceMs: number): void {
    if (performance.now() - this.#lastCameAt > silenceMs) this.#done.resolve()
  }

  #send(publisher: Publisher, index: number, count: number, now: number): void {
    const step = this.#publishers.length
    for (let nth = index + publisher.sent * step, left = count; left > 0; nth += step, left--)
      this.#tally.send(nth, now)
    this.#sent += count
    publisher.send(count)
  }

  #take(firstByte: number, bytes: Buffer, start: number, end: number): void {
    if (this.#readAt === 0) this.#readAt = performance.now()
    const number = readNumber(bytes, payloadStartOf(firstByte, bytes, start), end)
    if (number < FIRST_NUMBER) return
    const nth = number - this.#plan.firstNumber
    if (!this.#tally.receive(nth, this.#readAt)) return
    this.#lastCameAt = this.#readAt
    this.#publishers[nth % this.#publishers.length]?.countReturn()
  }
}
