/** An answer that says no, as the Bot API words it. */
export class ApiError extends Error {
  readonly status: number
  readonly parameters: Readonly<Record<string, number>> | undefined

  constructor(status: number, description: string, parameters?: Readonly<Record<string, number>>) {
    super(description)
    this.status = status
    this.parameters = parameters
  }
}

export const badRequest = (description: string, parameters?: Readonly<Record<string, number>>): ApiError =>
  new ApiError(400, `Bad Request: ${description}`, parameters)
