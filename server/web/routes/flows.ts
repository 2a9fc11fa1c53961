import * as z from 'zod'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { type FlowSummary, KEPT_REVISIONS } from '../../store/store.ts'
import { UserError } from '../../user-error.ts'
import {
  type Call,
  type Handlers,
  json,
  nothing,
  raw,
  readFlag,
  readJson,
  readNumber,
  signedIn,
} from '../call.ts'
import type { WebServices } from '../web-services.ts'

const trustBody = z.object({ trusted: z.boolean() })
const deployMessage = z.string().max(1_000)
const deployBody = z.object({ message: deployMessage.default(''), skipTests: z.boolean().default(false) })
const restoreBody = z.object({ deploy: z.boolean().default(false), message: deployMessage.optional() })

/** The drafts of the flows, their revisions, and what runs. */
export const flowRoutes = ({ house }: Pick<WebServices, 'house'>) =>
  ({
    'GET /api/flows': () => {
      const guarantees = house.guarantees()
      return json(house.listFlows().map((flow) => ({ ...flow, guarantee: guarantees.get(flow.id) })))
    },

    'GET /api/flows/:id': (call) => {
      const { flow, etag, trusted } = house.readFlow(idOf(call))
      return raw(JSON_TYPE, serializeFlow(flow), { ETag: quote(etag), 'Wirehouse-Trusted': String(trusted) })
    },

    // With `?imported=true` it holds what came from outside. Nothing that is sent with a flow makes it trusted.
    'PUT /api/flows/:id': async (call) => {
      const id = idOf(call)
      const stored = house.listFlows().find((flow) => flow.id === id)
      const ifMatch = expectedEtag(call, stored)
      const saved = await house.saveFlow(id, call.body, {
        by: signedIn(call).user.name,
        lenient: prefersLenient(call),
        imported: readFlag(call, 'imported'),
        ...(ifMatch !== undefined && { ifMatch }),
      })
      return json(saved, stored ? 200 : 201, { ETag: quote(saved.etag) })
    },

    'GET /api/flows/:id/draft': (call) => json(house.drafts.open(idOf(call), signedIn(call).user.name)),

    // What somebody has missed who has the draft of this number and etag.
    'GET /api/flows/:id/changes': (call) => {
      const seq = readNumber(call, 'since', { or: 0, min: 0, max: Number.MAX_SAFE_INTEGER })
      const etag = call.query.get('etag') ?? ''
      return json(house.drafts.since(idOf(call), { seq, etag }, signedIn(call).user.name))
    },

    'POST /api/flows/:id/changes': async (call) =>
      json(await house.drafts.change(idOf(call), call.body, { by: signedIn(call).user.name })),

    'GET /api/flows/:id/history': (call) => json(house.drafts.history(idOf(call))),

    'DELETE /api/flows/:id': async (call) => {
      await house.deleteFlow(idOf(call))
      return nothing
    },

    'POST /api/flows/:id/deploy': async (call) => {
      const { message, skipTests } = readJson(call, deployBody)
      const by = signedIn(call).user.name
      return json(await house.deployFlow(idOf(call), { by, message, skipsTests: skipTests }))
    },

    'POST /api/flows/:id/stop': async (call) => {
      await house.stopFlow(idOf(call))
      return json({})
    },

    'PUT /api/flows/:id/trust': async (call) => {
      const id = idOf(call)
      const { trusted } = readJson(call, trustBody)
      const stored = house.listFlows().find((flow) => flow.id === id)
      const ifMatch = expectedEtag(call, stored)
      await house.trustFlow(id, trusted, {
        by: signedIn(call).user.name,
        ...(ifMatch !== undefined && { ifMatch }),
      })
      return json({ trusted })
    },

    'POST /api/flows/start-held-back': async (call) => {
      await house.startHeldBack({ by: signedIn(call).user.name })
      return json({})
    },

    // The newest first; `before=12` goes on where the last answer ended.
    'GET /api/flows/:id/revisions': (call) => {
      const limit = readNumber(call, 'limit', { or: KEPT_REVISIONS.most, min: 1, max: KEPT_REVISIONS.most })
      const before = readNumber(call, 'before', { or: 0, min: 0, max: Number.MAX_SAFE_INTEGER })
      return json(house.revisions(idOf(call), { limit, ...(before > 0 && { before }) }))
    },

    'GET /api/flows/:id/revisions/:number': (call) =>
      raw(JSON_TYPE, serializeFlow(house.readRevision(idOf(call), revisionOf(call)))),

    // Makes it the draft; with `"deploy": true` it runs, too, as a new revision.
    'POST /api/flows/:id/revisions/:number/restore': async (call) => {
      const [id, number] = [idOf(call), revisionOf(call)]
      const { deploy, message } = readJson(call, restoreBody)
      const stored = house.listFlows().find((flow) => flow.id === id)
      const ifMatch = expectedEtag(call, stored)
      const restored = await house.restoreRevision(id, number, {
        by: signedIn(call).user.name,
        ...(ifMatch !== undefined && { ifMatch }),
        ...(deploy && { deploy: message ?? `Revision ${number} restored` }),
      })
      return json(restored, 200, { ETag: quote(restored.etag) })
    },

    'GET /api/flows/:id/problems': (call) => json(house.readFlow(idOf(call)).problems),

    // With `?message=` the way that it has gone. With `?wire=` waits for the next one there; a new question is asked where none came.
    'GET /api/flows/:id/trace': async (call) => {
      const message = call.query.get('message')
      if (message === null) return json(await house.trace(idOf(call), readWire(call)))
      return json(await house.path(idOf(call), message))
    },

    'GET /api/flows/:id/wire-messages': async (call) =>
      json(await house.wireMessages(idOf(call), readWire(call))),

    'GET /api/flows/:id/status': (call) => json(house.nodeStatuses(house.readFlow(idOf(call)).flow.id)),
  }) satisfies Partial<Handlers>

const JSON_TYPE = 'application/json; charset=utf-8'
const idOf = (call: Call): string => call.params['id'] ?? ''
function readWire({ query }: Call): string {
  const wire = query.get('wire') ?? ''
  if (wire.split(' ').length === 2) return wire
  throw new UserError(400, 'QUERY_VALUE', '"wire" takes the ends of a wire, as in "bell.out quiet.in".')
}
function revisionOf(call: Call): number {
  const text = call.params['number'] ?? ''
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new UserError(404, 'REVISION_UNKNOWN', `Revisions count 1, 2, 3 … There is no "${text}".`, {
    values: { number: text },
  })
}
const quote = (etag: string): string => `"${etag}"`

/**
 * The editor saves what is half done: with `?lenient=true` or `Prefer: handling=lenient` (RFC 7240, section 4.4)
 * problems are stored and reported, not refused.
 */
const prefersLenient = (call: Call): boolean =>
  readFlag(call, 'lenient') ||
  /(^|,)\s*handling\s*=\s*"?lenient"?\s*(,|;|$)/i.test(call.request.get('Prefer') ?? '')

/** The etag that the stored draft must have (RFC 9110, section 13.1); 412 `FLOW_CHANGED` if a condition fails already. */
function expectedEtag({ request }: Call, stored: FlowSummary | undefined): string | undefined {
  const none = request.get('If-None-Match')
  if (none !== undefined && stored && (none.trim() === '*' || readEtags(none).includes(stored.etag)))
    throw new UserError(412, 'FLOW_EXISTS', `There is a flow "${stored.id}" already. Take another id.`)
  const match = request.get('If-Match')
  if (match === undefined) return undefined
  if (!stored) throw new UserError(412, 'FLOW_CHANGED', 'The flow is gone: somebody else has deleted it.')
  if (match.trim() === '*') return undefined
  const etags = readEtags(match)
  return etags.includes(stored.etag) ? stored.etag : etags[0]
}

const readEtags = (header: string): string[] =>
  header.split(',').map((etag) => etag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1'))
