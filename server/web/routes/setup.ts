import * as z from 'zod'
import { UserError } from '../../user-error.ts'
import { type Handlers, json, readJson } from '../call.ts'
import { setSession } from '../identify.ts'
import { isFromHere } from '../origin.ts'
import type { WebServices } from '../web-services.ts'
import { newPassword, userName } from './users.ts'

const claimBody = z.object({ name: userName, password: newPassword, code: z.string().max(64).optional() })

/** The first owner: without a code from the machine itself, with the printed one from anywhere else. */
export const setupRoutes = ({ users, setup, signIn, log }: WebServices) =>
  ({
    'GET /api/setup': ({ request }) =>
      setup.isNeeded()
        ? json({ needed: true, codeNeeded: !isFromHere(request) })
        : json({ needed: false, codeNeeded: false }),

    'POST /api/setup': async (call) => {
      const { request, response } = call
      if (!setup.isNeeded())
        throw new UserError(409, 'SETUP_DONE', 'This house has its owner already. Sign in instead.')
      const { name, password, code } = readJson(call, claimBody)
      if (!isFromHere(request)) {
        const address = request.socket.remoteAddress ?? ''
        const verdict = signIn.guarded(address, () => setup.checkCode(code))
        if (verdict !== 'right') throw verdict === 'expired' ? codeExpired() : codeWrong()
      }
      const owner = await setup.claim(name, password)
      setSession(request, response, await users.openSession(owner.name))
      log.info({ name: owner.name }, 'The house has its owner')
      return json(owner, 201)
    },
  }) satisfies Partial<Handlers>

const codeWrong = (): UserError =>
  new UserError(
    403,
    'SETUP_CODE_WRONG',
    'From another machine, set-up takes the code that Wirehouse printed when it started; it also stands in the file "setup-code" in the data folder.',
  )

const codeExpired = (): UserError =>
  new UserError(
    403,
    'SETUP_CODE_EXPIRED',
    'The set-up code was valid for 30 minutes. Start Wirehouse again to get a new one.',
  )
