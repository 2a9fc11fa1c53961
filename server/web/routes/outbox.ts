import { UserError } from '../../user-error.ts'
import { type Call, type Handlers, json, nothing, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** What is to leave the house, and why it has not yet. */
export const outboxRoutes = ({ house }: Pick<WebServices, 'house'>) =>
  ({
    'GET /api/outbox': () => json(house.listOutbox()),

    'POST /api/outbox/:number/retry': async (call) => {
      await house.retryPost(numberOf(call))
      return json({})
    },

    'DELETE /api/outbox/:number': async (call) => {
      await house.discardPost(numberOf(call), { by: signedIn(call).user.name })
      return nothing
    },
  }) satisfies Partial<Handlers>

function numberOf({ params }: Call): number {
  const text = params['number'] ?? ''
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new UserError(404, 'POST_UNKNOWN', 'Messages in the outbox have numbers. There is no such one.')
}
