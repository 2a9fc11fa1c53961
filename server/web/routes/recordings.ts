import * as z from 'zod'
import { MOST_MESSAGES, recordedMessageSchema } from '../../try/recorded.ts'
import { type Call, type Handlers, json, nothing, raw, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'
import { attachment } from './flow-files.ts'

const name = z.string().trim().min(1).max(200)
const startBody = z.object({ name, wires: z.array(z.string().max(260)).min(1).max(1_000) })
const renameBody = z.object({ name })
const replayBody = z.object({
  speed: z.number().min(1).max(100).default(1),
  muted: z.boolean().default(false),
})
/** What a download has; what else stands in it is left out. */
const uploadBody = z.object({ name, messages: z.array(recordedMessageSchema).min(1).max(MOST_MESSAGES) })

/** What went over the wires of flows, written down to be looked at and replayed. */
export const recordingRoutes = ({ recordings }: Pick<WebServices, 'recordings'>) =>
  ({
    'GET /api/flows/:id/recordings': (call) => json(recordings.list(idOf(call))),

    'POST /api/flows/:id/recordings': async (call) =>
      json(await recordings.start(idOf(call), { ...readJson(call, startBody), by: byOf(call) }), 201),

    'POST /api/flows/:id/recordings/upload': (call) =>
      json(recordings.add(idOf(call), { ...readJson(call, uploadBody), by: byOf(call) }), 201),

    // As a file that can be uploaded again.
    'GET /api/recordings/:id': (call) => {
      const { recording, messages } = recordings.read(idOf(call))
      const { flow, name, by, startedAt, endedAt } = recording
      const text = JSON.stringify({ flow, name, by, startedAt, endedAt, messages })
      return raw('application/json; charset=utf-8', text, {
        'Content-Disposition': attachment(`${name}.recording.json`, 'recording.json'),
      })
    },

    'PUT /api/recordings/:id': (call) => json(recordings.rename(idOf(call), readJson(call, renameBody).name)),

    'DELETE /api/recordings/:id': async (call) => {
      await recordings.remove(idOf(call))
      return nothing
    },

    'POST /api/recordings/:id/stop': async (call) => json(await recordings.stop(idOf(call))),

    'POST /api/recordings/:id/replay': async (call) => {
      const { speed, muted } = readJson(call, replayBody)
      return json(await recordings.replay(idOf(call), { speed, isMuted: muted, by: byOf(call) }))
    },

    'POST /api/recordings/:id/rehearse': async (call) => json(await recordings.rehearse(idOf(call))),

    'GET /api/flows/:id/replay': (call) => json(recordings.replayOf(idOf(call)) ?? null),

    'POST /api/flows/:id/replay/stop': async (call) => {
      await recordings.stopReplay(idOf(call))
      return json({})
    },
  }) satisfies Partial<Handlers>

const idOf = (call: Call): string => call.params['id'] ?? ''
const byOf = (call: Call): string => signedIn(call).user.name
