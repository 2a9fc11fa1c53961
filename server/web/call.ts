import type { Request, Response } from 'express'
import type * as z from 'zod'
import { UserError } from '../user-error.ts'
import type { Identity } from './identify.ts'
import type { RouteName } from './roles.ts'

/** One request to a route, with what has been checked already. */
export interface Call {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Parsed JSON, text or bytes, as the route's rule says; `undefined` if there was none. */
  readonly body: unknown
  /** Who is signed in; set on every route that asks for a role. */
  readonly identity: Identity | undefined
  readonly request: Request
  readonly response: Response
}

/** What a route answers: JSON, or the bytes or text of a given type, or nothing but a status. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly raw?: { readonly type: string; readonly data: string | Uint8Array }
}

export type Handler = (call: Call) => Answer | Promise<Answer>
export type Handlers = Readonly<Record<RouteName, Handler>>

export const json = (value: unknown, status = 200, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers,
  json: value,
})
export const raw = (type: string, data: string | Uint8Array, headers: Answer['headers'] = {}): Answer => ({
  status: 200,
  headers,
  raw: { type, data },
})
export const nothing: Answer = { status: 204 }

/** The identity of a route that only the signed-in reach. */
export function signedIn({ identity }: Call): Identity {
  if (!identity) throw new Error('a route that asks for no role has no identity')
  return identity
}

/** Parses the JSON body; 422 `BODY_SHAPE` names each field that is wrong. An absent optional body counts as `{}`. */
export function readJson<Schema extends z.ZodType>({ body }: Call, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => ({
    code: 'BODY_SHAPE',
    field: issue.path.join('.'),
    message: issue.message,
  }))
  const first = problems[0]
  throw new UserError(
    422,
    'BODY_SHAPE',
    `The body is not what this takes: ${first?.field ? `"${first.field}": ` : ''}${first?.message ?? ''}.`,
    { problems },
  )
}

/** A whole number from the query; 400 `QUERY_VALUE` if it is none or out of range. */
export function readNumber(
  { query }: Call,
  name: string,
  { or, min, max }: { readonly or: number; readonly min: number; readonly max: number },
): number {
  const text = query.get(name)
  if (text === null || text === '') return or
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new UserError(400, 'QUERY_VALUE', `"${name}" takes a whole number from ${min} to ${max}.`)
}

/** `true` or `false` from the query; 400 `QUERY_VALUE` for anything else. */
export function readFlag({ query }: Call, name: string): boolean {
  const text = query.get(name)
  if (text === null || text === 'false' || text === '0') return false
  if (text === '' || text === 'true' || text === '1') return true
  throw new UserError(400, 'QUERY_VALUE', `"${name}" takes true or false.`)
}
