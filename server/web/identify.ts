import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { User, UserStore } from '../store/store.ts'

/** Who sent a request, and by what they showed it. `secret` is the session or token itself, and empty with a password: never log it. */
export interface Identity {
  readonly user: User
  readonly by: 'session' | 'token' | 'password'
  readonly secret: string
}

const SESSION_COOKIE = 'wirehouse_session'
/** The browser keeps the cookie this long; the store may end the session earlier. */
const COOKIE_SECONDS = 30 * 24 * 60 * 60

/** Tells who sent a request. A bearer token goes before a cookie; one that is wrong makes the request a stranger's. */
export function identify(request: IncomingMessage, users: UserStore): Identity | undefined {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const secret = /^Bearer +([^\s]{1,512})$/i.exec(authorization)?.[1]
    const user = secret === undefined ? undefined : users.token(secret)
    return user && secret !== undefined ? { user, by: 'token', secret } : undefined
  }
  const secret = sessionSecret(request)
  const user = secret === undefined ? undefined : users.session(secret)
  return user && secret !== undefined ? { user, by: 'session', secret } : undefined
}

/** The session that the request's cookie names, whether it stands or not. */
export function sessionSecret(request: IncomingMessage): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at < 0 || part.slice(0, at).trim() !== SESSION_COOKIE) continue
    const value = part.slice(at + 1).trim()
    if (/^[\w.~+/=-]{1,512}$/.test(value)) return value
  }
  return undefined
}

/** Gives the browser its session; it goes to no script, to no other site, and with TLS never without it. */
export const setSession = (request: IncomingMessage, response: ServerResponse, secret: string): void =>
  void response.setHeader('Set-Cookie', cookie(request, secret, COOKIE_SECONDS))

/** Takes the session from the browser. */
export const clearSession = (request: IncomingMessage, response: ServerResponse): void =>
  void response.setHeader('Set-Cookie', cookie(request, '', 0))

const cookie = (request: IncomingMessage, secret: string, seconds: number): string =>
  [
    `${SESSION_COOKIE}=${secret}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${seconds}`,
    ...((request.socket as TLSSocket).encrypted ? ['Secure'] : []),
  ].join('; ')
