import type { Clock } from '#kit/runtime/clock.ts'
import type { NodeState } from '#kit/runtime/implement-node.ts'

/** When something was heard last, and whether it has been told that it is silent. */
export interface Heard {
  heardAt: number
  /** How often that was told; 0: it is not silent. */
  reminders: number
  /** When last. */
  toldAt?: number | undefined
}

const TOPIC = 'heard:'
const ALIVE = 'alive'
/** How often it is noted that the house is up, in milliseconds. */
const ALIVE_EVERY_MS = 60_000
/** Of the time of silence; what was heard sooner after the last note is not noted again. */
const COARSENESS = 0.05

/** What has been heard, in the node's state: seldom written, so that a sensor that talks every second wears out no SD card. */
export class Hearing implements Disposable {
  readonly #clock: Clock
  readonly #state: NodeState
  readonly #coarseMs: number
  readonly #noted = new Map<string, number>()
  #isLoaded = false

  constructor(clock: Clock, state: NodeState, silentMs: number) {
    this.#clock = clock
    this.#state = state
    this.#coarseMs = Math.min(ALIVE_EVERY_MS, silentMs * COARSENESS)
  }

  /** What was heard before, as if the house had not been down since. From now on it is noted that it is up. */
  load(): readonly (readonly [topic: string, heard: Heard])[] {
    const now = this.#clock.now()
    const aliveAt = Number(this.#state.get(ALIVE) ?? now)
    const downMs = Math.max(0, now - aliveAt)
    const entries = Object.entries(this.#state.entries()).filter(([key]) => key.startsWith(TOPIC))
    this.#isLoaded = true
    this.#noteAlive()
    this.#clock.every(ALIVE_EVERY_MS, () => this.#noteAlive())
    return entries.map(([key, value]) => {
      const { heardAt, reminders, toldAt } = value as Heard
      // it may have been heard a little later than was noted
      const heard = reminders > 0 ? heardAt : Math.min(now, heardAt + downMs + this.#coarseMs)
      return [key.slice(TOPIC.length), { heardAt: heard, reminders, toldAt }] as const
    })
  }

  /** It was heard. */
  heard(topic: string, heard: Heard): void {
    const noted = this.#noted.get(topic)
    if (noted === undefined || Math.abs(heard.heardAt - noted) >= this.#coarseMs) this.keep(topic, heard)
  }

  /** Notes all that is known. */
  keep(topic: string, { heardAt, reminders, toldAt }: Heard): void {
    if (reminders > 0) this.#noted.delete(topic)
    else this.#noted.set(topic, heardAt)
    this.#state.set(TOPIC + topic, { heardAt, reminders, ...(toldAt !== undefined && { toldAt }) })
  }

  forget(topic: string): void {
    this.#noted.delete(topic)
    this.#state.set(TOPIC + topic, undefined)
  }

  [Symbol.dispose](): void {
    if (this.#isLoaded) this.#noteAlive()
  }

  #noteAlive(): void {
    this.#state.set(ALIVE, this.#clock.now())
  }
}
