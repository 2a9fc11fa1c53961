import { NUMBERED_TOPICS } from './ring-memory.ts'

/** A topic longer than this is sent anew each time, so that the table stays small. */
const LONGEST_KEPT = 256

/** The numbers of the topics that the reader knows already. When all are given away, it begins anew. */
export class TopicNumbers {
  readonly #numbers = new Map<string, number>()
  #lastTopic = ''
  #lastNumber = -1

  /** -1: the reader does not know this topic. */
  find(topic: string): number {
    if (topic === this.#lastTopic) return this.#lastNumber
    const number = this.#numbers.get(topic) ?? -1
    if (number >= 0) this.#remember(topic, number)
    return number
  }

  /** The number under which a topic that was not found is to be made known. */
  give(topic: string): number {
    if (topic.length > LONGEST_KEPT) return NUMBERED_TOPICS
    if (this.#numbers.size === NUMBERED_TOPICS) this.#numbers.clear()
    const number = this.#numbers.size
    this.#numbers.set(topic, number)
    this.#remember(topic, number)
    return number
  }

  #remember(topic: string, number: number): void {
    this.#lastTopic = topic
    this.#lastNumber = number
  }
}
