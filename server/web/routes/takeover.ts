import * as z from 'zod'
import { type Handlers, json, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const body = z.object({
  conf: z.string().optional(),
  passwords: z.string().optional(),
  acl: z.string().optional(),
  /** Off, nothing changes: the answer tells what would. */
  apply: z.boolean().default(false),
  removeWideRules: z.boolean().default(true),
})

/** Takes over what another broker was set up with. */
export const takeoverRoutes = ({ mosquitto, log }: Pick<WebServices, 'mosquitto' | 'log'>) =>
  ({
    'POST /api/broker/import': async (call) => {
      const { apply, removeWideRules, ...given } = readJson(call, body)
      const files = Object.fromEntries(Object.entries(given).filter(([, text]) => text !== undefined))
      if (!apply) return json(mosquitto.preview({ files, removeWideRules }))
      const done = await mosquitto.apply({ files, removeWideRules })
      const { accounts, rules, bridges } = done
      log.warn(
        {
          ...{ accounts: accounts.length, rules: rules.length, bridges: bridges.length },
          by: signedIn(call).user.name,
        },
        'Mosquitto taken over',
      )
      return json(done)
    },
  }) satisfies Partial<Handlers>
