import { useDeferredValue, useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Difference } from '#flows/diff.ts'
import type { Flow } from '#flows/flow.ts'
import { type Marks, noMarks } from '../canvas/marks.tsx'
import { FlowDocument } from '../document/flow-document.ts'
import { useRevisionFlow, useRevisions } from '../revisions/use-revisions.ts'
import { compareFlows, marksOf } from './comparison.ts'
import { backToDraft, type Looking, useLooking } from './looking.ts'

/** What stands on the canvas in place of the draft. */
export interface Shown {
  readonly kind: Looking['kind']
  /** Can be looked at only. */
  readonly document: FlowDocument
  readonly differences: readonly Difference[]
  /** Of what is open: the flow itself or a subflow. */
  readonly marks: Marks
}

interface Live {
  /** What runs, if anything does. */
  readonly running: Flow | undefined
  readonly isRunning: boolean
}

/** What is looked at, as soon as it is loaded; `undefined` while it is the draft. */
export function useShown(document: FlowDocument, live: Live): Shown | undefined {
  const { looking, before, after } = useCompared(document, live)
  const comparison = useMemo(() => after && compareFlows(before, after), [before, after])
  const shown = useMemo(() => {
    if (!comparison) return undefined
    // Under another id: what the running nodes say belongs to the flow that runs.
    const flow = { ...comparison.flow, id: `${comparison.flow.id}~` }
    return new FlowDocument(flow, { now: () => 0, isReadOnly: true })
  }, [comparison])
  const scope = useStore(shown?.store ?? document.store, (state) => state.scope)
  const marks = useMemo(() => (comparison ? marksOf(comparison, scope) : noMarks), [comparison, scope])
  useEffect(() => backToDraft, []) // with the flow goes what was looked at
  if (!looking || !shown || !comparison) return undefined
  return { kind: looking.kind, document: shown, differences: comparison.differences, marks }
}

interface Compared {
  readonly looking: Looking | undefined
  readonly before?: Flow | undefined
  readonly after?: Flow | undefined
}

function useCompared(document: FlowDocument, { running, isRunning }: Live): Compared {
  const looking = useLooking((state) => state.looking)
  const draft = useDeferredValue(useStore(document.store, (state) => looking && state.flow))
  const { number, base } = useChosen(document.flow.id)
  const revision = useRevisionFlow(document.flow.id, number)
  const other = useRevisionFlow(document.flow.id, typeof base === 'number' ? base : undefined)
  if (looking?.kind === 'review') return { looking, before: isRunning ? running : undefined, after: draft }
  if (looking?.kind !== 'history' || !revision.flow || other.isPending) return { looking }
  const isPlain = base === 'nothing' || (typeof base === 'number' && !other.flow)
  const before = isPlain ? revision.flow : base === 'draft' ? draft : other.flow
  return { looking, before, after: revision.flow }
}

/** The revision that is chosen, the newest if none is, and what it is laid over. */
export function useChosen(flow: string): {
  readonly number?: number
  readonly base: 'nothing' | 'draft' | number
} {
  const looking = useLooking((state) => state.looking)
  const isHistory = looking?.kind === 'history'
  const { revisions } = useRevisions(flow, isHistory)
  const number = isHistory ? (looking.number ?? revisions?.[0]?.number) : undefined
  if (!isHistory || number === undefined) return { base: 'nothing' }
  if (looking.base !== 'before') return { number, base: looking.base }
  return { number, base: number > 1 ? number - 1 : 'nothing' }
}
