import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useLocation } from 'wouter'
import { makeCatalogue } from '#flows/catalogue.ts'
import type { Guarantee } from '#flows/guarantee.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { useActions } from '../actions/registry.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import { onEvent } from '../api/live.ts'
import { useSummary } from '../api/queries.ts'
import { ChecklistCorner } from '../begin/checklist-corner.tsx'
import { type CanvasHandle, FlowCanvas } from '../canvas/flow-canvas.tsx'
import { useLooking } from '../deploy/looking.ts'
import { LookingPanel } from '../deploy/looking-panel.tsx'
import { useShown } from '../deploy/use-shown.ts'
import { liveWires } from '../document/live-place.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { useFlowValues } from '../live/use-flow-values.ts'
import { askPort } from '../try/asked-port.ts'
import { useWireActions } from '../try/use-wire-actions.ts'
import { Sheet } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { notify } from '../ui/toast.tsx'
import { DrawerPane } from './drawer-pane/drawer-pane.tsx'
import { fetchCodeAhead } from './fetch-code-ahead.ts'
import styles from './flow.module.css'
import { flowActions } from './flow-actions.ts'
import { FlowBar } from './flow-bar.tsx'
import { FlowContext, useFlow } from './flow-context.ts'
import { DrawerLine, ThumbLine } from './flow-lines.tsx'
import { notices } from './flow-parts.tsx'
import { Inspector } from './inspector.tsx'
import { Palette } from './palette.tsx'
import { flowTexts } from './texts.ts'
import { useAskedNode, useAskedTopic } from './use-asked.ts'
import { useDeploy } from './use-deploy.ts'
import { useFlowCatalogue } from './use-flow-catalogue.ts'
import type { FlowSession } from './use-flow-session.ts'
import { useForeign } from './use-foreign.ts'
import { useNodeSearch } from './use-node-search.ts'
import { usePanels } from './use-panels.ts'
import { useProblems } from './use-problems.ts'

const types = makeCatalogue(nodeDefinitions, connectionDefinitions)

const noProblems: ReadonlyMap<string, 'error' | 'warning'> = new Map()

const Drawer = lazyPart(async () => (await import('./drawer.tsx')).Drawer)
const FlowListView = lazyPart(async () => (await import('../list/flow-list-view.tsx')).FlowListView)

/** Palette, canvas, inspector and drawer around one document. What stands in them, `flow-parts.tsx` lists. */
export function FlowEditor({ session }: { readonly session: FlowSession }) {
  const { document, noteForeign } = session
  const t = useText(flowTexts)
  const [, navigate] = useLocation()
  const canvas = useRef<CanvasHandle>(null)
  const panels = usePanels()
  const { isNarrow } = panels

  const catalogue = useFlowCatalogue(document, types)
  const { openDrawer } = panels
  const deployment = useDeploy(
    session,
    useCallback(() => openDrawer('problems'), [openDrawer]),
  )
  const summary = useSummary(document.flow.id)
  const shown = useShown(document, deployment)
  const { problems, levels } = useProblems(
    document,
    catalogue,
    deployment.problems,
    summary?.quarantine,
    shown?.document ?? document,
  )
  const breaks = useChainBreaks(summary?.guarantee)
  const onForeign = useForeign(catalogue, summary?.trusted ?? false, noteForeign)
  // What was deployed before, and what a deploy changes, is shown as a drawing.
  const isListed = panels.view === 'list' && !shown
  const looks = useLooking(({ looking }) => looking !== undefined)
  const wireActions = useWireActions(document, openDrawer)
  const scope = useMemo(
    () => ({
      ...session,
      onForeign,
      catalogue,
      problems,
      deployment,
      panels,
      shown,
      canvas: () => canvas.current,
      ...wireActions,
    }),
    [session, onForeign, catalogue, problems, deployment, panels, shown, wireActions],
  )
  useFlowValues(
    document.flow.id,
    useCallback(() => liveWires(document), [document]),
  )
  useActions('flow', flowActions, scope)
  useNodeSearch(scope)
  useAskedNode(canvas)
  useAskedTopic(canvas)
  useEffect(
    () => onEvent('flow:deleted', ({ flow }) => flow === document.flow.id && navigate('/flows')),
    [document, navigate],
  )

  const poke = async (node: string) => {
    const name = document.node(node)?.name ?? node
    try {
      await api.flows.poke(document.flow.id, node)
    } catch (error) {
      const isStopped = error instanceof ApiError && error.status === 409
      notify.error(t('pokeFailed', { name }), { about: isStopped ? t('pokeStopped') : errorText(error) })
    }
  }

  return (
    <FlowContext value={scope}>
      <div className={styles.page}>
        <FlowBar deployment={deployment} isNarrow={isNarrow} />
        {Object.entries(notices).map(([name, Part]) => (
          <Part key={name} />
        ))}
        <div className={styles.body}>
          {!isNarrow && panels.hasPalette && !document.isReadOnly && !looks && (
            <aside className={styles.palette} aria-label={t('palette')} data-pane="">
              <Palette />
            </aside>
          )}
          <div className={styles.centre}>
            <div className={styles.canvas} onPointerOver={fetchCodeAhead(document, catalogue)}>
              {isListed ? (
                <FlowListView
                  ref={canvas}
                  document={document}
                  catalogue={catalogue}
                  problems={levels}
                  isNarrow={isNarrow}
                  onOpen={panels.openInspector}
                />
              ) : (
                <FlowCanvas
                  ref={canvas}
                  document={shown?.document ?? document}
                  marks={shown?.marks}
                  catalogue={catalogue}
                  problems={shown?.kind === 'history' ? noProblems : levels}
                  breaks={breaks}
                  isTrusted={summary?.trusted ?? false}
                  onForeign={onForeign}
                  onPoke={(node) => void poke(node)}
                  pointing={shown ? undefined : session.pointing}
                  onPlay={(node, port) => {
                    askPort({ node, port })
                    panels.openNodeTab('try')
                  }}
                  onOpen={() => !shown && panels.openInspector()}
                  emptyHint={
                    <EmptyState
                      icon="workflow"
                      title={t('emptyTitle')}
                      about={t(
                        document.isReadOnly ? 'lookOnlyAbout' : isNarrow ? 'emptyAboutTouch' : 'emptyAbout',
                      )}
                    />
                  }
                />
              )}
            </div>
            {isNarrow && <ChecklistCorner />}
            {isNarrow ? <ThumbLine /> : <DrawerLine />}
            {!isNarrow && panels.isDrawerOpen && (
              <DrawerPane>
                <Drawer />
              </DrawerPane>
            )}
          </div>
          {!isNarrow && (
            <div className={styles.side}>
              <aside className={styles.inspector} aria-label={t('inspector')} data-inspector="" data-pane="">
                {looks ? <LookingPanel /> : <Inspector />}
              </aside>
              <ChecklistCorner />
            </div>
          )}
        </div>
        {isNarrow && <Sheets />}
      </div>
    </FlowContext>
  )
}

/** The panels on a narrow screen. */
function Sheets() {
  const t = useText(flowTexts)
  const { sheet, closeSheet } = useFlow().panels
  return (
    <>
      <Sheet open={sheet === 'palette'} onClose={closeSheet} title={t('palette')}>
        <Palette onAdded={closeSheet} />
      </Sheet>
      <Sheet open={sheet === 'inspector'} onClose={closeSheet} title={t('inspector')}>
        <Inspector onGone={closeSheet} />
      </Sheet>
      <Sheet open={sheet === 'drawer'} onClose={closeSheet} title={t('debug')}>
        <div className={styles.drawerSheet}>
          <Drawer />
        </div>
      </Sheet>
    </>
  )
}

const useChainBreaks = (guarantee: Guarantee | undefined) =>
  useMemo(() => new Map(guarantee?.breaks.map((broken) => [broken.node, broken])), [guarantee])
