import { useVirtualizer } from '@tanstack/react-virtual'
import { type Ref, useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import { type Drawing, type FlowNode, readEndpoint, wireKey } from '#flows/flow.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import { useActions } from '../actions/registry.ts'
import '../canvas/families.css'
import type { CanvasHandle } from '../canvas/flow-canvas.tsx'
import { PickList } from '../canvas/pick-list.tsx'
import type { ProblemLevels } from '../canvas/projection.ts'
import { refusalText } from '../canvas/refusal-text.ts'
import { canvasTexts } from '../canvas/texts.ts'
import { WireList } from '../canvas/wire-list.tsx'
import type { FlowDocument } from '../document/flow-document.ts'
import { above, type FlowRow, listFlow, unfolded } from '../document/flow-list.ts'
import { fittingTypes, insertStep, moveStep, removeStep, type Spot } from '../document/flow-list-edits.ts'
import { snap } from '../document/fragment.ts'
import { DrawingShapes } from '../document/shape-drawing.ts'
import { refuseWire } from '../document/wiring.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { recents } from '../palette/node-choices.ts'
import { useNodePicks } from '../palette/use-node-picks.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { notify } from '../ui/toast.tsx'
import styles from './list.module.css'
import { type ListScope, listActions } from './list-actions.ts'
import { ListRow } from './list-row.tsx'
import { RowButtons } from './row-buttons.tsx'
import { listTexts } from './texts.ts'

interface FlowListViewProps {
  readonly ref?: Ref<CanvasHandle>
  readonly document: FlowDocument
  readonly catalogue: Catalogue
  readonly problems: ProblemLevels
  /** A tap on a step opens its settings: there is no room for them beside the list. */
  readonly isNarrow: boolean
  readonly onOpen: () => void
}

/** What is asked for, over the list. */
type Asked = { readonly kind: 'add'; readonly spot: Spot } | { readonly kind: 'wire'; readonly node: string }

/** Heights of rows, in pixels; more where fingers have to hit them. */
const isCoarse = window.matchMedia('(pointer: coarse)').matches
const heights = { step: isCoarse ? 64 : 54, branch: isCoarse ? 48 : 36, jump: isCoarse ? 48 : 36 }

/** Above a rule that is not the first. */
const RULE_GAP = 14
const startsRule = (rows: readonly FlowRow[], index: number): boolean => index > 0 && rows[index]?.depth === 1

/** The flow as a list of rules, to read and to work on: for phones, for beginners, and for who listens. */
export function FlowListView({ ref, document, catalogue, problems, isNarrow, onOpen }: FlowListViewProps) {
  const t = useText(listTexts)
  const canvasT = useText(canvasTexts)
  const texts = useNodeTexts()
  const treeId = useId()
  const tree = useRef<HTMLDivElement>(null)
  const { drawing, selection } = useStore(document.store)
  const known = useMemo(() => new DrawingShapes(catalogue), [catalogue])
  const shapes = useMemo(() => known.of(drawing), [known, drawing])
  const all = useMemo(() => listFlow(drawing, shapes), [drawing, shapes])
  const values = useMemo(() => valueWires(drawing), [drawing])
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => unfolded(all, folded), [all, folded])
  const [activeKey, setActive] = useState<string | undefined>()
  const [asked, setAsked] = useState<Asked | undefined>()
  const listed = { drawing, shapes }
  const picks = useNodePicks(catalogue)
  const at = rows.findIndex(({ key }) => key === activeKey)
  const row = rows[at]

  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => tree.current,
    estimateSize: (index) => heights[rows[index]?.kind ?? 'step'] + (startsRule(rows, index) ? RULE_GAP : 0),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  })
  const inView = lines.getVirtualItems()
  // A row that has just come, or was folded away, can be shown only now.
  const [wanted, setWanted] = useState<string | undefined>()
  useEffect(() => {
    const index = rows.findIndex(({ key }) => key === wanted)
    if (index < 0) return
    setWanted(undefined)
    lines.scrollToIndex(index)
  }, [wanted, rows, lines])

  const nameOf = (id: string): string => {
    const node = document.node(id)
    const definition = node && catalogue.nodes.get(node.type)
    return node?.name ?? (definition ? texts.title(definition) : (node?.type ?? id))
  }
  const focus = () => tree.current?.focus({ preventScroll: true })
  const take = (next: FlowRow | undefined) => {
    if (!next) return
    setActive(next.key)
    setWanted(next.key)
    if (next.kind === 'step') document.select({ nodes: [next.node.id] })
    else document.select(next.wire ? { wires: [wireKey(next.wire)] } : {})
  }
  /** Unfolds what hides a row, and goes there. */
  const show = (key: string) => {
    const parents = new Set(above(all, key))
    setFolded((before) => new Set([...before].filter((each) => !parents.has(each))))
    setActive(key)
    setWanted(key)
  }
  const reveal = (id: string) => {
    show(id)
    document.select({ nodes: [id] })
  }
  const fold = ({ key }: FlowRow, isFolded: boolean) => {
    const next = new Set(folded)
    if (isFolded) next.add(key)
    else next.delete(key)
    setFolded(next)
  }
  const openAdd = (spot: Spot) => setAsked({ kind: 'add', spot })
  const close = () => {
    setAsked(undefined)
    focus()
  }
  const insert = (type: string, spot: Spot): boolean => {
    const definition = catalogue.nodes.get(type)
    const edit = definition && insertStep(listed, definition, spot)
    if (!edit) return false
    recents.add(type)
    document.change(edit.operations, { code: 'add', count: 1 })
    reveal(edit.node)
    return true
  }
  const remove = () => {
    if (!row) return
    const next = rows[at + 1]?.parent === row.key ? rows[at - 1] : (rows[at + 1] ?? rows[at - 1])
    if (row.kind === 'step') document.change(removeStep(listed, row.node.id), { code: 'remove', count: 1 })
    else if (row.wire) document.disconnect([wireKey(row.wire)])
    take(next)
  }
  const walk = (keys: string) => {
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => take(rows[Math.min(at + 1, rows.length - 1)]),
      ArrowUp: () => take(rows[Math.max(at - 1, 0)]),
      Home: () => take(rows[0]),
      End: () => take(rows.at(-1)),
      ArrowRight: () => {
        if (row?.hasChildren && folded.has(row.key)) fold(row, false)
        else if (row?.hasChildren) take(rows[at + 1])
      },
      ArrowLeft: () => {
        if (row?.hasChildren && !folded.has(row.key)) fold(row, true)
        else take(rows.find(({ key }) => key === row?.parent))
      },
    }
    steps[keys]?.()
  }
  const scope: ListScope = {
    isReadOnly: document.isReadOnly,
    row,
    ...spotsOf(row, (id) => mainPort(shapes.get(id)?.outputs ?? [])),
    canMove: (direction) => row?.kind === 'step' && moveStep(listed, row.node.id, direction) !== undefined,
    move: (direction) => {
      const operations = row?.kind === 'step' ? moveStep(listed, row.node.id, direction) : undefined
      if (operations && row) document.change(operations, { code: 'move', count: 1 })
      if (row) setWanted(row.key)
    },
    remove,
    openAdd,
    openWireList: () => row?.kind === 'step' && setAsked({ kind: 'wire', node: row.node.id }),
    openSettings: onOpen,
    walk,
  }
  useActions('list', listActions, scope, { root: tree })
  useImperativeHandle(ref, () => ({
    reveal: (id: string) => void (document.node(id) && reveal(id)),
    revealWire: (key: string) => {
      const found = all.find((line) => line.kind !== 'step' && line.wire && wireKey(line.wire) === key)
      const end = drawing.wires.find((wire) => wireKey(wire) === key)?.[1]
      if (found) show(found.key)
      else if (end !== undefined && document.node(readEndpoint(end).node)) show(readEndpoint(end).node)
      else return false
      document.select({ wires: [key] })
      return true
    },
    add: (type: string, config?: FlowNode['config']) => {
      if (config === undefined && scope.after && insert(type, scope.after)) return
      const version = catalogue.nodes.get(type)?.version ?? 1
      reveal(document.addNode({ type, version, at: placeBelow(drawing), ...(config && { config }) }))
    },
    below: () => placeBelow(drawing),
    showAll: () => lines.scrollToIndex(0),
  }))

  const place = () => {
    const item = inView.find(({ index }) => index === at)
    const top = (item?.end ?? 0) - (tree.current?.scrollTop ?? 0) + 48
    return { x: (row?.depth ?? 1) * 16, y: top }
  }
  return (
    <div className={styles.list} data-testid="flow-list">
      <div className={styles.tools} hidden={document.isReadOnly}>
        <Button icon="zap" onClick={() => openAdd({ kind: 'rule' })}>
          {t('newRule')}
        </Button>
      </div>
      {all.length === 0 ? (
        <div className={styles.empty}>
          <EmptyState icon="zap" title={t('fullTitle')} about={t('fullAbout')} />
        </div>
      ) : (
        <div
          ref={tree}
          className={styles.tree}
          role="tree"
          aria-label={t('list', { nodes: t('nodes', { count: drawing.nodes.length }) })}
          aria-activedescendant={inView.some(({ index }) => index === at) ? `${treeId}-${at}` : undefined}
          tabIndex={0}
          data-pane=""
          onFocus={() => row === undefined && setActive(rows[0]?.key)}
        >
          {/* biome-ignore lint/a11y/useSemanticElements: lines of a tree that shows a part of them */}
          <div role="group" className={styles.rows} style={{ height: lines.getTotalSize() }}>
            {inView.map(({ index, start, size, key }) => {
              const line = rows[index]
              if (!line) return null
              const about = line.kind === 'step' ? line.node.id : line.kind === 'jump' ? line.to : line.node
              return (
                <div
                  key={key}
                  role="none"
                  className={styles.place}
                  style={{
                    height: size,
                    paddingTop: startsRule(rows, index) ? RULE_GAP : undefined,
                    transform: `translateY(${start}px)`,
                  }}
                >
                  <ListRow
                    id={`${treeId}-${index}`}
                    flow={document.flow.id}
                    row={line}
                    shape={shapes.get(about)}
                    name={nameOf(about)}
                    wire={line.kind === 'step' ? values.get(about) : undefined}
                    problem={line.kind === 'step' ? problems.get(about) : undefined}
                    isOpen={!folded.has(line.key)}
                    isActive={index === at}
                    isSelected={line.kind === 'step' && selection.nodes.has(about)}
                    onPress={() => {
                      if (line.kind === 'jump') return reveal(line.to)
                      take(line)
                      focus()
                      if (isNarrow && line.kind === 'step') onOpen()
                    }}
                    onFold={() => fold(line, !folded.has(line.key))}
                  >
                    {!document.isReadOnly && (
                      <RowButtons
                        name={nameOf(about)}
                        isActive={index === at}
                        onTake={() => take(line)}
                        onAdd={openAddAt(
                          spotsOf(line, (id) => mainPort(shapes.get(id)?.outputs ?? [])).after,
                          openAdd,
                        )}
                      />
                    )}
                  </ListRow>
                </div>
              )
            })}
          </div>
        </div>
      )}
      {asked?.kind === 'add' && (
        <PickList
          label={t(asked.spot.kind === 'rule' ? 'newRule' : 'addAfter')}
          placeholder={t('search')}
          picks={picks.filter(({ item }) => fittingTypes(listed, catalogue, asked.spot).has(item.id))}
          note={t(asked.spot.kind === 'rule' ? 'newRuleAbout' : 'fits')}
          nothing={t('nothingFound')}
          at={asked.spot.kind === 'rule' ? { x: 16, y: 48 } : place()}
          onPick={(type) => {
            close()
            insert(type, asked.spot)
          }}
          onClose={close}
        />
      )}
      {asked?.kind === 'wire' && (
        <WireList
          request={{ node: asked.node, isEveryPort: false }}
          document={document}
          catalogue={catalogue}
          shapeOf={(id) => shapes.get(id)}
          nameOf={nameOf}
          at={place()}
          onConnect={(wire) => {
            const refusal = refuseWire(drawing, (id) => shapes.get(id), wire)
            if (refusal) notify.warn(refusalText(canvasT, refusal, nameOf))
            else document.connect(wire)
          }}
          onNew={({ node, port }) => openAdd({ kind: 'branch', node, port })}
          onClose={close}
        />
      )}
    </div>
  )
}

const openAddAt = (spot: Spot | undefined, openAdd: (spot: Spot) => void) => spot && (() => openAdd(spot))

const mainPort = (outputs: readonly { readonly id: string; readonly isMissing: boolean }[]) =>
  outputs.find(({ id, isMissing }) => id !== ERROR_PORT && !isMissing)?.id

/** Where something can be added, seen from a row. */
function spotsOf(
  row: FlowRow | undefined,
  mainPortOf: (node: string) => string | undefined,
): Pick<ListScope, 'after' | 'before' | 'branch'> {
  if (row?.kind === 'branch') {
    const spot = { node: row.node, port: row.port }
    return { after: { kind: 'after', ...spot }, branch: { kind: 'branch', ...spot }, before: undefined }
  }
  if (row?.kind !== 'step') return { after: undefined, branch: undefined, before: undefined }
  const node = row.node.id
  const port = mainPortOf(node)
  return {
    after: port === undefined ? undefined : { kind: 'after', node, port },
    branch: port === undefined ? undefined : { kind: 'branch', node, port },
    before: row.part === 'when' ? undefined : { kind: 'before', node },
  }
}

/** For each node the wire whose last value tells most: the first that leaves it, else the first that arrives. */
function valueWires({ wires }: Drawing): ReadonlyMap<string, string> {
  const best = new Map<string, string>()
  for (const wire of wires) {
    const { node } = readEndpoint(wire[1])
    if (!best.has(node)) best.set(node, wireKey(wire))
  }
  const left = new Set<string>()
  for (const wire of wires) {
    const { node, port } = readEndpoint(wire[0])
    if (port === ERROR_PORT || left.has(node)) continue
    left.add(node)
    best.set(node, wireKey(wire))
  }
  return best
}

/** Under everything, in line with the leftmost. */
function placeBelow({ nodes }: Drawing): readonly [number, number] {
  if (nodes.length === 0) return [0, 0]
  return [Math.min(...nodes.map(({ at }) => at[0])), snap(Math.max(...nodes.map(({ at }) => at[1])) + 144)]
}
