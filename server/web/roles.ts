import { MAX_FILE_BYTES } from '#flows/parse-flow.ts'
import type { Role } from '../store/store.ts'
import type { BodyRule } from './read-body.ts'

/** Who may use a route: these roles after sign-in, or anyone. */
export interface RouteRule {
  readonly roles: readonly Role[] | 'anyone'
  /** Answers before an owner exists. */
  readonly duringSetup?: true
  /** Takes a name and a password with each request, too: simple devices keep no token. */
  readonly basic?: true
  /** What body it takes; without one, a body is not read. */
  readonly body?: BodyRule
}

const owners: readonly Role[] = ['owner']
const editors: readonly Role[] = ['owner', 'editor']
const readers: readonly Role[] = ['owner', 'editor', 'viewer']
const publishers: readonly Role[] = ['owner', 'editor', 'device']
const everyone: readonly Role[] = ['owner', 'editor', 'viewer', 'device']

const JSON_BYTES = 1024 * 1024
const json: BodyRule = { kind: 'json', limit: JSON_BYTES }
const optionalJson: BodyRule = { kind: 'json', limit: JSON_BYTES, optional: true }
const payload: BodyRule = { kind: 'bytes', limit: 1024 * 1024 }

/** Live events and their room: who may listen. */
export const liveRoles = readers
/** Who may hold breakpoints and safe mode of a flow over the live channel. */
export const holderRoles = editors

/**
 * Every route of the API with who may use it. A route that does not stand here does not exist:
 * `mountRoutes` mounts from this table alone, and a test tries each route with each role.
 */
export const routeRules = {
  'GET /api/health': { roles: 'anyone', duringSetup: true },
  'GET /api/setup': { roles: 'anyone', duringSetup: true },
  'POST /api/setup': { roles: 'anyone', duringSetup: true, body: json },

  'POST /api/session': { roles: 'anyone', body: json },
  'GET /api/session': { roles: everyone },
  'DELETE /api/session': { roles: 'anyone' },
  'GET /api/tokens': { roles: readers },
  'POST /api/tokens': { roles: readers, body: json },
  'DELETE /api/tokens/:id': { roles: readers },
  'GET /api/users': { roles: owners },
  'POST /api/users': { roles: owners, body: json },
  'DELETE /api/users/:name': { roles: owners },
  'PUT /api/users/:name/password': { roles: readers, body: json },

  'GET /api/flows': { roles: readers },
  'GET /api/flows/:id': { roles: readers },
  'PUT /api/flows/:id': { roles: editors, body: { kind: 'json', limit: MAX_FILE_BYTES } },
  'DELETE /api/flows/:id': { roles: editors },
  'GET /api/flows/:id/draft': { roles: readers },
  'GET /api/flows/:id/changes': { roles: readers },
  'POST /api/flows/:id/changes': { roles: editors, body: { kind: 'json', limit: MAX_FILE_BYTES } },
  'GET /api/flows/:id/history': { roles: readers },
  'POST /api/flows/:id/deploy': { roles: editors, body: optionalJson },
  'POST /api/flows/:id/test': {
    roles: editors,
    body: { kind: 'json', limit: MAX_FILE_BYTES, optional: true },
  },
  'POST /api/flows/:id/rehearse': { roles: editors, body: { kind: 'json', limit: MAX_FILE_BYTES } },
  'POST /api/flows/:id/stop': { roles: editors, body: optionalJson },
  'PUT /api/flows/:id/trust': { roles: owners, body: json },
  'GET /api/flows/:id/revisions': { roles: readers },
  'GET /api/flows/:id/revisions/:number': { roles: readers },
  'POST /api/flows/:id/revisions/:number/restore': { roles: editors, body: optionalJson },
  'GET /api/flows/:id/problems': { roles: readers },
  'GET /api/flows/:id/status': { roles: readers },
  'GET /api/flows/:id/trace': { roles: readers },
  'GET /api/flows/:id/wire-messages': { roles: readers },
  'GET /api/flows/:id/control': { roles: readers },
  'PUT /api/flows/:id/breakpoints': { roles: editors, body: json },
  'DELETE /api/flows/:id/breakpoints': { roles: editors },
  'PUT /api/flows/:id/safe-mode': { roles: editors, body: json },
  'POST /api/flows/:id/control/renew': { roles: editors, body: json },
  'POST /api/flows/:id/stopped/:number': { roles: editors, body: json },
  'GET /api/flows/:id/export': { roles: readers },
  'POST /api/flows/:id/nodes/:node/inject': { roles: editors, body: optionalJson },
  'POST /api/flows/start-held-back': { roles: editors, body: optionalJson },
  'POST /api/import': { roles: editors, body: { kind: 'text', limit: 4 * MAX_FILE_BYTES } },

  'GET /api/flows/:id/recordings': { roles: readers },
  'POST /api/flows/:id/recordings': { roles: editors, body: json },
  'POST /api/flows/:id/recordings/upload': { roles: editors, body: { kind: 'json', limit: 16 * JSON_BYTES } },
  'GET /api/recordings/:id': { roles: readers },
  'PUT /api/recordings/:id': { roles: editors, body: json },
  'DELETE /api/recordings/:id': { roles: editors },
  'POST /api/recordings/:id/stop': { roles: editors, body: optionalJson },
  'POST /api/recordings/:id/replay': { roles: editors, body: json },
  'POST /api/recordings/:id/rehearse': { roles: editors, body: optionalJson },
  'GET /api/flows/:id/replay': { roles: readers },
  'POST /api/flows/:id/replay/stop': { roles: editors, body: optionalJson },

  'GET /api/topic-recordings': { roles: readers },
  'POST /api/topic-recordings': { roles: editors, body: json },
  'POST /api/topic-recordings/:id/stop': { roles: editors, body: optionalJson },
  'POST /api/topic-recordings/:id/use': { roles: editors, body: json },
  'DELETE /api/topic-recordings/:id': { roles: editors },

  'GET /metrics': { roles: readers },

  'GET /api/conditions': { roles: readers },
  'POST /api/conditions/:kind/dismiss': { roles: owners },

  // Each sees and undoes what they may do themselves.
  'GET /api/log': { roles: readers },
  'POST /api/log/:number/undo': { roles: editors, body: optionalJson },

  'GET /api/connections': { roles: readers },
  'PUT /api/connections/:id': { roles: editors, body: json },
  'DELETE /api/connections/:id': { roles: editors },
  'GET /api/connections/:id/discover': { roles: editors },
  'POST /api/connections/:id/pair': { roles: editors, body: optionalJson },
  'GET /api/connections/:id/pair/:code': { roles: editors },

  'GET /api/outbox': { roles: readers },
  'POST /api/outbox/:number/retry': { roles: editors, body: optionalJson },
  'DELETE /api/outbox/:number': { roles: editors },
  // A device acknowledges by a message to its flow: the node "alarm" has an input for that.
  'GET /api/alarms': { roles: readers },
  'POST /api/alarms/:id/acknowledge': { roles: editors, body: optionalJson },
  'POST /api/alarms/:id/quiet': { roles: editors, body: optionalJson },
  'POST /api/alarms/:id/close': { roles: editors, body: optionalJson },
  'GET /api/dead-letters': { roles: readers },
  'DELETE /api/dead-letters': { roles: editors },
  'DELETE /api/dead-letters/:id': { roles: editors },
  'POST /api/dead-letters/retry': { roles: editors, body: optionalJson },
  'POST /api/dead-letters/:id/retry': { roles: editors, body: optionalJson },
  'PUT /api/dead-letters/rules/:flow': { roles: editors, body: json },
  'GET /api/browsers/key': { roles: readers },
  'POST /api/browsers': { roles: readers, body: json },
  'DELETE /api/browsers': { roles: readers, body: json },

  'GET /api/series': { roles: readers },
  'GET /api/series/*key/points': { roles: readers },
  'GET /api/series/*key/buckets': { roles: readers },

  'GET /api/broker': { roles: readers },
  // Public by its nature: every connection with TLS shows who has signed.
  'GET /api/broker/ca.pem': { roles: 'anyone' },
  'GET /api/broker/listeners': { roles: owners },
  'PUT /api/broker/listeners': { roles: owners, body: json },
  'POST /api/broker/certificate/renew': { roles: owners, body: optionalJson },
  'PUT /api/broker/certificate': { roles: owners, body: json },
  'DELETE /api/broker/certificate': { roles: owners },
  'GET /api/broker/keys': { roles: owners },
  'POST /api/broker/keys': { roles: owners, body: json },
  'DELETE /api/broker/keys/:identity': { roles: owners },
  'GET /api/broker/certificates': { roles: owners },
  'POST /api/broker/certificates': { roles: owners, body: json },
  'DELETE /api/broker/certificates/:serial': { roles: owners },
  'GET /api/broker/rules': { roles: owners },
  'POST /api/broker/rules': { roles: owners, body: json },
  'PUT /api/broker/rules/:id': { roles: owners, body: json },
  'DELETE /api/broker/rules/:id': { roles: owners },
  'POST /api/broker/rules/rehearse': { roles: owners, body: json },
  'POST /api/broker/rules/try': { roles: owners, body: json },
  'GET /api/broker/token-settings': { roles: owners },
  'PUT /api/broker/token-settings': { roles: owners, body: json },
  'POST /api/broker/token-settings/try': { roles: owners, body: json },
  'POST /api/broker/import': { roles: owners, body: { kind: 'json', limit: 4 * JSON_BYTES } },
  'GET /api/broker/client-ids': { roles: owners },
  'DELETE /api/broker/client-ids/*client': { roles: owners },
  'GET /api/broker/doors': { roles: owners },
  'PUT /api/broker/doors': { roles: owners, body: json },
  'GET /api/broker/bridges': { roles: readers },
  'POST /api/broker/bridges': { roles: owners, body: json },
  'POST /api/broker/bridges/try': { roles: owners, body: json },
  'PUT /api/broker/bridges/:id': { roles: owners, body: json },
  'DELETE /api/broker/bridges/:id': { roles: owners },
  'POST /api/broker/bridges/:id/discard': { roles: owners, body: optionalJson },
  'GET /api/broker/status': { roles: readers },
  'GET /api/broker/clients': { roles: readers },
  'DELETE /api/broker/clients/*id': { roles: owners },
  'GET /api/broker/refusals': { roles: readers },
  'GET /api/broker/limits': { roles: readers },
  'PUT /api/broker/limits': { roles: owners, body: json },
  'GET /api/mqtt/*topic': { roles: everyone, basic: true },
  'POST /api/mqtt/*topic': { roles: publishers, basic: true, body: payload },
  'PUT /api/mqtt/*topic': { roles: publishers, basic: true, body: payload },
  'DELETE /api/mqtt/*topic': { roles: publishers, basic: true },
} as const satisfies Record<string, RouteRule>

export type RouteName = keyof typeof routeRules
