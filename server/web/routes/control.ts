import * as z from 'zod'
import { plainOperators } from '#kit/condition.ts'
import { MOST_CONDITIONS } from '#kit/condition-set.ts'
import type { Holder } from '../../control/control-desk.ts'
import { UserError } from '../../user-error.ts'
import { type Call, type Handlers, json, nothing, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

/** What a browser calls itself, so that it is the same one after a reload. */
export const browserName = z.string().regex(/^[\w-]{8,40}$/)
const scalar = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()])
const condition = z.object({
  property: z.string().min(1).max(200),
  operator: z.enum(plainOperators),
  value: scalar.optional(),
  value2: scalar.optional(),
})
const end = /^[\w-]{1,64}(\/[\w-]{1,64}){0,8}\.[\w-]{1,64} [\w-]{1,64}(\/[\w-]{1,64}){0,8}\.[\w-]{1,64}$/
const conditionSet = z.object({
  match: z.enum(['all', 'any']),
  conditions: z.array(condition).min(1).max(MOST_CONDITIONS),
})

const breakpointBody = z.object({
  wire: z.string().regex(end, 'A wire is named by its ends, as in "bell.out quiet.in".'),
  condition: z.union([condition, conditionSet]).optional(),
  browser: browserName,
})
const safeModeBody = z.object({ on: z.boolean(), browser: browserName })
const renewBody = z.object({ browser: browserName })
const actionBody = z.object({ action: z.enum(['step', 'continue', 'drop']) })

/** Breakpoints and safe mode of a flow, which last while a browser that has set them says every 30 seconds that it is there. */
export const controlRoutes = ({ house }: Pick<WebServices, 'house'>) =>
  ({
    'GET /api/flows/:id/control': (call) => json(house.controls.view(idOf(call))),

    'PUT /api/flows/:id/breakpoints': async (call) => {
      const { wire, condition, browser } = readJson(call, breakpointBody)
      await house.controls.setBreakpoint(idOf(call), { wire, condition }, holderOf(call, browser))
      return json(house.controls.view(idOf(call)))
    },

    'DELETE /api/flows/:id/breakpoints': async (call) => {
      const { name } = signedIn(call).user
      await house.controls.removeBreakpoint(idOf(call), call.query.get('wire') ?? '', name)
      return nothing
    },

    'PUT /api/flows/:id/safe-mode': async (call) => {
      const { on, browser } = readJson(call, safeModeBody)
      await house.controls.setSafeMode(idOf(call), on, holderOf(call, browser))
      return json(house.controls.view(idOf(call)))
    },

    'POST /api/flows/:id/control/renew': (call) => {
      const { browser } = readJson(call, renewBody)
      return json({ held: house.controls.renew(idOf(call), holderOf(call, browser)) })
    },

    'POST /api/flows/:id/stopped/:number': async (call) => {
      const number = call.params['number'] ?? ''
      if (!/^\d{1,15}$/.test(number))
        throw new UserError(404, 'STOP_UNKNOWN', 'Messages that are stopped have numbers: 1, 2, 3 …')
      await house.controls.act(idOf(call), Number(number), readJson(call, actionBody).action)
      return json({})
    },
  }) satisfies Partial<Handlers>

const idOf = (call: Call): string => call.params['id'] ?? ''
const holderOf = (call: Call, browser: string): Holder => ({ by: signedIn(call).user.name, browser })
