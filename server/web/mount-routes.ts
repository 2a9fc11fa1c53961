import { type Request, type Response, Router } from 'express'
import { UserError } from '../user-error.ts'
import { signInByHeader } from './basic-sign-in.ts'
import type { Answer, Call, Handlers } from './call.ts'
import { type Identity, identify } from './identify.ts'
import { readBody } from './read-body.ts'
import { type RouteName, type RouteRule, routeRules } from './roles.ts'
import { sendPacked } from './send-packed.ts'
import type { WebServices } from './web-services.ts'

type Method = 'get' | 'post' | 'put' | 'delete'

/** Makes the API of the rules: who may, then the body, then the handler. What the rules do not name answers 404 or 405. */
export function mountRoutes(
  handlers: Handlers,
  { users, setup, signIn, houseLog }: Pick<WebServices, 'users' | 'setup' | 'signIn' | 'houseLog'>,
): Router {
  const router = Router({ caseSensitive: true })
  const paths = new Map<string, string[]>()

  for (const name of Object.keys(routeRules) as RouteName[]) {
    const [method = '', path = ''] = name.split(' ')
    const rule: RouteRule = routeRules[name]
    paths.set(path, [...(paths.get(path) ?? []), method])
    router[method.toLowerCase() as Method](path, async (request, response) => {
      if (setup.isNeeded() && !rule.duringSetup) throw setupNeeded()
      const identity =
        identify(request, users) ?? (rule.basic ? await signInByHeader(request, signIn) : undefined)
      checkRole(rule, identity)
      const body = rule.body && (await readBody(request, response, rule.body))
      const call = toCall(request, response, identity, body)
      await send(call, await houseLog.record(name, call, () => handlers[name](call)))
    })
  }

  for (const [path, methods] of paths)
    router.all(path, (_request, response) => {
      if (setup.isNeeded()) throw setupNeeded()
      const allowed = methods.join(', ')
      response.setHeader('Allow', methods.includes('GET') ? `${allowed}, HEAD` : allowed)
      throw new UserError(405, 'METHOD_UNKNOWN', `This address takes ${allowed}.`)
    })
  router.all('/api{/*rest}', (request) => {
    if (setup.isNeeded()) throw setupNeeded()
    throw new UserError(404, 'ROUTE_UNKNOWN', `There is nothing at ${request.path.slice(0, 200)}.`)
  })
  return router
}

const setupNeeded = (): UserError =>
  new UserError(
    403,
    'SETUP_NEEDED',
    'This house has no owner yet. Open it in a browser and set it up; nothing else works before.',
  )

function checkRole(rule: RouteRule, identity: Identity | undefined): void {
  if (rule.roles === 'anyone') return
  if (!identity)
    throw new UserError(401, 'SIGN_IN_NEEDED', 'Sign in first, or send a token: "Authorization: Bearer …".')
  if (!rule.roles.includes(identity.user.role))
    throw new UserError(
      403,
      'ROLE_TOO_LOW',
      `"${identity.user.name}" has the role ${identity.user.role}; this takes ${rule.roles.join(' or ')}.`,
    )
}

/** A wildcard's segments are joined again, so that `a/b` and `a%2Fb` name the same topic or series. */
function toCall(request: Request, response: Response, identity: Identity | undefined, body: unknown): Call {
  const params = Object.entries(request.params).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join('/') : value,
  ])
  const at = request.originalUrl.indexOf('?')
  return {
    params: Object.fromEntries(params),
    query: new URLSearchParams(at < 0 ? '' : request.originalUrl.slice(at + 1)),
    body,
    identity,
    request,
    response,
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'

async function send({ request, response }: Call, { status, headers = {}, json, raw }: Answer): Promise<void> {
  response.status(status)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (typeof raw?.data === 'string') await sendPacked(request, response, raw.type, raw.data)
  else if (raw) response.setHeader('Content-Type', raw.type).send(Buffer.from(raw.data))
  else if (json === undefined) response.end()
  else await sendPacked(request, response, JSON_TYPE, JSON.stringify(json))
}
