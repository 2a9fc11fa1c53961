import type { Flow } from '#flows/flow.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import { keys, queryClient } from '../api/queries.ts'
import type { FlowSummary } from '../api/types.ts'
import type { SaveAnswer } from '../document/autosave.ts'
import { errorText } from '../i18n/error-text.ts'

/** Saves the drafts of one session on the server, and tells it when they hold what came from outside. */
export class DraftSaving {
  #isForeign = false

  /** Something from outside was put into the flow: with the next save it becomes untrusted. */
  readonly noteForeign = (): void => {
    this.#isForeign = true
  }

  /** Says what became of a save. Never rejects. */
  readonly save = async (flow: Flow, etag: string | undefined): Promise<SaveAnswer> => {
    const isForeign = this.#isForeign
    this.#isForeign = false
    // Over whatever stands: if that is nothing any more, a new flow must not be trusted for its name.
    const imported = isForeign || (etag === undefined && !isKnownAsTrusted(flow.id))
    try {
      const saved = await api.flows.save(flow, { etag, imported })
      return { kind: 'saved', etag: saved.etag }
    } catch (error) {
      this.#isForeign ||= isForeign
      return refusal(error)
    }
  }
}

const isKnownAsTrusted = (flow: string): boolean =>
  queryClient.getQueryData<readonly FlowSummary[]>(keys.flows)?.find(({ id }) => id === flow)?.trusted ??
  false

function refusal(error: unknown): SaveAnswer {
  if (!(error instanceof ApiError)) return { kind: 'refused', message: errorText(error) }
  if (error.status === 412) return { kind: 'conflict' }
  if (error.status === 0 || error.status >= 500) return { kind: 'offline' }
  return { kind: 'refused', message: errorText(error) }
}
