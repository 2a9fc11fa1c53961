import { lookup as lookUp } from 'node:dns'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { Clock } from './clock.ts'
import { type Reach, reachOf } from './web-address.ts'

export interface WebRequest {
  readonly url: URL
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** What it may be sent to. Looked at for the very address that is connected to, so that no name leads astray. */
  readonly mayReach: ReadonlySet<Reach>
  readonly timeoutMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

export type WebAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string | string[] | undefined>>
      /** At most 64 kB of it. */
      readonly text: string
    }
  /** The address leads where it may not. */
  | { readonly kind: 'forbidden'; readonly reach: Reach }
  /** No answer. `isUncertain`: the request may have had its effect. `code` is a word of Node's own, such as ECONNRESET. */
  | { readonly kind: 'fault'; readonly code: string; readonly isUncertain: boolean }

/** More is cut off: nobody reads it. */
const MAX_ANSWER_BYTES = 64 * 1024

/**
 * Sends one request over a connection of its own and follows no redirect. Nothing that is thrown underneath leaves
 * this file, for it may hold the address, and that may be a secret.
 */
export async function askWeb(asked: WebRequest): Promise<WebAnswer> {
  const { url, clock, signal, timeoutMs } = asked
  const late = new AbortController()
  const timer = clock.after(timeoutMs, () => late.abort())
  let isSent = false
  try {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (isIP(host) !== 0) refuseReach(host, asked.mayReach)
    return await ask(asked, AbortSignal.any([signal, late.signal]), () => (isSent = true))
  } catch (error) {
    if (error instanceof ForbiddenReach) return { kind: 'forbidden', reach: error.reach }
    const code = late.signal.aborted || signal.aborted ? 'ETIMEDOUT' : codeOf(error)
    return { kind: 'fault', code, isUncertain: isSent }
  } finally {
    timer.cancel()
  }
}

async function ask(
  { url, method, headers, body, mayReach }: WebRequest,
  signal: AbortSignal,
  onSent: () => void,
): Promise<WebAnswer> {
  const isSecure = url.protocol === 'https:'
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const options: RequestOptions = {
    method,
    headers: { ...headers, 'content-length': bytes.length },
    agent: false,
    signal,
    lookup: guardedLookup(mayReach),
  }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = (isSecure ? requestHttps : requestHttp)(url, options, resolve)
  request.on('error', reject)
  request.once('socket', (socket) => {
    socket.once(isSecure ? 'secureConnect' : 'connect', onSent)
  })
  request.end(bytes)
  const response = await promise
  const text = await readText(response)
  return { kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, text }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= MAX_ANSWER_BYTES) break
    }
  } catch {
    // The status has come, and that is what counts.
  }
  response.destroy()
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
}

class ForbiddenReach extends Error {
  readonly reach: Reach

  constructor(reach: Reach) {
    super('this address is not allowed')
    this.reach = reach
  }
}

function refuseReach(address: string, mayReach: ReadonlySet<Reach>): void {
  const reach = reachOf(address)
  if (!mayReach.has(reach)) throw new ForbiddenReach(reach)
}

/** Finds the addresses of a name, and fails if one of them leads where it may not. */
const guardedLookup =
  (mayReach: ReadonlySet<Reach>): NonNullable<RequestOptions['lookup']> =>
  (host, options, found) => {
    lookUp(host, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error, '', 0)
      try {
        for (const { address } of addresses) refuseReach(address, mayReach)
      } catch (refusal) {
        return found(refusal as Error, '', 0)
      }
      const [first] = addresses
      if (options.all || !first) found(null, addresses)
      else found(null, first.address, first.family)
    })
  }

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'FAILED'
