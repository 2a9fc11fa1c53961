import { useEffect, useState } from 'react'
import { api } from '../api/api.ts'
import { forgetStatuses, onEvent, takeStatus } from '../api/live.ts'
import { useMayEdit, useSession } from '../api/queries.ts'
import type { OpenedDraft, Quarantine } from '../api/types.ts'
import { useWatch } from '../api/use-live.ts'
import { Autosave } from '../document/autosave.ts'
import { FlowDocument } from '../document/flow-document.ts'
import { Pointers } from '../people/pointers.ts'
import { Pointing } from '../people/pointing.ts'
import { Whereabouts } from '../people/whereabouts.ts'
import { browserClock } from './browser-clock.ts'
import { DraftChannel } from './draft-channel.ts'
import { draftLink } from './draft-link.ts'
import { KeptChanges } from './kept-changes.ts'

/** A flow that is open in the editor. */
export interface FlowSession {
  readonly document: FlowDocument
  readonly autosave: Autosave
  readonly whereabouts: Whereabouts
  readonly pointing: Pointing
  /** Something from outside is put into the flow next: it becomes untrusted with that. */
  readonly noteForeign: () => void
}

type Opening =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'open'; readonly session: FlowSession }

/** Opens a draft; from then on the document is kept in step with the server, change by change. */
export function useFlowSession(id: string): { readonly opening: Opening; readonly retry: () => void } {
  const [opening, setOpening] = useState<Opening>({ kind: 'loading' })
  const [attempt, setAttempt] = useState(0)
  const isReadOnly = !useMayEdit()
  const user = useSession().data?.name ?? ''
  useWatch(id)
  useStatuses(id)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` starts it again
  useEffect(() => {
    let isWanted = true
    let close = (): void => undefined
    setOpening({ kind: 'loading' })
    api.flows.open(id).then(
      (draft) => {
        if (!isWanted) return
        const opened = openSession(draft, { user, isReadOnly })
        close = opened.close
        setOpening({ kind: 'open', session: opened.session })
      },
      (error: unknown) => isWanted && setOpening({ kind: 'failed', error }),
    )
    return () => {
      isWanted = false
      close()
    }
  }, [id, attempt, isReadOnly, user])
  return { opening, retry: () => setAttempt(attempt + 1) }
}

interface Editing {
  readonly user: string
  readonly isReadOnly: boolean
}

function openSession({ flow, seq, etag, own }: OpenedDraft, { user, isReadOnly }: Editing) {
  const document = new FlowDocument(flow, { now: browserClock.now, isReadOnly, own })
  const autosave = new Autosave({ document, seq, etag, ...draftLink(flow.id), clock: browserClock })
  const kept = isReadOnly
    ? undefined
    : new KeptChanges(document, { user, flow: flow.id, clock: browserClock })
  const pointers = new Pointers(browserClock)
  const channel = new DraftChannel(flow.id, autosave, pointers)
  const whereabouts = new Whereabouts({
    ...{ document, clock: browserClock },
    tell: (where) => channel.tell(where),
  })
  const pointing = new Pointing({
    clock: browserClock,
    tell: (at) => channel.point(document.scope, at),
  })
  const onLeave = (event: BeforeUnloadEvent) => {
    if (autosave.hasUnsaved && !kept?.isSafe) event.preventDefault()
  }
  const onBack = () => void autosave.flush()
  window.addEventListener('beforeunload', onLeave)
  window.addEventListener('online', onBack)
  const close = () => {
    window.removeEventListener('beforeunload', onLeave)
    window.removeEventListener('online', onBack)
    channel[Symbol.dispose]()
    pointers[Symbol.dispose]()
    pointing[Symbol.dispose]()
    whereabouts[Symbol.dispose]()
    void autosave.flush().finally(() => {
      autosave[Symbol.dispose]()
      kept?.[Symbol.dispose]()
    })
  }
  const noteForeign = () => document.noteImport()
  return { session: { document, autosave, whereabouts, pointing, noteForeign }, close }
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
