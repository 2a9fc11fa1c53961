import type { Answer, Call } from '../web/call.ts'
import type { RouteName } from '../web/roles.ts'
import type { ThingKind } from './things.ts'

/** What a route does something to. */
interface LoggedRoute {
  readonly kind: ThingKind
  /** Those that are known before it is carried out. */
  readonly ids?: (call: Call) => readonly string[]
  /** Those that it has made. */
  readonly made?: (answer: Answer) => readonly string[]
  /** It changes what nobody may read. */
  readonly isHidden?: true
}

const byId = (name: string) => (call: Call) => [call.params[name] ?? '']
const one = () => ['']

/** What an answer calls the one thing that it has made. */
function field(name: string) {
  return ({ json }: Answer) => [String((json as Readonly<Record<string, unknown>>)[name])]
}

/** The routes whose doings stand in the log of the house, and can be undone there if their thing can be written. Adding one is a line here, and a thing in `things.ts`. */
export const loggedRoutes: Readonly<Partial<Record<RouteName, LoggedRoute>>> = {
  'PUT /api/connections/:id': { kind: 'connection', ids: byId('id') },
  'DELETE /api/connections/:id': { kind: 'connection', ids: byId('id') },
  'PUT /api/flows/:id': { kind: 'flow', ids: byId('id') },
  'DELETE /api/flows/:id': { kind: 'flow', ids: byId('id') },
  'POST /api/import': { kind: 'flow', made: ({ json }) => idsIn(newFlows(json)) },
  'POST /api/broker/rules': { kind: 'rule', made: ({ json }) => idsIn([json]) },
  'PUT /api/broker/rules/:id': { kind: 'rule', ids: byId('id') },
  'DELETE /api/broker/rules/:id': { kind: 'rule', ids: byId('id') },
  'POST /api/broker/bridges': { kind: 'bridge', made: ({ json }) => idsIn([json]) },
  'PUT /api/broker/bridges/:id': { kind: 'bridge', ids: byId('id') },
  'DELETE /api/broker/bridges/:id': { kind: 'bridge', ids: byId('id') },
  'POST /api/users': { kind: 'user', made: field('name') },
  'PUT /api/users/:name/password': { kind: 'user', ids: byId('name'), isHidden: true },
  'DELETE /api/users/:name': { kind: 'user', ids: byId('name') },
  'POST /api/tokens': { kind: 'token', made: field('id') },
  'DELETE /api/tokens/:id': { kind: 'token', ids: byId('id') },
  'POST /api/broker/keys': { kind: 'key', made: field('identity') },
  'DELETE /api/broker/keys/:identity': { kind: 'key', ids: byId('identity') },
  'POST /api/broker/certificates': { kind: 'certificate', made: field('serial') },
  'DELETE /api/broker/certificates/:serial': { kind: 'certificate', ids: byId('serial') },
  'PUT /api/broker/doors': { kind: 'doors', ids: one },
  'PUT /api/broker/limits': { kind: 'limits', ids: one },
  'PUT /api/broker/listeners': { kind: 'listeners', ids: one },
  'PUT /api/broker/token-settings': { kind: 'token-settings', ids: one },
}

/** What took the place of a flow stands in the flow's own log, where it can be undone. */
const newFlows = (json: unknown): unknown => {
  const { flows } = json as { readonly flows?: readonly { readonly replaced?: boolean }[] }
  return flows?.filter(({ replaced }) => !replaced)
}

const idsIn = (things: unknown): readonly string[] =>
  Array.isArray(things) ? things.map(({ id }: { readonly id: string }) => id) : []
