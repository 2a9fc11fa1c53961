import { useMemo, useState } from 'react'
import { readStored, writeStored } from '../ui/stored.ts'
import { focusSoon } from './panes.ts'
import { useNarrow } from './use-narrow.ts'

/** What stands beside the canvas on a wide screen, and comes as a sheet on a narrow one. */
export type Panel = 'palette' | 'inspector' | 'drawer'

/** How the flow is shown. */
export type FlowView = 'canvas' | 'list'

/** What somebody chose on a phone says nothing about a large screen. */
const viewKey = (isNarrow: boolean) => `wirehouse.flow.view.${isNarrow ? 'narrow' : 'wide'}`
const storedView = (isNarrow: boolean): FlowView =>
  readStored(viewKey(isNarrow)) === 'list' ? 'list' : 'canvas'

/** Which panels of the flow page are open: the same object until another one is. */
export function usePanels() {
  const isNarrow = useNarrow()
  const [sheet, setSheet] = useState<Panel | undefined>()
  const [hasPalette, setPalette] = useState(true)
  const [drawerTab, setDrawerTab] = useState('debug')
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const [chosen, setChosen] = useState<{ readonly isNarrow: boolean; readonly view: FlowView }>()
  const view = chosen?.isNarrow === isNarrow ? chosen.view : storedView(isNarrow)
  const [askedNodeTab, setAskedNodeTab] = useState<string | undefined>()
  return useMemo(
    () => ({
      isNarrow,
      view,
      /** Remembered in this browser. */
      toggleView: () => {
        const next = view === 'list' ? 'canvas' : 'list'
        writeStored(viewKey(isNarrow), next)
        setChosen({ isNarrow, view: next })
      },
      sheet,
      hasPalette,
      drawerTab,
      isDrawerOpen,
      setDrawerTab,
      /** The tab of `nodeTabs` that somebody has asked for, until it has been opened. */
      askedNodeTab,
      forgetNodeTab: () => setAskedNodeTab(undefined),
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
      /** Shows a tab of `nodeTabs` for the node that is selected. */
      openNodeTab: (tab: string) => {
        setAskedNodeTab(tab)
        if (isNarrow) setSheet('inspector')
      },
      /** Shows the settings of what is selected, ready to type. */
      openInspector: () => {
        if (isNarrow) setSheet('inspector')
        else focusSoon('[data-inspector] :is(input, textarea, [role=switch])')
      },
    }),
    [isNarrow, view, sheet, hasPalette, drawerTab, isDrawerOpen, askedNodeTab],
  )
}

export type Panels = ReturnType<typeof usePanels>
