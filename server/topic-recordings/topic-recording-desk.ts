import type { MqttPacket } from '#kit/mqtt.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { checkTopicFilter, topicMatches } from '#kit/topic.ts'
import { isFull, MOST_BYTES, MOST_MESSAGE_BYTES, MOST_MESSAGES } from '../try/recorded.ts'
import { newRecordingId } from '../try/recordings.ts'
import { UserError } from '../user-error.ts'
import type { TopicMessage, TopicRecording, TopicRecordings } from './topic-recorded.ts'

export interface TopicRecordingDeskOptions {
  readonly store: TopicRecordings
  readonly broker: { observe(look: (packet: MqttPacket) => void): Disposable }
  /** Whether somebody may read a topic at this moment; nobody who is no user any more. */
  readonly mayReceive: (user: string, topic: string) => boolean
  readonly clock: Clock
}

/** Milliseconds between two writes to the disk. */
const WRITE_EVERY_MS = 500
/** Each looks at everything that the broker carries. */
const MOST_AT_A_TIME = 4

/** Writes down what the broker carries on topics, as far as who asked for it may read them. */
export class TopicRecordingDesk implements Disposable {
  readonly #options: TopicRecordingDeskOptions
  readonly #running = new Map<string, Running>()

  constructor(options: TopicRecordingDeskOptions) {
    this.#options = options
  }

  /** The newest first. */
  list(): readonly TopicRecording[] {
    return this.#options.store.list()
  }

  start({ filter, name, by }: Pick<TopicRecording, 'filter' | 'name' | 'by'>): TopicRecording {
    const { store, broker, clock, mayReceive } = this.#options
    const problem = checkTopicFilter(filter)
    if (problem !== undefined) throw UserError.of(422, problem)
    if (this.#running.size >= MOST_AT_A_TIME) throw tooManyAtATime()
    store.refuseMany()
    const id = newRecordingId()
    store.put({ ...{ id, filter, name, by, startedAt: clock.now() }, ...{ count: 0, bytes: 0, leftOut: 0 } })
    const resources = new DisposableStack()
    const running: Running = { resources, lines: [], size: 0, leftOut: 0 }
    resources.use(
      broker.observe(({ topic, payload }) => {
        if (topicMatches(filter, topic) && mayReceive(by, topic)) note(running, clock.now(), topic, payload)
      }),
    )
    const timer: Timer = clock.every(WRITE_EVERY_MS, () => this.#write(id))
    resources.defer(() => timer.cancel())
    this.#running.set(id, running)
    return store.find(id)
  }

  /** Ends a recording that goes on. */
  stop(id: string): TopicRecording {
    const { store } = this.#options
    store.find(id)
    this.#finish(id)
    return store.find(id)
  }

  remove(id: string): void {
    this.stop(id)
    this.#options.store.remove(id)
  }

  /** What of it somebody may read now. */
  read(
    id: string,
    reader: string,
  ): { readonly recording: TopicRecording; readonly messages: readonly TopicMessage[] } {
    const { store, mayReceive } = this.#options
    const recording = store.find(id)
    return { recording, messages: store.messages(id).filter(({ topic }) => mayReceive(reader, topic)) }
  }

  [Symbol.dispose](): void {
    for (const id of this.#running.keys()) this.#finish(id)
  }

  /** What has come since the last time goes to the disk; at its bounds it ends. */
  #write(id: string): void {
    const running = this.#running.get(id)
    if (running && this.#keep(id, running)) this.#finish(id)
  }

  /** Answers whether it is over: it has come to one of its bounds, or something did not fit. */
  #keep(id: string, running: Running): boolean {
    const { store, clock } = this.#options
    const { lines, leftOut } = running
    running.lines = []
    running.size = 0
    running.leftOut = 0
    const recording = store.find(id)
    const extended = store.extend(recording, { lines, leftOut })
    return isFull(extended, clock.now()) || extended.leftOut > recording.leftOut + leftOut
  }

  #finish(id: string): void {
    const { store, clock } = this.#options
    const running = this.#running.get(id)
    if (!running) return
    this.#running.delete(id)
    running.resources.dispose()
    this.#keep(id, running)
    store.put({ ...store.find(id), endedAt: clock.now() })
  }
}

interface Running {
  readonly resources: DisposableStack
  lines: string[]
  size: number
  leftOut: number
}

/** The payload is borrowed: what is kept of it is copied here. */
function note(running: Running, at: number, topic: string, payload: Uint8Array): void {
  const isTooLarge = payload.length > MOST_MESSAGE_BYTES / 2
  const hasRoom = running.lines.length <= MOST_MESSAGES && running.size <= MOST_BYTES
  if (isTooLarge || !hasRoom) running.leftOut += 1
  else {
    const line = JSON.stringify({ at, topic, payload: Buffer.from(payload).toString('base64') })
    running.lines.push(line)
    running.size += line.length
  }
}

const tooManyAtATime = (): UserError =>
  new UserError(
    409,
    'TOPIC_RECORDINGS_MANY',
    `${MOST_AT_A_TIME} recordings of topics go on already. Stop one first.`,
    { values: { limit: MOST_AT_A_TIME } },
  )
