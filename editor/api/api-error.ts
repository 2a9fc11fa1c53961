import type { Problem } from '#flows/problem.ts'

/** The server said no. `code` is stable; `message` is its English sentence. Show it through `errorText`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** HTTP status; 0 when the server could not be reached. */
  readonly status: number
  readonly code: string
  readonly problems: readonly Problem[]
  /** All members of the answer. */
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
    this.problems = Array.isArray(details['problems']) ? details['problems'].filter(isProblem) : []
  }
}

const isProblem = (value: unknown): value is Problem =>
  isRecord(value) && typeof value['message'] === 'string'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What the server answered, as an error. An answer that is not ours (a proxy's page) gets a code of its own. */
export async function readApiError(response: Response): Promise<ApiError> {
  const text = await response.text()
  const body = readRecord(text)
  const { code, message } = body
  if (typeof code === 'string' && typeof message === 'string')
    return new ApiError(response.status, code, message, body)
  return new ApiError(
    response.status,
    'ANSWER_UNKNOWN',
    `The server answered with status ${response.status}, and not in our words. Try again in a moment.`,
  )
}

function readRecord(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {} // not JSON: the caller reports an answer that is not ours
  }
}
