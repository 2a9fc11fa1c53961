import type { ComponentType } from 'react'
import type { FlowNode } from '#flows/flow.ts'
import { type Said, said } from '../i18n/said.ts'
import { liveTexts } from '../live/texts.ts'
import { TryTab } from '../try/parts.tsx'
import { tryTitles } from '../try/titles.ts'
import { BreakpointSection } from './control/breakpoint.tsx'
import styles from './inspector.module.css'
import { LiveTab } from './live/live-tab.tsx'
import { MessageTrace } from './message-trace.tsx'
import { NodeHelp } from './node-help.tsx'
import { NodeSettings } from './node-settings.tsx'
import { flowTexts } from './texts.ts'
import { WireMessages } from './wire-messages/wire-messages.tsx'
import { WireValue } from './wire-messages/wire-value.tsx'

/** A tab of the inspector while one node is selected. */
export interface NodeTab {
  readonly id: string
  readonly title: Said
  readonly Content: ComponentType<{ readonly node: FlowNode }>
}

/** What one can see and set about a node. One line for each tab. */
export const nodeTabs: readonly NodeTab[] = [
  { id: 'settings', title: said(flowTexts, 'settings'), Content: NodeSettings },
  { id: 'live', title: said(liveTexts, 'live'), Content: ({ node }) => <LiveTab node={node.id} /> },
  { id: 'try', title: said(tryTitles, 'try'), Content: TryTab },
  { id: 'help', title: said(flowTexts, 'help'), Content: Help },
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
