import type { ComponentType } from 'react'
import type { FlowNode } from '#flows/flow.ts'
import { type Said, said } from '../i18n/said.ts'
import { liveTexts } from '../live/texts.ts'
import { TryTab } from '../try/parts.tsx'
import { tryTitles } from '../try/titles.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import styles from './inspector.module.css'
import { selectedTexts } from './selected-texts.ts'

const NodeSettings = lazyPart(async () => (await import('./node-settings.tsx')).NodeSettings)
const LiveTab = lazyPart(async () => (await import('./live/live-tab.tsx')).LiveTab)
const NodeHelp = lazyPart(async () => (await import('./node-help.tsx')).NodeHelp)
const WireValue = lazyPart(async () => (await import('./wire-messages/wire-value.tsx')).WireValue)
const WireMessages = lazyPart(async () => (await import('./wire-messages/wire-messages.tsx')).WireMessages)
const BreakpointSection = lazyPart(async () => (await import('./control/breakpoint.tsx')).BreakpointSection)
const MessageTrace = lazyPart(async () => (await import('./message-trace.tsx')).MessageTrace)

/** A tab of the inspector while one node is selected. */
export interface NodeTab {
  readonly id: string
  readonly title: Said
  readonly Content: ComponentType<{ readonly node: FlowNode }>
}

/** What one can see and set about a node. One line for each tab. */
export const nodeTabs: readonly NodeTab[] = [
  { id: 'settings', title: said(selectedTexts, 'settings'), Content: NodeSettings },
  { id: 'live', title: said(liveTexts, 'live'), Content: ({ node }) => <LiveTab node={node.id} /> },
  { id: 'try', title: said(tryTitles, 'try'), Content: TryTab },
  { id: 'help', title: said(selectedTexts, 'help'), Content: Help },
]

/** What one can see about a wire, one below the other. */
export const wireSections: Readonly<Record<string, ComponentType<{ readonly wire: string }>>> = {
  value: WireValue,
  breakpoint: BreakpointSection,
  messages: WireMessages,
  trace: MessageTrace,
}

function Help({ node }: { readonly node: FlowNode }) {
  return (
    <div className={styles.content}>
      <NodeHelp type={node.type} />
    </div>
  )
}
