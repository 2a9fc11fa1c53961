import { useSay } from '../i18n/said.ts'
import { useText } from '../i18n/use-text.ts'
import { Tabs } from '../ui/tabs.tsx'
import { drawerTabs } from './drawer-tabs.tsx'
import { useFlow } from './flow-context.ts'
import { flowTexts } from './texts.ts'

/** The panel under the canvas, with a tab for each of `drawerTabs`. */
export function Drawer() {
  const t = useText(flowTexts)
  const say = useSay()
  const scope = useFlow()
  const { drawerTab, setDrawerTab, closeSheet } = scope.panels
  return (
    <Tabs
      label={t('debug')}
      value={drawerTab}
      onChange={setDrawerTab}
      tabs={drawerTabs.map(({ id, title, count, Content }) => ({
        id,
        label: withCount(say(title), count?.(scope) ?? 0),
        content: <Content onJump={closeSheet} />,
      }))}
    />
  )
}

const withCount = (title: string, count: number): string => (count > 0 ? `${title} (${count})` : title)
