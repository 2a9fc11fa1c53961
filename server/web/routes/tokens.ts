import * as z from 'zod'
import { UserError } from '../../user-error.ts'
import { type Call, type Handlers, json, nothing, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const tokenBody = z.object({
  name: z.string().trim().min(1, 'A token needs a name that says what it is for.').max(100),
  user: z.string().max(200).optional(),
})

/** Tokens for programs. Each has the role of its user; the owner may also make them for others, for instance for a device. */
export const tokenRoutes = ({ users, live, broker, log }: WebServices) =>
  ({
    'GET /api/tokens': (call) => json(users.tokens(userOf(call, users, call.query.get('user')))),

    'POST /api/tokens': async (call) => {
      const { name, user } = readJson(call, tokenBody)
      const owner = userOf(call, users, user ?? null)
      const { id, token } = await users.addToken(owner, name)
      log.info({ name: owner, id }, 'Token added')
      return json({ id, name, token }, 201)
    },

    'DELETE /api/tokens/:id': async (call) => {
      const user = userOf(call, users, call.query.get('user'))
      if (!(await users.removeToken(user, call.params['id'] ?? '')))
        throw new UserError(404, 'TOKEN_UNKNOWN', 'There is no such token. It may have been removed already.')
      live.recheck()
      broker.disconnectUser(user) // devices may have signed in by it; by a password they are back at once
      return nothing
    },
  }) satisfies Partial<Handlers>

/** Whose tokens are meant: one's own, or, for the owner, those of the user who is named. */
function userOf(call: Call, users: WebServices['users'], wanted: string | null): string {
  const { user } = signedIn(call)
  if (wanted === null || wanted === user.name) return user.name
  if (user.role !== 'owner')
    throw new UserError(403, 'ROLE_TOO_LOW', 'Only the owner may see to the tokens of others.')
  if (users.list().some(({ name }) => name === wanted)) return wanted
  throw new UserError(404, 'USER_UNKNOWN', `There is no user "${wanted}".`)
}
