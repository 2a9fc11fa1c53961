import * as z from 'zod'
import { type Handlers, json, nothing, readJson, signedIn } from '../call.ts'
import { clearSession, sessionSecret, setSession } from '../identify.ts'
import type { WebServices } from '../web-services.ts'

const signInBody = z.object({ name: z.string().max(200), password: z.string().max(1_000) })

/** Signing in and out, and who one is. */
export const sessionRoutes = ({ users, signIn, live, log }: WebServices) =>
  ({
    'POST /api/session': async (call) => {
      const { request, response } = call
      const { name, password } = readJson(call, signInBody)
      const user = await signIn.withPassword(name, password, request.socket.remoteAddress ?? '')
      const former = sessionSecret(request)
      if (former !== undefined) await users.closeSession(former)
      setSession(request, response, await users.openSession(user.name))
      log.info({ name: user.name }, 'Signed in')
      return json({ name: user.name, role: user.role })
    },

    'GET /api/session': (call) => {
      const { user } = signedIn(call)
      return json({ name: user.name, role: user.role })
    },

    'DELETE /api/session': async ({ request, response }) => {
      const secret = sessionSecret(request)
      if (secret !== undefined) {
        await users.closeSession(secret)
        live.signOut(secret)
      }
      clearSession(request, response)
      return nothing
    },
  }) satisfies Partial<Handlers>
