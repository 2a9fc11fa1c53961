import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../report/statistics.ts'
import { cpuSeconds } from './cpu-seconds.ts'
import { MqttClient } from './mqtt-client.ts'
import { pubackPackets, readPublish } from './packets.ts'
import { Publisher } from './publisher.ts'
import { encodeReadings, FIRST_NUMBER, type ReadingsPlan, readNumber } from './readings.ts'

export interface LoadPlan extends ReadingsPlan {
  readonly port: number
  /** Sending ends after this time, or when `messages` are sent. */
  readonly seconds: number
  /** Messages on their way at the same time, all publishers together: few enough that nothing is dropped. */
  readonly window: number
  /** At this pace; without, as fast as the window allows. */
  readonly perSecond?: number
  /** The processes that handle the load: their CPU time is counted. */
  readonly pids: readonly number[]
  /** What does not arrive for this long does not arrive at all. */
  readonly silenceMs?: number
}

export interface LoadResult {
  readonly sent: number
  readonly lost: number
  readonly duplicates: number
  readonly unacknowledged: number
  /** From the first message sent to the last one received. */
  readonly seconds: number
  /** Milliseconds from the write of a message to the read of what the flow made of it. */
  readonly p50: number
  readonly p99: number
  readonly cpuSeconds: number
}

const SILENCE_MS = 5_000
/** After the last message, for doubles that come late. */
const LINGER_MS = 50
let connections = 0

/** Publishes readings, receives what the flow makes of them, and checks that each comes exactly once. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const clients: MqttClient[] = []
  const connect = async (): Promise<MqttClient> => {
    const client = await MqttClient.connect(plan.port, `bench-${++connections}`)
    clients.push(client)
    return client
  }
  try {
    const receiver = await connect()
    await receiver.subscribe(`${plan.lane}/alarms/#`, plan.qos)
    const publishers: Publisher[] = []
    for (let index = 0; index < plan.publishers; index++)
      publishers.push(new Publisher(await connect(), encodeReadings(plan, index), plan.qos))
    return await new LoadRun(plan, receiver, publishers).run()
  } finally {
    await Promise.all(clients.map((client) => client.close()))
  }
}

class LoadRun {
  readonly #plan: LoadPlan
  readonly #receiver: MqttClient
  readonly #publishers: readonly Publisher[]
  /** What each publisher may have on its way. */
  readonly #share: number
  readonly #sentAt: Float64Array
  readonly #latencies: Float64Array
  readonly #hasCome: Uint8Array
  readonly #done = Promise.withResolvers<void>()
  #toAcknowledge: number[] = []
  /** Publishers of which something has come back since the last refill. */
  readonly #touched = new Set<number>()
  #isStopped = false
  #sent = 0
  #received = 0
  #duplicates = 0
  #startedAt = 0
  #lastCameAt = 0

  constructor(plan: LoadPlan, receiver: MqttClient, publishers: readonly Publisher[]) {
    this.#plan = plan
    this.#receiver = receiver
    this.#publishers = publishers
    this.#share = Math.max(1, Math.floor(plan.window / publishers.length))
    this.#sentAt = new Float64Array(plan.messages)
    this.#latencies = new Float64Array(plan.messages)
    this.#hasCome = new Uint8Array(plan.messages)
  }

  async run(): Promise<LoadResult> {
    this.#receiver.onFrame = (firstByte, bytes, start, end) => this.#take(firstByte, bytes, start, end)
    this.#receiver.onRead = () => {
      this.#acknowledge()
      this.#goOn()
    }
    this.#receiver.onLost = this.#done.reject
    for (const [index, { client }] of this.#publishers.entries()) {
      client.onLost = this.#done.reject
      client.onRead = () => {
        this.#touched.add(index)
        this.#goOn()
      }
    }
    const { pids, perSecond } = this.#plan
    const cpuBefore = cpuSeconds(pids)
    this.#startedAt = performance.now()
    this.#lastCameAt = this.#startedAt
    const { silenceMs = SILENCE_MS } = this.#plan
    const watch = setInterval(() => this.#giveUpAfter(silenceMs), silenceMs / 10)
    if (perSecond === undefined) this.#refill(this.#publishers.keys())
    else this.#keepPace(perSecond)
    try {
      await this.#done.promise
    } finally {
      this.#isStopped = true
      clearInterval(watch)
    }
    const cpu = cpuSeconds(pids) - cpuBefore
    await pause(LINGER_MS)
    return this.#result(cpu)
  }

  get #isOver(): boolean {
    const { messages, seconds } = this.#plan
    if (this.#isStopped) return true
    return this.#sent >= messages || performance.now() - this.#startedAt >= seconds * 1_000
  }

  get #unacknowledged(): number {
    return this.#publishers.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0)
  }

  /** As fast as it goes: refills the share of each publisher of which half has come back. */
  #refill(indices: Iterable<number>): void {
    const worthAWrite = Math.ceil(this.#share / 2)
    for (const index of indices) {
      const publisher = this.#publishers[index]
      if (publisher === undefined || this.#isOver) continue
      const room = Math.min(this.#share - publisher.inFlight, publisher.left)
      if (room >= worthAWrite || room === publisher.left) this.#send(publisher, index, room)
    }
  }

  /** Sends each message when its time has come. Turns without a pause: a timer is too coarse. */
  #keepPace(perSecond: number): void {
    if (this.#isOver) {
      this.#finishIfComplete()
      return
    }
    const due = ((performance.now() - this.#startedAt) / 1_000) * perSecond
    while (this.#sent < Math.min(due, this.#plan.messages)) {
      const index = this.#sent % this.#publishers.length
      const publisher = this.#publishers[index]
      if (publisher === undefined || publisher.inFlight >= this.#share) break
      this.#send(publisher, index, 1)
    }
    setImmediate(() => this.#keepPace(perSecond))
  }

  /** After each read: what has come back makes room for more. */
  #goOn(): void {
    if (this.#plan.perSecond === undefined) this.#refill(this.#touched)
    this.#touched.clear()
    this.#finishIfComplete()
  }

  #finishIfComplete(): void {
    const isComplete = this.#received === this.#sent && this.#isOver && this.#unacknowledged === 0
    if (isComplete) this.#done.resolve()
  }

  #giveUpAfter(silenceMs: number): void {
    if (performance.now() - this.#lastCameAt > silenceMs) this.#done.resolve()
  }

  #send(publisher: Publisher, index: number, count: number): void {
    if (count === 0) return
    const now = performance.now()
    const step = this.#publishers.length
    for (let nth = index + publisher.sent * step, left = count; left > 0; nth += step, left--)
      this.#sentAt[nth] = now
    publisher.send(count)
    this.#sent += count
  }

  #take(firstByte: number, bytes: Buffer, start: number, end: number): void {
    const { packetId, payloadStart } = readPublish(firstByte, bytes, start)
    if (packetId !== undefined) this.#toAcknowledge.push(packetId)
    const number = readNumber(bytes, payloadStart, end)
    if (number < FIRST_NUMBER) return
    const nth = number - this.#plan.firstNumber
    const now = performance.now()
    if (this.#hasCome[nth] !== 0) {
      this.#duplicates++
      return
    }
    this.#hasCome[nth] = 1
    this.#latencies[this.#received++] = now - (this.#sentAt[nth] ?? 0)
    this.#lastCameAt = now
    const from = nth % this.#publishers.length
    this.#publishers[from]?.countReturn()
    this.#touched.add(from)
  }

  #acknowledge(): void {
    if (this.#toAcknowledge.length === 0) return
    this.#receiver.socket.write(pubackPackets(this.#toAcknowledge))
    this.#toAcknowledge = []
  }

  #result(cpu: number): LoadResult {
    const latencies = this.#latencies.subarray(0, this.#received).sort()
    return {
      sent: this.#sent,
      lost: this.#sent - this.#received,
      duplicates: this.#duplicates,
      unacknowledged: this.#unacknowledged,
      seconds: (this.#lastCameAt - this.#startedAt) / 1_000,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      cpuSeconds: cpu,
    }
  }
}
