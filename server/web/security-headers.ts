import type { RequestHandler } from 'express'
import helmet, { type HelmetOptions } from 'helmet'
import { UserError } from '../user-error.ts'
import { isKnownHost, isOwnOrigin } from './origin.ts'

type Policy = Extract<NonNullable<HelmetOptions['contentSecurityPolicy']>, object>['directives']

const withPolicy = (directives: NonNullable<Policy>): RequestHandler =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    xFrameOptions: { action: 'deny' },
    // These mean something only with TLS; on plain HTTP browsers complain about them.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    // Nothing that reads these, Internet Explorer and Flash, can show the editor.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
  })

/** An answer of the API is no page: what it holds loads nothing and stands in no frame. */
export const answerHeaders: RequestHandler = withPolicy({
  'default-src': ["'none'"],
  'frame-ancestors': ["'none'"],
})

/**
 * What pages of ours may do: load and run only what we serve, talk only to us, stand in no frame.
 * Styles may stand in the page, for the canvas, the code field and the menus set theirs there; with images and
 * connections kept to ourselves, a style has nowhere to send what it sees.
 */
export const pageHeaders: RequestHandler = withPolicy({
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'", 'data:'],
  // 'self' covers WebSockets in all but older Safari, which takes the address in full.
  'connect-src': ["'self'", ({ headers }) => webSocketSources(headers.host)],
  'worker-src': ["'self'", 'blob:'],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'object-src': ["'none'"],
})

const webSocketSources = (host: string | undefined): string =>
  host !== undefined && isKnownHost(host) ? `ws://${host} wss://${host}` : "'self'"

/** Answers only under a name of this house: 421 `HOST_UNKNOWN` otherwise. */
export const requireKnownHost: RequestHandler = (request, _response, next) => {
  if (isKnownHost(request.headers.host)) return next()
  throw new UserError(
    421,
    'HOST_UNKNOWN',
    'Wirehouse does not answer under this name, so that foreign pages cannot reach it. Open it by its IP address, as localhost, or by its name ending in .local.',
  )
}

/** Refuses what a foreign page sends in a visitor's name: 403 `CROSS_SITE`. */
export const requireOwnOrigin: RequestHandler = (request, _response, next) => {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method) || isOwnOrigin(request)) return next()
  throw new UserError(
    403,
    'CROSS_SITE',
    'This request comes from a page of another site. Use the editor of this house itself, or a program with a token.',
  )
}
