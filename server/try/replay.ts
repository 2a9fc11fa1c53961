import { readEndpoint } from '#flows/flow.ts'
import type { MessageDraft } from '#kit/message.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { fromStored } from '#kit/runtime/stored-value.ts'
import type { RecordedMessage } from './recorded.ts'

/** How a replay stands. */
export interface ReplayState {
  readonly flow: string
  readonly recording: string
  readonly name: string
  readonly speed: number
  /** The nodes of the flow act on nothing outside meanwhile. */
  readonly isMuted: boolean
  readonly by: string
  readonly total: number
  readonly sent: number
  readonly failed: number
  /** Why the first one failed. */
  readonly problem?: string
}

export interface ReplayOptions {
  readonly about: Pick<ReplayState, 'flow' | 'recording' | 'name' | 'speed' | 'isMuted' | 'by'>
  readonly messages: readonly RecordedMessage[]
  readonly clock: Clock
  /** Has a message arrive; settles with it. */
  readonly send: (node: string, port: string, draft: Partial<MessageDraft>) => Promise<unknown>
}

/** So many may be under way in the flow; the next one waits. */
const MOST_UNDER_WAY = 100

/** Has recorded messages arrive again where they were recorded, in their order and rhythm, each marked as `replayed`. */
export class Replay {
  readonly #options: ReplayOptions
  #sent = 0
  #failed = 0
  #problem: string | undefined
  #isStopped = false
  #timer: Timer | undefined
  readonly #underWay = new Set<Promise<void>>()

  constructor(options: ReplayOptions) {
    this.#options = options
  }

  get state(): ReplayState {
    const { about, messages } = this.#options
    return {
      ...about,
      total: messages.length,
      sent: this.#sent,
      failed: this.#failed,
      ...(this.#problem !== undefined && { problem: this.#problem }),
    }
  }

  /** Resolves when all have settled, or those that were under way when it was stopped. */
  async run(): Promise<void> {
    const { about, clock, messages } = this.#options
    const [first] = messages
    const began = clock.now()
    for (const message of messages) {
      const dueAt = began + (message.at - (first?.at ?? 0)) / about.speed
      await this.#wait(dueAt - clock.now())
      if (this.#underWay.size >= MOST_UNDER_WAY) await Promise.race(this.#underWay)
      if (this.#isStopped) break
      this.#send(message)
    }
    await Promise.all(this.#underWay)
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  async #wait(ms: number): Promise<void> {
    if (ms <= 0 || this.#isStopped) return
    this.#timer = this.#options.clock.after(ms, () => {})
    await this.#timer.done
  }

  #send({ to, topic, payload }: RecordedMessage): void {
    const { node, port } = readEndpoint(to)
    this.#sent += 1
    const sending = this.#options
      .send(node, port, {
        payload: fromStored(payload),
        ...(topic !== undefined && { topic }),
        replayed: true,
      })
      .then(
        () => {},
        (error: unknown) => {
          this.#failed += 1
          this.#problem ??= error instanceof Error ? error.message : String(error)
        },
      )
      .finally(() => this.#underWay.delete(sending))
    this.#underWay.add(sending)
  }
}
