import * as z from 'zod'
import { idPattern } from '#flows/flow.ts'
import type { StoredConnection } from '../../store/store.ts'
import { UserError } from '../../user-error.ts'
import { type Call, type Handlers, json, nothing, readJson } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const connectionBody = z.object({
  type: z.string().min(1).max(100),
  name: z.string().max(200).default(''),
  config: z.record(z.string(), z.unknown()).default({}),
})

/** What nodes share. Secrets go in here and never come out. */
export const connectionRoutes = ({ house, bridges }: Pick<WebServices, 'house' | 'bridges'>) =>
  ({
    'GET /api/connections': () => json(house.listConnections().map(show)),

    'PUT /api/connections/:id': async (call) => {
      const id = idOf(call)
      if (!idPattern.test(id))
        throw new UserError(
          400,
          'CONNECTION_ID',
          'An id has 1 to 64 letters, digits, hyphens or underscores.',
        )
      const isNew = !house.listConnections().some((connection) => connection.id === id)
      const saved = await house.saveConnection(id, readJson(call, connectionBody))
      return json(show(saved), isNew ? 201 : 200)
    },

    'DELETE /api/connections/:id': async (call) => {
      bridges.refuseIfUsed(idOf(call))
      await house.deleteConnection(idOf(call))
      return nothing
    },

    'GET /api/connections/:id/discover': async (call) => json(await house.discover(idOf(call))),

    'POST /api/connections/:id/pair': async (call) => json(await house.pair(idOf(call)), 201),

    'GET /api/connections/:id/pair/:code': (call) =>
      json(house.pairing(idOf(call), call.params['code'] ?? '')),
  }) satisfies Partial<Handlers>

const idOf = (call: Call): string => call.params['id'] ?? ''

/** Only what is meant for eyes, whatever else the store may carry. */
const show = ({ id, type, name, config, secretsSet }: StoredConnection): StoredConnection => ({
  id,
  type,
  name,
  config,
  secretsSet,
})
