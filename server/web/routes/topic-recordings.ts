import * as z from 'zod'
import { forFlow } from '../../topic-recordings/for-flow.ts'
import { type Call, type Handlers, json, nothing, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const startBody = z.object({ filter: z.string().min(1).max(65_535), name: z.string().trim().min(1).max(200) })
const flowBody = z.object({ flow: z.string().max(64) })

type Services = Pick<WebServices, 'topicRecordings' | 'recordings' | 'house'>

/** What the broker carried on some topics, written down to be replayed into flows. */
export const topicRecordingRoutes = ({ topicRecordings, recordings, house }: Services) =>
  ({
    'GET /api/topic-recordings': () => json(topicRecordings.list()),

    'POST /api/topic-recordings': (call) =>
      json(topicRecordings.start({ ...readJson(call, startBody), by: byOf(call) }), 201),

    'POST /api/topic-recordings/:id/stop': (call) => json(topicRecordings.stop(idOf(call))),

    // Becomes a recording of the flow, which is replayed and rehearsed like any other.
    'POST /api/topic-recordings/:id/use': (call) => {
      const { flow } = readJson(call, flowBody)
      const by = byOf(call)
      const { recording, messages } = topicRecordings.read(idOf(call), by)
      const heard = forFlow(messages, house.readFlow(flow).flow)
      return json(recordings.add(flow, { name: recording.name, messages: heard, by }), 201)
    },

    'DELETE /api/topic-recordings/:id': (call) => {
      topicRecordings.remove(idOf(call))
      return nothing
    },
  }) satisfies Partial<Handlers>

const idOf = (call: Call): string => call.params['id'] ?? ''
const byOf = (call: Call): string => signedIn(call).user.name
