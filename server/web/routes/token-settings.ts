import * as z from 'zod'
import { checkTokenSettings } from '../../access/tokens/check-token-settings.ts'
import { TokenKeysAway } from '../../access/tokens/token-logins.ts'
import { tokenSettings } from '../../access/tokens/token-settings.ts'
import { UserError } from '../../user-error.ts'
import { type Handlers, json, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** What is wrong with the address is said by `checkTokenSettings`. */
const settingsBody = tokenSettings.extend({ keysUrl: z.string().trim().max(2_000).default('') })
const tryBody = z.object({
  token: z.string().trim().max(16_000),
  /** The user name that the device sends along. */
  name: z.string().max(200).default(''),
  settings: settingsBody,
})

/** Whose JSON Web Tokens count as passwords for MQTT; the owner sees to it. */
export const tokenSettingsRoutes = ({ access, log }: Pick<WebServices, 'access' | 'log'>) =>
  ({
    'GET /api/broker/token-settings': () => json(access.tokenSettings()),

    'PUT /api/broker/token-settings': async (call) => {
      const settings = readJson(call, settingsBody)
      checkTokenSettings(settings)
      await access.setTokenSettings(settings)
      const { enabled, issuer, role } = settings
      log.warn({ enabled, issuer, role, by: signedIn(call).user.name }, 'JSON Web Tokens for MQTT changed')
      return json(settings)
    },

    'POST /api/broker/token-settings/try': async (call) => {
      const { token, name, settings } = readJson(call, tryBody)
      const asked = { ...settings, enabled: true }
      checkTokenSettings(asked)
      try {
        return json(await access.tryToken(token, name, asked))
      } catch (error) {
        if (error instanceof TokenKeysAway) throw keysAway(asked.keysUrl)
        throw error
      }
    },
  }) satisfies Partial<Handlers>

const keysAway = (address: string): UserError =>
  new UserError(
    502,
    'TOKENS_KEYS_AWAY',
    `The keys could not be had from ${address}. Is the address right, and can this machine reach it?`,
    { values: { address } },
  )
