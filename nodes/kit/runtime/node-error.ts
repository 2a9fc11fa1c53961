/** An error that a user can meet: a stable code, a sentence that says what happened and what to do, and the place. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly code: string
  readonly field: string | undefined

  constructor(code: string, message: string, options: ErrorOptions & { readonly field?: string } = {}) {
    super(message, options)
    this.code = code
    this.field = options.field
  }
}
