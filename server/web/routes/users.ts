import * as z from 'zod'
import type { User } from '../../store/store.ts'
import { UserError } from '../../user-error.ts'
import { type Handlers, json, nothing, readJson, signedIn } from '../call.ts'
import { setSession } from '../identify.ts'
import { checkPassword } from '../passwords.ts'
import type { WebServices } from '../web-services.ts'

export const userName = z
  .string()
  .trim()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u,
    'A name has 1 to 64 letters, digits, spaces or . _ @ - and begins with a letter or digit',
  )
export const newPassword = z.string().max(1_000, 'A password has at most 1000 characters')

const userBody = z.object({
  name: userName,
  role: z.enum(['owner', 'editor', 'viewer', 'device']),
  password: newPassword,
})
const passwordBody = z.object({ password: newPassword, current: z.string().max(1_000).optional() })

/** People and devices that may sign in; the owner sees to them. */
export const userRoutes = ({ users, signIn, live, broker, access, log }: WebServices) => {
  const find = (name: string): User => {
    const user = users.list().find((candidate) => candidate.name === name)
    if (!user) throw new UserError(404, 'USER_UNKNOWN', `There is no user "${name}".`)
    return user
  }

  return {
    'GET /api/users': () => json(users.list().map(({ name, role }) => ({ name, role }))),

    'POST /api/users': async (call) => {
      const { name, role, password } = readJson(call, userBody)
      checkPassword(name, password)
      if (!(await users.add({ name, role }, password)))
        throw new UserError(409, 'NAME_TAKEN', `There is a user "${name}" already. Take another name.`)
      log.info({ name, role, by: signedIn(call).user.name }, 'User added')
      return json({ name, role }, 201)
    },

    'DELETE /api/users/:name': async (call) => {
      const user = find(call.params['name'] ?? '')
      const owners = users.list().filter(({ role }) => role === 'owner')
      if (user.role === 'owner' && owners.length === 1)
        throw new UserError(409, 'LAST_OWNER', 'A house needs an owner. Make somebody else one first.')
      await users.remove(user.name)
      log.info({ name: user.name, by: signedIn(call).user.name }, 'User removed')
      live.recheck()
      access.userChanged(user.name)
      broker.disconnectUser(user.name)
      return nothing
    },

    'PUT /api/users/:name/password': async (call) => {
      const { user: me, by } = signedIn(call)
      const name = call.params['name'] ?? ''
      const { password, current = '' } = readJson(call, passwordBody)
      if (name !== me.name && me.role !== 'owner')
        throw new UserError(403, 'ROLE_TOO_LOW', 'Only the owner may change the password of somebody else.')
      find(name)
      checkPassword(name, password)
      if (name === me.name) await signIn.withPassword(name, current, call.request.socket.remoteAddress ?? '')
      await users.setPassword(name, password)
      if (name === me.name && by === 'session')
        setSession(call.request, call.response, await users.openSession(name))
      log.info({ name, by: me.name }, 'Password changed')
      live.recheck()
      broker.disconnectUser(name)
      return nothing
    },
  } satisfies Partial<Handlers>
}
