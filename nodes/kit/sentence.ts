/** What fills the places of a sentence; a sentence may stand within another. */
export type SentenceValues = Readonly<Record<string, string | number | Sentence>>

/**
 * Something that is said to a person. It is written in English; its code and values let the editor say it in
 * another language, from `sentences` of the type's `locales/de.json`.
 */
export interface Sentence {
  /** Stable, and for one sentence only: `MQTT_QUEUE_FULL`. */
  readonly code: string
  /** What happened, where, and what to do. */
  readonly message: string
  /** By the names of the places: `{ topic: 'home/door' }`. */
  readonly values?: SentenceValues | undefined
}

/** A sentence without what else an error or a problem carries. */
export const sentenceOf = ({ code, message, values }: Sentence): Sentence => ({
  code,
  message,
  ...(values && { values }),
})

/** Either a sentence or free text, as the text that is shown and what it takes to translate it. */
export function spoken(text: string | Sentence): {
  readonly text: string
  readonly code?: string
  readonly values?: SentenceValues
} {
  if (typeof text === 'string') return { text }
  const { code, message, values } = text
  return { text: message, code, ...(values && { values }) }
}
