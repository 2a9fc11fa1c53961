import { useState } from 'react'
import { useNarrow } from './use-narrow.ts'

/** What stands beside the canvas on a wide screen, and comes as a sheet on a narrow one. */
export type Panel = 'palette' | 'inspector' | 'drawer'

/** Which panels of the flow page are open. */
export function usePanels() {
  const isNarrow = useNarrow()
  const [sheet, setSheet] = useState<Panel | undefined>()
  const [hasPalette, setPalette] = useState(true)
  const [drawerTab, setDrawerTab] = useState('debug')
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  return {
    isNarrow,
    sheet,
    hasPalette,
    drawerTab,
    isDrawerOpen,
    setDrawerTab,
    openSheet: (panel: Panel) => setSheet(panel),
    closeSheet: () => setSheet(undefined),
    /** Opens the drawer at a tab of `drawerTabs`. */
    openDrawer: (tab: string) => {
      setDrawerTab(tab)
      if (isNarrow) setSheet('drawer')
      else setDrawerOpen(true)
    },
    toggleDrawer: () => (isNarrow ? setSheet('drawer') : setDrawerOpen(!isDrawerOpen)),
    togglePalette: () => (isNarrow ? setSheet('palette') : setPalette(!hasPalette)),
    /** Shows the settings of what is selected, ready to type. */
    openInspector: () => {
      if (isNarrow) setSheet('inspector')
      else window.document.querySelector<HTMLElement>('[data-inspector] :is(input, [role=switch])')?.focus()
    },
  }
}

export type Panels = ReturnType<typeof usePanels>
