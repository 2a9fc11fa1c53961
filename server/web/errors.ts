import type { ErrorRequestHandler, Request } from 'express'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'

/** Answers every error as JSON `{code, message, …}`. What is no user's error goes to the log, and never to the client. */
export const answerErrors =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    const known = toUserError(error)
    if (!known) log.error({ err: error, method: request.method, path: request.path }, 'A request failed')
    if (response.headersSent) return next(error)
    const { status, details, answer } = known ?? internal
    const retryAfter = details['retryAfterSeconds'] ?? (status === 429 ? 60 : undefined)
    if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter))
    if (status === 401) response.setHeader('WWW-Authenticate', challenge(request))
    response.status(status).json(answer)
  }

/** Devices may send name and password with each request. A browser must not ask a person for them in a box of its own. */
const challenge = ({ path, headers }: Request): string =>
  path.startsWith('/api/mqtt/') && !('sec-fetch-site' in headers)
    ? 'Bearer, Basic realm="Wirehouse", charset="UTF-8"'
    : 'Bearer'

const internal = new UserError(
  500,
  'INTERNAL',
  'Something went wrong inside Wirehouse. Its log says more; please report it.',
)

function toUserError(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error
  if (error instanceof NodeError)
    return UserError.of(422, error, error.field === undefined ? {} : { field: error.field })
  if (error instanceof URIError)
    return new UserError(400, 'URL_BROKEN', 'The address has a broken % sequence. Encode it again.')
  if (isRefusal(error)) return new UserError(error.status, 'REQUEST_REFUSED', error.message)
  return undefined
}

/** An error that express or its file server made for the client, such as a range behind a file's end. */
const isRefusal = (error: unknown): error is Error & { readonly status: number } =>
  error instanceof Error &&
  'expose' in error &&
  error.expose === true &&
  'status' in error &&
  typeof error.status === 'number'
