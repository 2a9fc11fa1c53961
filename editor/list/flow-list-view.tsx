import { useVirtualizer } from '@tanstack/react-virtual'
import { type Ref, useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import { type FlowNode, readEndpoint, wireKey } from '#flows/flow.ts'
import { subflowOf } from '#flows/subflow.ts'
import { useActions } from '../actions/registry.ts'
import '../canvas/families.css'
import { readPick } from '../canvas/findable-types.ts'
import type { CanvasHandle } from '../canvas/flow-canvas.tsx'
import type { ProblemLevels } from '../canvas/projection.ts'
import { refusalText } from '../canvas/refusal-text.ts'
import structureStyles from '../canvas/structure/structure.module.css'
import { structureTexts } from '../canvas/structure/texts.ts'
import { Trail } from '../canvas/structure/trail.tsx'
import { canvasTexts } from '../canvas/texts.ts'
import { WireList } from '../canvas/wire-list.tsx'
import { toggleDisabled } from '../document/commands/disable.ts'
import { frameColor, groupSelection, ungroupSelection } from '../document/commands/groups.ts'
import { addNote } from '../document/commands/notes.ts'
import { enterSubflow, leaveSubflow } from '../document/commands/subflows.ts'
import type { FlowDocument, Selection } from '../document/flow-document.ts'
import { above, type FlowRow, groupKey, listFlow, noteKey, unfolded } from '../document/flow-list.ts'
import { insertStep, moveStep, placeUnder, removeStep, type Spot } from '../document/flow-list-edits.ts'
import { livePlace, liveWire } from '../document/live-place.ts'
import { DrawingShapes } from '../document/shape-drawing.ts'
import { refuseWire } from '../document/wiring.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { recents } from '../palette/node-choices.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { notify } from '../ui/toast.tsx'
import { AddStep } from './add-step.tsx'
import styles from './list.module.css'
import { type ListScope, listActions } from './list-actions.ts'
import { ListRow } from './list-row.tsx'
import { RowButtons } from './row-buttons.tsx'
import { spotsOf, valueWires } from './row-spots.ts'
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

/** Above a rule that is not the first, and above one in a group. */
const RULE_GAP = 14
const INNER_GAP = 6

function gapAbove(rows: readonly FlowRow[], index: number): number {
  const row = rows[index]
  if (index === 0 || !row) return 0
  if (row.depth === 1) return RULE_GAP
  return row.depth === 2 && row.section !== undefined && row.parent === groupKey(row.section) ? INNER_GAP : 0
}

/** As high as its text is: only a row that stands can say. */
const isMeasured = (row: FlowRow): row is Extract<FlowRow, { kind: 'group' | 'note' }> =>
  row.kind === 'group' || row.kind === 'note'
const heightOf = (row: FlowRow | undefined): number =>
  row === undefined || isMeasured(row) ? heights.step : heights[row.kind]

/** Groups that the drawing shows as one card begin folded. */
const foldedAtFirst = ({ drawing }: FlowDocument): ReadonlySet<string> =>
  new Set(drawing.groups.flatMap(({ id, collapsed }) => (collapsed ? groupKey(id) : [])))

/** The flow as a list of rules, to read and to work on: for phones, for beginners, and for who listens. */
export function FlowListView({ ref, document, catalogue, problems, isNarrow, onOpen }: FlowListViewProps) {
  const t = useText(listTexts)
  const canvasT = useText(canvasTexts)
  const structureT = useText(structureTexts)
  const texts = useNodeTexts()
  const treeId = useId()
  const tree = useRef<HTMLDivElement>(null)
  const { drawing, selection, scope: subflow, through } = useStore(document.store)
  const known = useMemo(() => new DrawingShapes(catalogue), [catalogue])
  const shapes = useMemo(() => known.of(drawing), [known, drawing])
  const all = useMemo(() => listFlow(drawing, shapes), [drawing, shapes])
  const values = useMemo(() => valueWires(drawing), [drawing])
  const [folded, setFolded] = useState(() => foldedAtFirst(document))
  const rows = useMemo(() => unfolded(all, folded), [all, folded])
  const [activeKey, setActive] = useState<string | undefined>()
  const [asked, setAsked] = useState<Asked | undefined>()
  const listed = { drawing, shapes }
  const at = rows.findIndex(({ key }) => key === activeKey)
  const row = rows[at]

  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => tree.current,
    estimateSize: (index) => heightOf(rows[index]) + gapAbove(rows, index),
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

  // What is open takes the place of what was; on the way back one stands where one went in.
  const [last, setLast] = useState({ subflow, through })
  if (last.subflow !== subflow || last.through !== through) {
    setLast({ subflow, through })
    setFolded(foldedAtFirst(document))
    const [node] = selection.nodes
    setActive(node)
    setWanted(node)
  }
  const root = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the button that led here is gone
  useEffect(() => {
    const focused = window.document.activeElement
    if (focused === window.document.body || root.current?.contains(focused))
      tree.current?.focus({ preventScroll: true })
  }, [subflow, through])

  const nameOf = (id: string): string => {
    const node = document.node(id)
    const definition = node && catalogue.nodes.get(node.type)
    return node?.name ?? (definition ? texts.title(definition) : (node?.type ?? id))
  }
  const nameOfRow = (line: FlowRow): string => {
    if (line.kind === 'group') return line.group.name || structureT('unnamed')
    if (line.kind === 'note') return structureT('note')
    return nameOf(line.kind === 'step' ? line.node.id : line.kind === 'jump' ? line.to : line.node)
  }
  const focus = () => tree.current?.focus({ preventScroll: true })
  const take = (next: FlowRow | undefined) => {
    if (!next) return
    setActive(next.key)
    setWanted(next.key)
    if (next.kind === 'step') document.select({ nodes: [next.node.id] })
    else if (next.kind === 'group') document.select({ groups: [next.group.id] })
    else if (next.kind === 'note') document.select({ notes: [next.note.id] })
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
  const insert = (pick: string, spot: Spot): boolean => {
    const { type, config } = readPick(pick)
    const definition = catalogue.nodes.get(type)
    const edit = definition && insertStep(listed, definition, spot, config)
    if (!edit) return false
    recents.add(pick)
    document.change(edit.operations, { code: 'add', count: 1 })
    reveal(edit.node)
    return true
  }
  const remove = () => {
    if (!row) return
    // What stands below goes with a group, and moves up in place of a step.
    const isBelow = ({ key }: FlowRow) => above(all, key).includes(row.key)
    const after = row.kind === 'group' ? rows.slice(at + 1).find((line) => !isBelow(line)) : rows[at + 1]
    const next = after?.parent === row.key ? rows[at - 1] : (after ?? rows[at - 1])
    if (row.kind === 'step') document.change(removeStep(listed, row.node.id), { code: 'remove', count: 1 })
    else if (row.kind === 'group') document.remove({ groups: [row.group.id] })
    else if (row.kind === 'note') document.remove({ notes: [row.note.id] })
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
    ...spotsOf(row, shapes),
    isInside: subflow !== undefined,
    standsForSubflow: row?.kind === 'step' && subflowOf(row.node) !== undefined,
    enter: () => row?.kind === 'step' && void enterSubflow(document, row.node.id),
    leave: () => leaveSubflow(document),
    addNote: () => {
      // The settings of what was selected before must be gone before the field of the note is looked for.
      flushSync(() => show(noteKey(addNote(document, placeUnder(drawing, row?.section), row?.section))))
      onOpen()
    },
    makeGroup: () => {
      document.select({ nodes: nodesOf(all, row) })
      const group = groupSelection(document)
      if (group !== undefined) show(groupKey(group))
    },
    ungroup: () => {
      ungroupSelection(document)
      setActive([...document.selection.nodes][0])
    },
    canMove: (direction) => row?.kind === 'step' && moveStep(listed, row.node.id, direction) !== undefined,
    move: (direction) => {
      const operations = row?.kind === 'step' ? moveStep(listed, row.node.id, direction) : undefined
      if (operations && row) document.change(operations, { code: 'move', count: 1 })
      if (row) setWanted(row.key)
    },
    remove,
    toggleDisabled: () => row?.kind === 'step' && toggleDisabled(document, [row.node.id]),
    openAdd,
    openWireList: () => row?.kind === 'step' && setAsked({ kind: 'wire', node: row.node.id }),
    openSettings: onOpen,
    walk,
  }
  useActions('list', listActions, scope, { root })
  useImperativeHandle(ref, () => ({
    reveal: (id: string) => void (document.node(id) && reveal(id)),
    revealWire: (key: string) => {
      const found = all.find((line) => 'wire' in line && line.wire && wireKey(line.wire) === key)
      const end = drawing.wires.find((wire) => wireKey(wire) === key)?.[1]
      if (found) show(found.key)
      else if (end !== undefined && document.node(readEndpoint(end).node)) show(readEndpoint(end).node)
      else return false
      document.select({ wires: [key] })
      return true
    },
    add: (pick: string, given?: FlowNode['config']) => {
      if (given === undefined && scope.after && insert(pick, scope.after)) return
      const { type, config } = given ? { type: pick, config: given } : readPick(pick)
      const version = catalogue.nodes.get(type)?.version ?? 1
      reveal(document.addNode({ type, version, at: placeUnder(drawing), config }))
    },
    below: () => placeUnder(drawing),
    showAll: () => lines.scrollToIndex(0),
  }))

  const labelOf = (spot: Spot): string => {
    if (spot.kind !== 'rule') return t('addAfter')
    const group = drawing.groups.find(({ id }) => id === spot.group)
    return group ? t('newRuleIn', { name: group.name || structureT('unnamed') }) : t('newRule')
  }
  const place = () => {
    const item = inView.find(({ index }) => index === at)
    const top = (item?.end ?? 0) - (tree.current?.scrollTop ?? 0) + (tree.current?.offsetTop ?? 0)
    return { x: (row?.depth ?? 1) * 16, y: top }
  }
  return (
    <div ref={root} className={styles.list} data-testid="flow-list">
      <div className={styles.way}>
        <Trail document={document} />
      </div>
      <div className={styles.tools} hidden={document.isReadOnly}>
        <Button icon="zap" onClick={() => openAdd({ kind: 'rule' })}>
          {t('newRule')}
        </Button>
        <Button icon="sticky-note" onClick={scope.addNote}>
          {t('newNote')}
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
              const gap = gapAbove(rows, index)
              const section = drawing.groups.find(({ id }) => id === line.section)
              const node = line.kind === 'step' ? line.node.id : undefined
              const value = node && values.get(node)
              return (
                <div
                  key={key}
                  ref={isMeasured(line) ? lines.measureElement : undefined}
                  role="none"
                  className={classNames(styles.place, section && structureStyles.tinted)}
                  data-index={index}
                  data-color={section && frameColor(section.color)}
                  style={{
                    height: isMeasured(line) ? undefined : size,
                    paddingTop: gap === 0 ? undefined : gap,
                    transform: `translateY(${start}px)`,
                  }}
                >
                  <ListRow
                    id={`${treeId}-${index}`}
                    flow={document.flow.id}
                    row={line}
                    shape={shapes.get(shapeIdOf(line))}
                    name={nameOfRow(line)}
                    from={line.kind === 'step' && line.comesFrom ? nameOf(line.comesFrom) : undefined}
                    place={node && livePlace({ scope: subflow, through }, node)}
                    wire={value && liveWire({ scope: subflow, through }, value)}
                    problem={problemOf(line, problems, folded)}
                    isOpen={!folded.has(line.key)}
                    isActive={index === at}
                    isSelected={isSelected(line, selection)}
                    onPress={() => {
                      if (line.kind === 'jump') return reveal(line.to)
                      take(line)
                      focus()
                      if (isNarrow && line.kind !== 'branch') onOpen()
                    }}
                    onFold={() => fold(line, !folded.has(line.key))}
                  >
                    <RowButtons
                      name={nameOfRow(line)}
                      isActive={index === at}
                      isReadOnly={document.isReadOnly}
                      onTake={() => take(line)}
                      onEnter={
                        line.kind === 'step' && subflowOf(line.node) !== undefined
                          ? () => void enterSubflow(document, line.node.id)
                          : undefined
                      }
                      onAdd={openAddAt(spotsOf(line, shapes).after, openAdd)}
                    />
                  </ListRow>
                </div>
              )
            })}
          </div>
        </div>
      )}
      {asked?.kind === 'add' && (
        <AddStep
          {...{ listed, document, catalogue }}
          spot={asked.spot}
          label={labelOf(asked.spot)}
          at={asked.spot.kind === 'rule' && asked.spot.group === undefined ? { x: 16, y: 48 } : place()}
          onInsert={(pick) => insert(pick, asked.spot)}
          onAdded={reveal}
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

/** The node whose shape a row shows something of. */
function shapeIdOf(row: FlowRow): string {
  if (row.kind === 'step') return row.node.id
  return row.kind === 'branch' ? row.node : ''
}

function isSelected(row: FlowRow, { nodes, groups, notes }: Selection): boolean {
  if (row.kind === 'step') return nodes.has(row.node.id)
  if (row.kind === 'group') return groups.has(row.group.id)
  return row.kind === 'note' && notes.has(row.note.id)
}

/** Of a node, and of all that stands in a group while that is folded. */
function problemOf(row: FlowRow, problems: ProblemLevels, folded: ReadonlySet<string>) {
  if (row.kind === 'step') return problems.get(row.node.id)
  if (row.kind !== 'group' || !folded.has(row.key)) return undefined
  const levels = row.nodes.map((node) => problems.get(node))
  return levels.includes('error') ? 'error' : levels.find((level) => level !== undefined)
}

/** The step of a row, and all that is listed below it. */
const nodesOf = (rows: readonly FlowRow[], top: FlowRow | undefined): readonly string[] =>
  rows.flatMap((row) =>
    row.kind === 'step' && top && (row.key === top.key || above(rows, row.key).includes(top.key))
      ? row.node.id
      : [],
  )
