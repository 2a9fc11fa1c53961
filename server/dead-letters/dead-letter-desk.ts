import { deserialize, serialize } from 'node:v8'
import type { Flow } from '#flows/flow.ts'
import { pathTo } from '#flows/path-to.ts'
import type { Message } from '#kit/message.ts'
import type { MqttPacket } from '#kit/mqtt.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { DeadLetterService, Place } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import { sampleText } from '#server/engine/sample-text.ts'
import type { DeadLetter, DeadLetterRule, DeadLetterStore, PathStep } from '#server/store/store.ts'
import { UserError } from '#server/user-error.ts'

/** What was tried and came to nothing. */
export interface LostPacket extends Place {
  /** Of the message that becomes of it. */
  readonly id: string
  readonly packet: MqttPacket
  readonly attempts: number
  readonly error: Sentence
  /** The node that failed. */
  readonly culprit: string
}

/** Ways back into a flow. Each settles with the flow, and rejects with what it fails with. */
export interface WaysBack {
  /** A node takes in a packet, under the id that it had. */
  packet(place: Place, packet: MqttPacket, id: string): Promise<void>
  /** A message leaves a node by a port. */
  message(place: Place, port: string, message: Message): Promise<void>
}

/** How a try ended that did not succeed: with a failure of its flow, or before that could be known. */
export type Retried = { readonly error: Sentence; readonly culprit: string | undefined } | 'interrupted'

export interface DeadLetterDeskOptions {
  readonly store: DeadLetterStore
  readonly clock: Clock
  readonly waysBack: WaysBack
  /** What a try has failed with. */
  readonly readFailure: (error: unknown) => Retried
  /** As it runs, or as it is drawn. */
  readonly flowOf: (id: string) => Flow | undefined
  readonly isRunning: (flow: string) => boolean
  readonly onChange: () => void
  /** A line in the log of a flow, or without one in the log of the house. */
  readonly tell: (flow: string | undefined, level: 'info' | 'warn' | 'error', text: Sentence) => void
  readonly limits?: Partial<DeadLetterLimits>
}

export interface DeadLetterLimits {
  readonly letters: number
  readonly bytes: number
}

const defaultLimits: DeadLetterLimits = { letters: 10_000, bytes: 64 * 1024 * 1024 }
const LOOK_EVERY_MS = 60_000
const HOUR_MS = 3_600_000
const EXPIRES_AFTER_MS = 30 * 24 * HOUR_MS
/** A flow is told of so much once; of what comes in between, how much it was. */
const TELL_EVERY_MS = 10_000
const CHANGES_EVERY_MS = 200

/** Messages that nobody could handle: here they lie for a person to look at, and block nobody. */
export class DeadLetterDesk implements DeadLetterService, Disposable {
  /** How many came, and how many went for want of room, since the start. */
  readonly counts = { buried: 0, dropped: 0 }
  readonly #options: DeadLetterDeskOptions
  readonly #limits: DeadLetterLimits
  readonly #retrying = new Set<number>()
  /** When a flow was told last, and how much came since. */
  readonly #told = new Map<string, { at: number; more: number }>()
  readonly #looks: Timer
  #change: Timer | undefined

  constructor(options: DeadLetterDeskOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#looks = options.clock.every(LOOK_EVERY_MS, () => this.#look())
  }

  async giveUp({ flow, node }: Place, port: string, message: Message, error: Sentence): Promise<void> {
    const about = { topic: message.topic ?? null, preview: sampleText(message.payload) }
    const path = this.#pathTo(flow, node)
    await this.#bury({ flow, node, port, message: message.id, ...about, error, path, attempts: 1 }, message)
  }

  /** Takes a message of the inbox. Resolves once it is safely on disk, or its flow does not want it. */
  async bury({ flow, node, id, packet, attempts, error, culprit }: LostPacket): Promise<void> {
    const { topic, payload, qos, retain } = packet
    const about = { topic, preview: sampleText(textOf(payload)) }
    const path = this.#pathTo(flow, culprit, node)
    const letter = { flow, node, port: null, message: id, ...about, error, path, attempts }
    await this.#bury(letter, { topic, payload: Buffer.from(payload), qos, retain })
  }

  list(): readonly (DeadLetter & { readonly isRetrying: boolean })[] {
    return this.#options.store
      .list()
      .map((letter) => ({ ...letter, isRetrying: this.#retrying.has(letter.id) }))
  }

  /** Puts a message back to where it was, once; whether that helped is seen by whether it stays here. */
  retry(id: number): void {
    const letter = this.#options.store.get(id)
    if (!letter) throw unknown(id)
    if (!this.#options.isRunning(letter.flow)) throw notRunning(letter.flow)
    if (this.#retrying.has(id)) return
    this.#retrying.add(id)
    void this.#retry(letter)
    this.#changed()
  }

  /** All whose flow runs, or those of one flow. Answers how many they are. */
  retryAll(flow?: string): number {
    const letters = this.#lettersOf(flow).filter((letter) => this.#options.isRunning(letter.flow))
    for (const { id } of letters) this.retry(id)
    return letters.length
  }

  async discard(id: number): Promise<void> {
    if ((await this.#options.store.remove([id])) === 0) throw unknown(id)
    this.#changed()
  }

  /** All, or those of one flow. Answers how many they were. */
  async discardAll(flow?: string): Promise<number> {
    const count = await this.#options.store.remove(this.#lettersOf(flow).map(({ id }) => id))
    this.#changed()
    return count
  }

  rules(): Readonly<Record<string, DeadLetterRule>> {
    return this.#options.store.rules()
  }

  async setRule(flow: string, rule: DeadLetterRule): Promise<void> {
    if (!(await this.#options.store.setRule(flow, rule)))
      throw new UserError(404, 'FLOW_UNKNOWN', `There is no flow "${flow}".`)
    this.#changed()
  }

  totals(): ReturnType<DeadLetterStore['totals']> {
    return this.#options.store.totals()
  }

  [Symbol.dispose](): void {
    this.#looks.cancel()
    this.#change?.cancel()
  }

  async #bury(letter: Omit<DeadLetter, 'id' | 'at' | 'triedAt' | 'bytes'>, what: unknown): Promise<void> {
    const { store, clock } = this.#options
    const { flow } = letter
    if (this.rules()[flow] === 'discard') {
      this.#tell(flow, 'warn', discarded)
      return
    }
    const content = serialize(what)
    const at = clock.now()
    if (!(await store.put({ ...letter, at, triedAt: at, bytes: content.length, content }))) return
    this.counts.buried++
    this.#tell(flow, 'error', (count) => buried(letter.error, count))
    await this.#makeRoom()
    this.#changed()
  }

  async #makeRoom(): Promise<void> {
    const { store, tell } = this.#options
    const { count, bytes } = store.totals()
    const isFull = count > this.#limits.letters || bytes > this.#limits.bytes
    if (!isFull) return
    const left = { count, bytes }
    const oldest: number[] = []
    for (const letter of store.list().toReversed()) {
      if (left.count <= this.#limits.letters && left.bytes <= this.#limits.bytes) break
      left.count--
      left.bytes -= letter.bytes
      oldest.push(letter.id)
    }
    this.counts.dropped += await store.remove(oldest)
    tell(undefined, 'error', dropped(oldest.length))
  }

  async #retry({ id, flow, node, port, message, content, ...letter }: Stored): Promise<void> {
    const { store, clock, waysBack, readFailure } = this.#options
    try {
      const what: unknown = deserialize(content)
      if (port === null) await waysBack.packet({ flow, node }, what as MqttPacket, message)
      else await waysBack.message({ flow, node }, port, { ...(what as Message), repeated: true })
      await store.remove([id])
    } catch (failure) {
      const outcome = readFailure(failure)
      if (outcome !== 'interrupted') {
        const { error, culprit } = outcome
        const path = culprit === undefined ? letter.path : this.#pathTo(flow, culprit, node)
        const { attempts } = letter
        const changes = { error, path, attempts: attempts + 1, triedAt: clock.now() }
        await store.put({ flow, node, port, message, content, ...letter, ...changes }).catch(() => false)
      }
    } finally {
      this.#retrying.delete(id)
      this.#changed()
    }
  }

  /** What the rules ask for. */
  async #look(): Promise<void> {
    const { store, clock, isRunning } = this.#options
    const now = clock.now()
    const letters = store.list()
    const expired = letters.filter(({ at }) => now - at >= EXPIRES_AFTER_MS).map(({ id }) => id)
    if (expired.length > 0) {
      await store.remove(expired)
      this.#options.tell(undefined, 'warn', expiredSentence(expired.length))
      this.#changed()
    }
    const rules = this.rules()
    const isDue = ({ flow, triedAt }: DeadLetter): boolean =>
      rules[flow] === 'hourly' && now - triedAt >= HOUR_MS && isRunning(flow)
    for (const { id } of letters.filter(isDue)) if (!expired.includes(id)) this.retry(id)
  }

  /** Oldest first. */
  #lettersOf(flow: string | undefined): readonly DeadLetter[] {
    const letters = this.#options.store.list().toReversed()
    return letters.filter((letter) => flow === undefined || letter.flow === flow)
  }

  #pathTo(id: string, culprit: string, source?: string): readonly PathStep[] {
    const flow = this.#options.flowOf(id)
    const names = new Map(flow?.nodes.map((node) => [node.id, node.name ?? node.id]))
    const path = flow ? pathTo(flow, culprit, source) : [culprit]
    return path.map((node) => ({ node, name: names.get(node) ?? node }))
  }

  #tell(flow: string, level: 'warn' | 'error', sentence: (count: number) => Sentence): void {
    const now = this.#options.clock.now()
    const last = this.#told.get(flow)
    if (last && now - last.at < TELL_EVERY_MS) {
      last.more++
      return
    }
    this.#told.set(flow, { at: now, more: 0 })
    this.#options.tell(flow, level, sentence(1 + (last?.more ?? 0)))
  }

  /** Many at a time are one change. */
  #changed(): void {
    this.#change ??= this.#options.clock.after(CHANGES_EVERY_MS, () => {
      this.#change = undefined
      this.#options.onChange()
    })
  }
}

type Stored = DeadLetter & { readonly content: Buffer }

/** What looks like text is shown as text. */
function textOf(payload: Uint8Array): unknown {
  const start = Buffer.from(payload.subarray(0, 1_000)).toString('utf8')
  return start.includes('\u0000') ? payload : start
}

const unknown = (id: number): UserError =>
  new UserError(404, 'DEAD_LETTER_UNKNOWN', `There is no dead letter ${id} any more.`, { values: { id } })

const notRunning = (flow: string): UserError =>
  new UserError(409, 'FLOW_NOT_RUNNING', `The flow "${flow}" does not run. Deploy it first.`, {
    values: { flow },
  })

const buried = (error: Sentence, count: number): Sentence => ({
  code: 'DEAD_LETTER',
  message: `${count} messages could not be handled and lie with the dead letters now. The last failed with: ${error.message}`,
  values: { count, error },
})

const discarded = (count: number): Sentence => ({
  code: 'DEAD_LETTER_DISCARDED',
  message: `${count} messages could not be handled and were thrown away, as the rule of this flow says.`,
  values: { count },
})

const dropped = (count: number): Sentence => ({
  code: 'DEAD_LETTERS_FULL',
  message: `There are too many dead letters: the oldest ${count} were thrown away. Look at those that are left, and repair what they failed at.`,
  values: { count },
})

const expiredSentence = (count: number): Sentence => ({
  code: 'DEAD_LETTERS_EXPIRED',
  message: `${count} dead letters were thrown away, because nobody has looked at them for 30 days.`,
  values: { count },
})
