import * as z from 'zod'
import type { DeadLetter } from '../../store/store.ts'
import { UserError } from '../../user-error.ts'
import { type Call, type Handlers, json, nothing, readJson } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const flowBody = z.object({ flow: z.string().max(100).optional() })
const ruleBody = z.object({ rule: z.enum(['keep', 'discard', 'hourly']) })

/** Messages that flows could not handle: to look at, to try again, to throw away. */
export const deadLetterRoutes = ({ house: { deadLetters } }: Pick<WebServices, 'house'>) =>
  ({
    'GET /api/dead-letters': () =>
      json({ letters: deadLetters.list().map(show), rules: deadLetters.rules() }),

    // whether it has helped shows later, in the list
    'POST /api/dead-letters/retry': (call) => {
      const { flow } = readJson(call, flowBody)
      return json({ count: deadLetters.retryAll(flow) }, 202)
    },

    'POST /api/dead-letters/:id/retry': (call) => {
      deadLetters.retry(idOf(call))
      return json({ count: 1 }, 202)
    },

    'DELETE /api/dead-letters': async ({ query }) =>
      json({ count: await deadLetters.discardAll(query.get('flow') ?? undefined) }),

    'DELETE /api/dead-letters/:id': async (call) => {
      await deadLetters.discard(idOf(call))
      return nothing
    },

    'PUT /api/dead-letters/rules/:flow': async (call) => {
      const { rule } = readJson(call, ruleBody)
      await deadLetters.setRule(call.params['flow'] ?? '', rule)
      return nothing
    },
  }) satisfies Partial<Handlers>

function idOf({ params }: Call): number {
  const id = Number(params['id'])
  if (Number.isSafeInteger(id) && id > 0) return id
  throw new UserError(400, 'DEAD_LETTER_ID', 'A dead letter has a number.')
}

/** Only what is meant for eyes, whatever else the store may carry. */
function show(letter: DeadLetter & { readonly isRetrying: boolean }) {
  const { id, flow, node, port, topic, preview, error, path } = letter
  const { attempts, at, triedAt, bytes, isRetrying } = letter
  return { id, flow, node, port, topic, preview, error, path, attempts, at, triedAt, bytes, isRetrying }
}
