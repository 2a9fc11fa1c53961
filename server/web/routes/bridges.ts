import { bridgeBody } from '../../bridges/bridge.ts'
import { type Call, type Handlers, json, nothing, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** Bridges to other brokers, and how they do. */
export const bridgeRoutes = ({ bridges, log }: Pick<WebServices, 'bridges' | 'log'>) =>
  ({
    'GET /api/broker/bridges': () => json(bridges.list()),

    'POST /api/broker/bridges': async (call) => {
      const added = await bridges.add(readJson(call, bridgeBody))
      log.info({ bridge: added.name, by: signedIn(call).user.name }, 'Bridge added')
      return json(added, 201)
    },

    'POST /api/broker/bridges/try': async (call) => json(await bridges.try(readJson(call, bridgeBody))),

    'PUT /api/broker/bridges/:id': async (call) => {
      const changed = await bridges.change(idOf(call), readJson(call, bridgeBody))
      log.info({ bridge: changed.name, by: signedIn(call).user.name }, 'Bridge changed')
      return json(changed)
    },

    'DELETE /api/broker/bridges/:id': async (call) => {
      await bridges.remove(idOf(call))
      log.info({ bridge: idOf(call), by: signedIn(call).user.name }, 'Bridge removed')
      return nothing
    },

    'POST /api/broker/bridges/:id/discard': async (call) => {
      await bridges.discard(idOf(call))
      log.info({ bridge: idOf(call), by: signedIn(call).user.name }, 'What waited for a bridge discarded')
      return nothing
    },
  }) satisfies Partial<Handlers>

const idOf = (call: Call): string => call.params['id'] ?? ''
