import { ApiError, readApiError } from './api-error.ts'
import { noteHouseChange } from './house-changes.ts'

interface RequestOptions {
  readonly body?: unknown
  /** Sent as it is, instead of `body`. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** One call to the server. Rejects with an `ApiError`, also when the server cannot be reached. */
export async function request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const { body, text, headers, signal } = options
  const payload = text ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await fetch(path, {
    method,
    headers: { ...(payload !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(payload !== undefined && { body: payload }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new ApiError(
      0,
      'SERVER_AWAY',
      'The server cannot be reached. Check that it runs and that this device is in its network.',
    )
  })
  if (!response.ok) throw await readApiError(response)
  noteHouseChange(response.headers.get('wirehouse-change'))
  return response
}

/** One call that answers JSON, or nothing. The server is ours: its answer is taken as typed. */
export async function requestJson<Answer>(
  method: string,
  path: string,
  options?: RequestOptions,
): Promise<Answer> {
  const response = await request(method, path, options)
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}
