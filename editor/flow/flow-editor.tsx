import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { makeCatalogue } from '#flows/catalogue.ts'
import type { Guarantee } from '#flows/guarantee.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import { onEvent } from '../api/live.ts'
import { useSummary } from '../api/queries.ts'
import { type CanvasHandle, FlowCanvas } from '../canvas/flow-canvas.tsx'
import { isEditable } from '../canvas/is-editable.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { listeningNode } from '../topics/listening-node.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { notify } from '../ui/toast.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { Drawer, type DrawerTab } from './drawer.tsx'
import styles from './flow.module.css'
import { FlowBar } from './flow-bar.tsx'
import { FlowContext, useDocument, useFlow } from './flow-context.ts'
import { Inspector } from './inspector.tsx'
import { Palette } from './palette.tsx'
import { QuarantineNotice } from './quarantine-notice.tsx'
import { flowTexts } from './texts.ts'
import { TrustNotice } from './trust-notice.tsx'
import { useDeploy } from './use-deploy.ts'
import type { FlowSession } from './use-flow-session.ts'
import { useForeign } from './use-foreign.ts'
import { useNarrow } from './use-narrow.ts'
import { useProblems } from './use-problems.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)

type Panel = 'palette' | 'inspector' | 'drawer'

/** Palette, canvas, inspector and drawer around one document. */
export function FlowEditor({ session }: { readonly session: FlowSession }) {
  const { document, noteForeign } = session
  const t = useText(flowTexts)
  const [, navigate] = useLocation()
  const canvas = useRef<CanvasHandle>(null)
  const isNarrow = useNarrow()
  const [sheet, setSheet] = useState<Panel | undefined>()
  const [hasPalette, setPalette] = useState(true)
  const [drawerTab, setDrawerTab] = useState<DrawerTab>('debug')
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const openDrawer = (tab: DrawerTab) => {
    setDrawerTab(tab)
    if (isNarrow) setSheet('drawer')
    else setDrawerOpen(true)
  }
  const deployment = useDeploy(session, () => openDrawer('problems'))
  const summary = useSummary(document.flow.id)
  const { problems, levels } = useProblems(document, catalogue, deployment.problems, summary?.quarantine)
  const breaks = useChainBreaks(summary?.guarantee)
  const onForeign = useForeign(catalogue, summary?.trusted ?? false, noteForeign)
  const scope = useMemo(
    () => ({ ...session, onForeign, catalogue, problems, canvas: () => canvas.current }),
    [session, onForeign, problems],
  )
  useUndoKeys(document)
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
  const openInspector = () => {
    if (isNarrow) setSheet('inspector')
    else window.document.querySelector<HTMLElement>('[data-inspector] input')?.focus()
  }
  const drawer = <Drawer tab={drawerTab} onTab={setDrawerTab} onJump={() => setSheet(undefined)} />

  return (
    <FlowContext value={scope}>
      <div className={styles.page}>
        <FlowBar deployment={deployment} isNarrow={isNarrow} />
        <QuarantineNotice deployment={deployment} />
        <TrustNotice />
        <div className={styles.body}>
          {!isNarrow && hasPalette && !document.isReadOnly && (
            <aside className={styles.palette} aria-label={t('palette')}>
              <Palette />
            </aside>
          )}
          <div className={styles.centre}>
            <div className={styles.canvas}>
              <FlowCanvas
                ref={canvas}
                document={document}
                catalogue={catalogue}
                problems={levels}
                breaks={breaks}
                isTrusted={summary?.trusted ?? false}
                onForeign={onForeign}
                onPoke={(node) => void poke(node)}
                onOpen={openInspector}
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
            </div>
            {isNarrow ? (
              <NarrowBar problems={problems.length} onOpen={setSheet} />
            ) : (
              <DrawerBar
                isOpen={isDrawerOpen}
                problems={problems.length}
                hasPalette={hasPalette}
                onPalette={() => setPalette(!hasPalette)}
                onToggle={() => setDrawerOpen(!isDrawerOpen)}
                onOpen={openDrawer}
              />
            )}
            {!isNarrow && isDrawerOpen && <div className={styles.drawer}>{drawer}</div>}
          </div>
          {!isNarrow && (
            <aside className={styles.inspector} aria-label={t('inspector')} data-inspector="">
              <Inspector />
            </aside>
          )}
        </div>
        {isNarrow && (
          <>
            <Sheet open={sheet === 'palette'} onClose={() => setSheet(undefined)} title={t('palette')}>
              <Palette onAdded={() => setSheet(undefined)} />
            </Sheet>
            <Sheet open={sheet === 'inspector'} onClose={() => setSheet(undefined)} title={t('inspector')}>
              <Inspector onGone={() => setSheet(undefined)} />
            </Sheet>
            <Sheet open={sheet === 'drawer'} onClose={() => setSheet(undefined)} title={t('debug')}>
              <div className={styles.drawerSheet}>{drawer}</div>
            </Sheet>
          </>
        )}
        <ConflictDialog />
      </div>
    </FlowContext>
  )
}

interface DrawerBarProps {
  readonly isOpen: boolean
  readonly problems: number
  readonly hasPalette: boolean
  readonly onPalette: () => void
  readonly onToggle: () => void
  readonly onOpen: (tab: DrawerTab) => void
}

/** The line under the canvas: says how many problems there are, and opens what is below. */
function DrawerBar({ isOpen, problems, hasPalette, onPalette, onToggle, onOpen }: DrawerBarProps) {
  const t = useText(flowTexts)
  const { isReadOnly } = useFlow().document
  return (
    <div className={styles.line}>
      {!isReadOnly && (
        <Button variant="ghost" icon={hasPalette ? 'chevron-left' : 'chevron-right'} onClick={onPalette}>
          {t(hasPalette ? 'hidePalette' : 'showPalette')}
        </Button>
      )}
      <span className={styles.grow} />
      <Button
        variant="ghost"
        icon={problems > 0 ? 'triangle-alert' : 'circle-check'}
        className={problems > 0 ? styles.hasProblems : undefined}
        onClick={() => onOpen('problems')}
      >
        {problems > 0 ? t('problemCount', { count: problems }) : t('noProblems')}
      </Button>
      <Button
        variant="ghost"
        icon={isOpen ? 'chevron-down' : 'chevron-up'}
        aria-expanded={isOpen}
        onClick={onToggle}
      >
        {t('debug')}
      </Button>
    </div>
  )
}

/** The same for a thumb: what stands beside the canvas on a wide screen comes as a sheet. */
function NarrowBar({
  problems,
  onOpen,
}: {
  readonly problems: number
  readonly onOpen: (panel: Panel) => void
}) {
  const t = useText(flowTexts)
  const { isReadOnly } = useFlow().document
  const isSelected = useDocument(({ selection }) => selection.nodes.size + selection.wires.size > 0)
  return (
    <div className={styles.line} data-narrow="">
      {!isReadOnly && (
        <Button variant="ghost" icon="plus" onClick={() => onOpen('palette')}>
          {t('palette')}
        </Button>
      )}
      <Button
        variant={isSelected ? 'primary' : 'ghost'}
        icon="sliders-horizontal"
        onClick={() => onOpen('inspector')}
      >
        {t('inspector')}
      </Button>
      <Button
        variant="ghost"
        icon={problems > 0 ? 'triangle-alert' : 'bug'}
        className={problems > 0 ? styles.hasProblems : undefined}
        onClick={() => onOpen('drawer')}
      >
        {t('debug')}
      </Button>
    </div>
  )
}

/** Shows the node that the address asks for: `?node=bell`. */
function useAskedNode(canvas: RefObject<CanvasHandle | null>): void {
  useEffect(() => {
    const node = new URLSearchParams(window.location.search).get('node')
    if (node !== null) canvas.current?.reveal(node)
  }, [canvas])
}

/** Adds a node for the topic that the address asks for, once: `?listen=home/door`. */
function useAskedTopic(canvas: RefObject<CanvasHandle | null>): void {
  useEffect(() => {
    const address = new URL(window.location.href)
    const topic = address.searchParams.get('listen')
    if (topic === null) return
    address.searchParams.delete('listen')
    window.history.replaceState(null, '', address)
    const { type, config } = listeningNode(topic)
    canvas.current?.add(type, config)
  }, [canvas])
}

const useChainBreaks = (guarantee: Guarantee | undefined) =>
  useMemo(() => new Map(guarantee?.breaks.map((broken) => [broken.node, broken])), [guarantee])

function useUndoKeys(document: FlowDocument): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isEditable(event.target)) return
      const key = event.key.toLowerCase()
      if (key === 'y' || (key === 'z' && event.shiftKey)) document.redo()
      else if (key === 'z') document.undo()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [document])
}
