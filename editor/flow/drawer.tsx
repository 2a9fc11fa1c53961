import { useText } from '../i18n/use-text.ts'
import { Tabs } from '../ui/tabs.tsx'
import { DebugPanel } from './debug-panel.tsx'
import { useFlow } from './flow-context.ts'
import { ProblemList } from './problem-list.tsx'
import { flowTexts } from './texts.ts'

export type DrawerTab = 'debug' | 'problems'

interface DrawerProps {
  readonly tab: DrawerTab
  readonly onTab: (tab: DrawerTab) => void
  /** A node was jumped to. */
  readonly onJump: () => void
}

/** What the flow says while it runs, and what keeps it from running. */
export function Drawer({ tab, onTab, onJump }: DrawerProps) {
  const t = useText(flowTexts)
  const { problems } = useFlow()
  return (
    <Tabs
      label={t('debug')}
      value={tab}
      onChange={(next) => onTab(next === 'problems' ? 'problems' : 'debug')}
      tabs={[
        { id: 'debug', label: t('debug'), content: <DebugPanel onJump={onJump} /> },
        {
          id: 'problems',
          label: problems.length > 0 ? `${t('problems')} (${problems.length})` : t('problems'),
          content: <ProblemList onJump={onJump} />,
        },
      ]}
    />
  )
}
