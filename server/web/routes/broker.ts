import { LIMITS_KEY, limitRanges, limitSettings } from '../../broker/clients/limit-settings.ts'
import { UserError } from '../../user-error.ts'
import { type Handlers, json, nothing, readFlag, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

type Services = Pick<WebServices, 'broker' | 'access' | 'settings' | 'log'>

/** The broker's clients and limits, for people. */
export const brokerRoutes = ({ broker, access, settings, log }: Services) =>
  ({
    'GET /api/broker/status': () => json(broker.status()),

    'GET /api/broker/clients': () => json(broker.sessions()),

    'DELETE /api/broker/clients/*id': async (call) => {
      const [id, by] = [call.params['id'] ?? '', signedIn(call).user.name]
      const isForgotten = readFlag(call, 'forget')
      const wasThere = isForgotten ? await broker.forget(id, by) : await broker.kick(id, by)
      if (!wasThere)
        throw new UserError(
          404,
          'CLIENT_UNKNOWN',
          `"${id}" is not there any more, so there is nothing to end.`,
          {
            values: { id },
          },
        )
      log.info({ client: id, by }, isForgotten ? 'MQTT session forgotten' : 'MQTT client disconnected')
      return nothing
    },

    'GET /api/broker/refusals': () => json(access.refusals()),

    'GET /api/broker/limits': () =>
      json({
        limits: settings.read(LIMITS_KEY, limitSettings),
        ranges: limitRanges,
      }),

    'PUT /api/broker/limits': async (call) => {
      const limits = readJson(call, limitSettings)
      await settings.write(LIMITS_KEY, limits)
      broker.setLimits(limits)
      log.info({ by: signedIn(call).user.name }, 'Limits of the broker changed')
      return json(limits)
    },
  }) satisfies Partial<Handlers>
