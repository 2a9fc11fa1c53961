import { UserError } from '../../user-error.ts'
import { type Handlers, json, nothing, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** What is amiss with the house as a whole. */
export const conditionRoutes = ({ conditions }: WebServices) =>
  ({
    'GET /api/conditions': () => json(conditions.list()),

    'POST /api/conditions/:kind/dismiss': (call) => {
      const kind = call.params['kind'] ?? ''
      if (!conditions.dismiss(kind, signedIn(call).user.name))
        throw new UserError(404, 'CONDITION_UNKNOWN', `There is no notice "${kind}" that could be dismissed.`)
      return nothing
    },
  }) satisfies Partial<Handlers>
