import type { Sentence, SentenceValues } from '../sentence.ts'

interface NodeErrorOptions extends ErrorOptions {
  readonly field?: string
  /** What stands in the places of the sentence, for other languages. */
  readonly values?: SentenceValues | undefined
}

/** An error that a user can meet: a stable code, a sentence that says what happened and what to do, and the place. */
export class NodeError extends Error implements Sentence {
  override readonly name = 'NodeError'
  readonly code: string
  readonly field: string | undefined
  readonly values: SentenceValues | undefined

  constructor(code: string, message: string, options: NodeErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.field = options.field
    this.values = options.values
  }

  /** A sentence that was made elsewhere, as an error. */
  static of({ code, message, values }: Sentence, options: Omit<NodeErrorOptions, 'values'> = {}): NodeError {
    return new NodeError(code, message, { ...options, values })
  }
}
