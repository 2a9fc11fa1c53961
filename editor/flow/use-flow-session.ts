import { useEffect, useState } from 'react'
import type { Flow } from '#flows/flow.ts'
import { api } from '../api/api.ts'
import { forgetStatuses, onEvent, takeStatus } from '../api/live.ts'
import { useMayEdit } from '../api/queries.ts'
import type { Quarantine } from '../api/types.ts'
import { useWatch } from '../api/use-live.ts'
import { Autosave } from '../document/autosave.ts'
import { FlowDocument } from '../document/flow-document.ts'
import { browserClock } from './browser-clock.ts'
import { DraftSaving } from './save-draft.ts'

/** A flow that is open in the editor. */
export interface FlowSession {
  readonly document: FlowDocument
  readonly autosave: Autosave
  /** Something from outside was put into the flow: it is saved as such. */
  readonly noteForeign: () => void
}

type Opening =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'open'; readonly session: FlowSession }

/** Loads a draft once; from then on the document is what counts, and is kept in step with the server. */
export function useFlowSession(id: string): { readonly opening: Opening; readonly retry: () => void } {
  const [opening, setOpening] = useState<Opening>({ kind: 'loading' })
  const [attempt, setAttempt] = useState(0)
  const isReadOnly = !useMayEdit()
  useWatch(id)
  useStatuses(id)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` starts it again
  useEffect(() => {
    let isWanted = true
    let close = (): void => undefined
    setOpening({ kind: 'loading' })
    api.flows.read(id).then(
      ({ flow, etag }) => {
        if (!isWanted) return
        const opened = openSession(flow, etag, isReadOnly)
        close = opened.close
        setOpening({ kind: 'open', session: opened.session })
      },
      (error: unknown) => isWanted && setOpening({ kind: 'failed', error }),
    )
    return () => {
      isWanted = false
      close()
    }
  }, [id, attempt, isReadOnly])
  useOthersSaves(id, opening.kind === 'open' ? opening.session : undefined)
  return { opening, retry: () => setAttempt(attempt + 1) }
}

function openSession(flow: Flow, etag: string, isReadOnly: boolean) {
  const document = new FlowDocument(flow, { now: browserClock.now, isReadOnly })
  const saving = new DraftSaving()
  const { save } = saving
  const autosave = new Autosave({ document, etag, save, clock: browserClock })
  const onLeave = (event: BeforeUnloadEvent) => {
    if (!autosave.hasUnsaved) return
    void autosave.flush()
    event.preventDefault()
  }
  const onBack = () => void autosave.flush()
  window.addEventListener('beforeunload', onLeave)
  window.addEventListener('online', onBack)
  const close = () => {
    window.removeEventListener('beforeunload', onLeave)
    window.removeEventListener('online', onBack)
    void autosave.flush().finally(() => autosave[Symbol.dispose]())
  }
  return { session: { document, autosave, noteForeign: saving.noteForeign }, close }
}

/** How the nodes are at the moment of opening; changes come over the live channel. */
function useStatuses(id: string): void {
  useEffect(() => {
    let isWanted = true
    api.flows.statuses(id).then(
      (statuses) => {
        if (isWanted) for (const status of statuses) takeStatus(status)
      },
      () => undefined, // without them the cards show no status until the next change
    )
    const listening = [
      onEvent('flow:stopped', ({ flow }) => flow === id && forgetStatuses(id)),
      onEvent('flow:quarantined', ({ flow, quarantine }) => flow === id && showCulprit(id, quarantine)),
    ]
    return () => {
      isWanted = false
      for (const stop of listening) stop()
    }
  }, [id])
}

/** Of a flow that was stopped for good, only the culprit says something. */
function showCulprit(flow: string, { node, message, ...rest }: Quarantine): void {
  forgetStatuses(flow)
  if (node !== undefined) takeStatus({ flow, node, state: 'error', text: message, ...rest })
}

/** Takes over what another tab or person has saved, unless something here is not saved yet: then saving finds the conflict. */
function useOthersSaves(id: string, session: FlowSession | undefined): void {
  useEffect(() => {
    if (!session) return
    const { autosave } = session
    return onEvent('flow:saved', async (event) => {
      if (event.flow !== id) return
      await autosave.idle()
      if (event.etag === autosave.etag || autosave.hasUnsaved) return
      const draft = await api.flows.read(id).catch(() => undefined)
      if (draft && draft.etag !== autosave.etag && !autosave.hasUnsaved)
        autosave.accept(draft.flow, draft.etag)
    })
  }, [id, session])
}
