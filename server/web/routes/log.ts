import { UserError } from '../../user-error.ts'
import { type Handlers, json, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** What was done to the house, and the way back. */
export const logRoutes = ({ houseLog }: Pick<WebServices, 'houseLog'>) =>
  ({
    'GET /api/log': (call) => json(houseLog.list(signedIn(call).user)),

    'POST /api/log/:number/undo': async (call) => {
      const text = call.params['number'] ?? ''
      if (!/^[1-9]\d{0,14}$/.test(text))
        throw new UserError(404, 'LOG_UNKNOWN', 'There is no such change, or it is too old.')
      return json(await houseLog.undo(Number(text), signedIn(call).user))
    },
  }) satisfies Partial<Handlers>
