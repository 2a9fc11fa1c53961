import * as z from 'zod'
import { flowTestSchema } from '#flows/flow.ts'
import { type Handlers, json, readJson } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const testBody = z.object({ tests: z.array(flowTestSchema).max(500).exactOptional() })
const rehearseBody = flowTestSchema.pick({ send: true, within: true })

/** Tries the draft of a flow in virtual time. Nothing that it does leaves the trial. */
export const trialRoutes = ({ house }: Pick<WebServices, 'house'>) =>
  ({
    // Without `tests` those that the draft carries. That one has failed is an answer, and no error.
    'POST /api/flows/:id/test': async (call) => {
      const { tests } = readJson(call, testBody)
      return json({ results: await house.testFlow(call.params['id'] ?? '', tests) })
    },

    'POST /api/flows/:id/rehearse': async (call) => {
      const play = readJson(call, rehearseBody)
      return json(await house.rehearseFlow(call.params['id'] ?? '', play))
    },
  }) satisfies Partial<Handlers>
