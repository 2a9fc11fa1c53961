import type { IncomingMessage, ServerResponse } from 'node:http'
import { findHostile } from '#flows/hostile.ts'
import { type JsonProblem, parseJson } from '#kit/json-problem.ts'
import { UserError } from '../user-error.ts'

/** What body a route takes, and its largest size in bytes. `bytes` and `text` take any content type. */
export interface BodyRule {
  readonly kind: 'json' | 'text' | 'bytes'
  readonly limit: number
  /** A request without a body is fine. */
  readonly optional?: true
}

/** Reads and checks a body. A body that announces, or turns out, to be too large is refused without being kept. */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  rule: BodyRule,
): Promise<unknown> {
  const isEmpty =
    request.headers['transfer-encoding'] === undefined && Number(request.headers['content-length'] ?? 0) === 0
  if (isEmpty && rule.kind === 'json') {
    if (rule.optional) return undefined
    throw new UserError(400, 'BODY_MISSING', 'This takes a JSON body, and there is none.')
  }
  if (rule.kind === 'json') requireJsonType(request)
  requirePlainEncoding(request)
  if (Number(request.headers['content-length'] ?? 0) > rule.limit) throw tooLarge(rule.limit)
  if (request.headers.expect !== undefined) response.writeContinue()
  const bytes = await collect(request, rule.limit)
  if (rule.kind === 'bytes') return bytes
  const text = decode(bytes)
  return rule.kind === 'text' ? text : parseHarmless(text)
}

function requireJsonType(request: IncomingMessage): void {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json' || /^application\/[a-z0-9.-]+\+json$/.test(type)) return
  throw new UserError(
    415,
    'BODY_TYPE',
    'This takes JSON. Send it with the header "Content-Type: application/json".',
  )
}

function requirePlainEncoding(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw new UserError(415, 'BODY_ENCODING', 'Compressed bodies are not taken. Send it as it is.')
}

const tooLarge = (limit: number): UserError =>
  new UserError(
    413,
    'BODY_TOO_LARGE',
    `This takes at most ${limit / 1024 / 1024} MB. Send less, or split it into several parts.`,
  )

/** Resolves with the whole body, or rejects as soon as the limit is passed; Node then discards the rest. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= limit) {
        chunks.push(chunk)
        return
      }
      request.off('data', onData)
      chunks.length = 0
      reject(tooLarge(limit))
    }
    request.on('data', onData)
    request.once('end', () => resolve(Buffer.concat(chunks, size)))
    for (const event of ['error', 'close'])
      request.once(event, () =>
        reject(
          new UserError(400, 'BODY_INCOMPLETE', 'The connection ended before the whole body had arrived.'),
        ),
      )
  })
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new UserError(
      400,
      'BODY_NOT_UTF8',
      'The body is not UTF-8 text. Save it as UTF-8 and send it again.',
    )
  }
}

function parseHarmless(text: string): unknown {
  const parsed = parseJson(text)
  if ('problem' in parsed) throw notJson(parsed.problem)
  const hostile = findHostile(parsed.value)
  if (hostile) throw UserError.of(422, hostile, { problems: [hostile] })
  return parsed.value
}

const notJson = ({ line, column, problem }: JsonProblem): UserError =>
  new UserError(
    400,
    'BODY_NOT_JSON',
    `The body is not JSON: in line ${line}, column ${column}, ${problem.message}.`,
    { values: { line, column, problem } },
  )
