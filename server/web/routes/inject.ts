import * as z from 'zod'
import { type Handlers, json, readJson } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const injectBody = z.object({
  port: z.string().max(64).exactOptional(),
  payload: z.unknown().optional(),
  topic: z.string().max(65_535).exactOptional(),
})

/** Pokes a node of a running flow and answers with the id of the message when it has settled; 422 with the node's code if the flow failed it. */
export const injectRoutes = ({ house }: Pick<WebServices, 'house'>) =>
  ({
    'POST /api/flows/:id/nodes/:node/inject': async (call) => {
      const poke = readJson(call, injectBody)
      const { id = '', node = '' } = call.params
      return json({ message: await house.poke(id, node, poke) })
    },
  }) satisfies Partial<Handlers>
