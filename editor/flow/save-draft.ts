import type { Flow } from '#flows/flow.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import type { SaveAnswer } from '../document/autosave.ts'
import { errorText } from '../i18n/error-text.ts'

/** Saves a draft on the server, and says what became of it. Never rejects. */
export async function saveDraft(flow: Flow, etag: string | undefined): Promise<SaveAnswer> {
  try {
    const saved = await api.flows.save(flow, etag)
    return { kind: 'saved', etag: saved.etag }
  } catch (error) {
    if (!(error instanceof ApiError)) return { kind: 'refused', message: errorText(error) }
    if (error.status === 412) return { kind: 'conflict' }
    if (error.status === 0 || error.status >= 500) return { kind: 'offline' }
    return { kind: 'refused', message: errorText(error) }
  }
}
