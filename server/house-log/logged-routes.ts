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
}

const byId = (name: string) => (call: Call) => [call.params[name] ?? '']
const one = () => ['']

/** The routes whose doings can be undone by the log of the house. Adding one is a line here, and a thing in `things.ts`. */
export const loggedRoutes: Readonly<Partial<Record<RouteName, LoggedRoute>>> = {
  'PUT /api/connections/:id': { kind: 'connection', ids: byId('id') },
  'DELETE /api/connections/:id': { kind: 'connection', ids: byId('id') },
  'PUT /api/flows/:id': { kind: 'flow', ids: byId('id') },
  'DELETE /api/flows/:id': { kind: 'flow', ids: byId('id') },
  'POST /api/import': { kind: 'flow', made: ({ json }) => idsIn(newFlows(json)) },
  'POST /api/broker/rules': { kind: 'rule', made: ({ json }) => idsIn([json]) },
  'PUT /api/broker/rules/:id': { kind: 'rule', ids: byId('id') },
  'DELETE /api/broker/rules/:id': { kind: 'rule', ids: byId('id') },
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
