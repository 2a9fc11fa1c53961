import type { ComponentType } from 'react'
import { type Said, said } from '../i18n/said.ts'
import { RecordingsTab, TestsTab } from '../try/parts.tsx'
import { tryTitles } from '../try/titles.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import type { FlowScope } from './flow-context.ts'
import { flowTexts } from './texts.ts'
import { traceTexts } from './trace/texts.ts'

const DebugPanel = lazyPart(async () => (await import('./debug/debug-panel.tsx')).DebugPanel)
const ProblemList = lazyPart<{ readonly onJump: () => void }>(
  async () => (await import('../problems/problem-list.tsx')).ProblemList,
)
const TracePanel = lazyPart(async () => (await import('./trace/trace-panel.tsx')).TracePanel)

/** A tab of the drawer under the canvas. */
export interface DrawerTab {
  readonly id: string
  readonly title: Said
  /** `onJump`: a node was jumped to, so that a sheet can make room. */
  readonly Content: ComponentType<{ readonly onJump: () => void }>
  /** Stands behind the title, unless 0. */
  readonly count?: (scope: FlowScope) => number
}

/** What the flow says while it runs, and what keeps it from running. One line for each tab. */
export const drawerTabs: readonly DrawerTab[] = [
  { id: 'debug', title: said(flowTexts, 'debug'), Content: DebugPanel },
  { id: 'trace', title: said(traceTexts, 'trace'), Content: TracePanel },
  {
    id: 'problems',
    title: said(flowTexts, 'problems'),
    Content: ProblemList,
    count: ({ problems }) => problems.length,
  },
  { id: 'tests', title: said(tryTitles, 'tests'), Content: TestsTab },
  { id: 'recordings', title: said(tryTitles, 'recordings'), Content: RecordingsTab },
]
