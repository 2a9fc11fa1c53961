import { createHmac } from 'node:crypto'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier, Parcel, Tried } from '#kit/runtime/outbox.ts'
import { parcelKeys } from '#kit/runtime/parcel-key.ts'
import type { Reach } from '#kit/runtime/web-address.ts'
import { webOutcome } from '#kit/runtime/web-outcome.ts'
import { askWeb } from '#kit/runtime/web-request.ts'
import type { webhook } from './definition.ts'

/** A call of a web service. */
export interface Call {
  readonly method: 'POST' | 'PUT'
  /** Follows the address of the connection; may have a query. */
  readonly path: string
  /** JSON. */
  readonly json: string
}

type Context = ConnectionContext<typeof webhook.config>

const SEND_MS = 30_000

/** Headers that make the request what it is. */
const ownHeaders =
  /^(host|content-.*|connection|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|idempotency-key|wirehouse-.*)$/i

/** Makes the calls of a web service, each signed, and with a key by which a repeat can be told. */
export class Hook implements Carrier {
  readonly #context: Context
  readonly #keyOf: ReturnType<typeof parcelKeys>

  constructor(context: Context) {
    this.#context = context
    this.#keyOf = parcelKeys(context.services.posts, context.id)
  }

  async send(parcel: Parcel): Promise<Tried> {
    const { config, clock, signal } = this.#context
    const { method, path, json } = parcel.body as Call
    const url = urlOf(config, path)
    const now = clock.now()
    const answer = await askWeb({
      url,
      method,
      headers: {
        ...extraHeader(config),
        'content-type': 'application/json',
        'user-agent': 'Wirehouse',
        'idempotency-key': await this.#keyOf(parcel),
        ...(config.signingSecret !== '' && { 'wirehouse-signature': sign(json, now, config.signingSecret) }),
      },
      body: json,
      mayReach: new Set<Reach>(['internet', 'home', ...(config.mayReachMachine ? ['machine' as const] : [])]),
      timeoutMs: SEND_MS,
      clock,
      signal,
    })
    const outcome = webOutcome(answer, { host: url.host, now })
    if (outcome) return outcome
    throw refusal(answer.kind === 'answer' ? answer.status : 0, url.host)
  }
}

/** `t` is the time in seconds and a part of what is signed, so that nobody can play an old message again. */
export const sign = (body: string, now: number, secret: string): string => {
  const seconds = Math.floor(now / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

function extraHeader({ header, headerValue }: Context['config']): Readonly<Record<string, string>> {
  if (header === '' || headerValue === '') return {}
  if (!ownHeaders.test(header)) return { [header.toLowerCase()]: headerValue }
  throw new NodeError(
    'WEBHOOK_HEADER',
    `The header "${header}" is set by Wirehouse itself. Choose another in the connection.`,
    { field: 'header', values: { header } },
  )
}

function urlOf({ address, secretPath }: Context['config'], path: string): URL {
  if (address === '')
    throw new NodeError(
      'WEBHOOK_ADDRESS_MISSING',
      'The web service has no address. Open the connection and enter one, for instance https://example.org/hooks.',
      { field: 'address' },
    )
  const parts = [address.replace(/\/+$/, ''), secretPath, path].filter((part) => part !== '')
  const [base = '', ...rest] = parts
  return new URL(base + rest.map((part) => (/^[/?]/.test(part) ? part : `/${part}`)).join(''))
}

function refusal(status: number, host: string): NodeError {
  if (status >= 300 && status < 400)
    return new NodeError(
      'WEBHOOK_MOVED',
      `${host} sends on to another address (${status}), and redirects are not followed. Enter the new address in the connection.`,
      { field: 'address', values: { host, status: String(status) } },
    )
  if (status === 401 || status === 403)
    return new NodeError(
      'WEBHOOK_FORBIDDEN',
      `${host} refused the message for lack of rights (${status}). Check the secrets in the connection.`,
      { values: { host, status: String(status) } },
    )
  if (status === 404 || status === 410)
    return new NodeError(
      'WEBHOOK_GONE',
      `${host} has nothing at this address (${status}). Check the address in the connection and the path in the node.`,
      { values: { host, status: String(status) } },
    )
  return new NodeError(
    'WEBHOOK_REFUSED',
    `${host} refused the message (${status}). Check what it expects, and what this node sends.`,
    { values: { host, status: String(status) } },
  )
}
