import type { MessagesEvent, MqttMessage } from '../../../api/types.ts'

/** A message as it is kept here. */
export interface LoggedMessage extends MqttMessage {
  /** Counts up; for keys. */
  readonly number: number
}

export interface MessageLogLimits {
  readonly messages: number
  /** Characters of all payloads together, about. */
  readonly characters: number
}

/** The newest messages, bounded by number and size; it knows no React. */
export class MessageLog {
  readonly #limits: MessageLogLimits
  readonly #listeners = new Set<() => void>()
  /** The oldest first. Another list after each change. */
  messages: readonly LoggedMessage[] = []
  /** Messages that were too many to be shown. */
  missed = 0
  #characters = 0
  #last = 0

  constructor(limits: MessageLogLimits) {
    this.#limits = limits
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  take({ messages, missed }: Pick<MessagesEvent, 'messages' | 'missed'>): void {
    const all = [...this.messages]
    for (const message of messages) {
      all.push({ ...message, number: ++this.#last })
      this.#characters += sizeOf(message)
    }
    let going = Math.max(0, all.length - this.#limits.messages)
    for (let at = 0; at < going; at++) this.#characters -= sizeOf(all[at])
    while (this.#characters > this.#limits.characters && going < all.length - 1)
      this.#characters -= sizeOf(all[going++])
    this.missed += missed
    this.#show(all.slice(going))
  }

  clear(): void {
    this.#characters = 0
    this.missed = 0
    this.#show([])
  }

  #show(messages: readonly LoggedMessage[]): void {
    this.messages = messages
    for (const listener of this.#listeners) listener()
  }
}

const sizeOf = (message: MqttMessage | undefined): number =>
  message === undefined
    ? 0
    : 'text' in message.payload
      ? message.payload.text.length
      : message.payload.base64.length

/** The messages one to a line, as NDJSON. */
export const dumpOf = (messages: readonly LoggedMessage[]): string =>
  messages
    .map(({ topic, at, qos, isRetained, bytes, payload }) =>
      JSON.stringify({
        ...(at !== undefined && { at: new Date(at).toISOString() }),
        topic,
        qos,
        retain: isRetained,
        bytes,
        ...('text' in payload ? { payload: payload.text } : { payload: payload.base64, encoding: 'base64' }),
      }),
    )
    .map((line) => `${line}\n`)
    .join('')
