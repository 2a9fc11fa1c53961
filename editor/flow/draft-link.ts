import type { Change } from '#flows/operations/change.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import type { AutosaveOptions, SendAnswer } from '../document/autosave.ts'
import { errorText } from '../i18n/error-text.ts'

/** The way of changes between one open flow and the server. */
export const draftLink = (flow: string): Pick<AutosaveOptions, 'send' | 'missed'> => ({
  async send(change: Change): Promise<SendAnswer> {
    try {
      return { kind: 'taken', change: await api.flows.change(flow, change) }
    } catch (error) {
      return refusal(error)
    }
  },
  missed: (seq, etag) => api.flows.missed(flow, seq, etag).catch(() => undefined), // asked again when the channel is back
})

/** Who has to sign in again loses nothing; the change waits. */
const passing = new Set([0, 401, 408, 412, 425, 429])

function refusal(error: unknown): SendAnswer {
  const isPassing = error instanceof ApiError && (passing.has(error.status) || error.status >= 500)
  return isPassing ? { kind: 'offline' } : { kind: 'refused', message: errorText(error) }
}
