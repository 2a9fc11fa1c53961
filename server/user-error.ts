import type { Sentence } from '#kit/sentence.ts'

/** An expected failure with an HTTP status: `code` is stable, `message` says what happened and what to do. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly status: number
  readonly code: string
  /** More members of the JSON answer, for instance `problems`. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    status: number,
    code: string,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }

  /** What a client is answered. */
  get answer(): Readonly<Record<string, unknown>> {
    return { ...this.details, code: this.code, message: this.message }
  }

  /** A sentence that was made elsewhere, as an error. */
  static of(
    status: number,
    { code, message, values }: Sentence,
    details: Readonly<Record<string, unknown>> = {},
  ): UserError {
    return new UserError(status, code, message, { ...details, ...(values && { values }) })
  }
}
