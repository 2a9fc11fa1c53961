import type { Clock } from '#kit/runtime/clock.ts'
import type { FakeEntity } from './entities.ts'

export type Keyboard = readonly (readonly { readonly text: string; readonly callback_data?: string }[])[]

/** A message that the fake server has taken. */
export interface FakeMessage {
  readonly id: number
  readonly chat: number
  /** As a person reads it: without marks. */
  text: string
  entities: readonly FakeEntity[]
  /** As the bot wrote it. */
  raw: string
  parseMode: string | undefined
  readonly silent: boolean
  /** The picture, or the address it is fetched from. */
  readonly photo: Uint8Array | string | undefined
  keyboard: Keyboard
  /** Seconds since 1970. */
  readonly date: number
  edits: number
}

/** A button that somebody pressed, and what the bot did about it. */
export interface FakePress {
  readonly id: string
  readonly data: string
  readonly at: number
  isAnswered: boolean
  answer: string | undefined
}

/** How long a press may be answered. */
const PRESS_LASTS_MS = 60_000

/** Everything that was sent, in order, and the presses of its buttons. */
export class Messages {
  readonly all: FakeMessage[] = []
  readonly #presses = new Map<string, FakePress>()
  readonly #clock: Clock
  #nextId = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Numbers rise over all chats, and what people write takes numbers too. */
  takeId(): number {
    return this.#nextId++
  }

  add(message: Omit<FakeMessage, 'id' | 'edits'>): FakeMessage {
    const added = { ...message, id: this.takeId(), edits: 0 }
    this.all.push(added)
    return added
  }

  find(chat: number, id: number): FakeMessage | undefined {
    return this.all.find((message) => message.chat === chat && message.id === id)
  }

  remove(chat: number, id: number): void {
    const message = this.find(chat, id)
    if (message) this.all.splice(this.all.indexOf(message), 1)
  }

  get presses(): readonly FakePress[] {
    return [...this.#presses.values()]
  }

  press(data: string): FakePress {
    const press = {
      id: `press-${this.#presses.size + 1}`,
      data,
      at: this.#clock.now(),
      isAnswered: false,
      answer: undefined,
    }
    this.#presses.set(press.id, press)
    return press
  }

  /** False when there is no such press, when it has been answered, or when it is too old. */
  answerPress(id: string, text: string | undefined): boolean {
    const press = this.#presses.get(id)
    if (!press || press.isAnswered || this.#clock.now() - press.at > PRESS_LASTS_MS) return false
    press.isAnswered = true
    press.answer = text
    return true
  }
}
