import {
  Background,
  BackgroundVariant,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type HandleType,
  type NodeChange,
  type OnConnectStartParams,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import {
  type DragEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import type { Wire } from '#flows/flow.ts'
import { onActivity } from '../api/live.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { cornerOf, GRID, snap } from '../document/fragment.ts'
import type { Place } from '../document/operation.ts'
import { endText, legalTargets, refuseWire, type WireEnd, wireBetween } from '../document/wiring.ts'
import { problemText } from '../i18n/error-text.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import { notify } from '../ui/toast.tsx'
import styles from './canvas.module.css'
import { CanvasContext, endWiring, startWiring, useWiring } from './canvas-context.ts'
import './families.css'
import { DrawnWire } from './drawn-wire.tsx'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'
import { NodeCard } from './node-card.tsx'
import { type CardNode, type ProblemLevels, Projection, type WireEdge as WireEdgeType } from './projection.ts'
import { QuickAdd, type QuickAddRequest } from './quick-add.tsx'
import { refusalText } from './refusal-text.ts'
import { canvasTexts } from './texts.ts'
import { useCanvasKeys } from './use-canvas-keys.ts'
import { useClipboard } from './use-clipboard.ts'
import { WireEdge } from './wire-edge.tsx'
import { glow } from './wire-glow.ts'
import { WireList } from './wire-list.tsx'

/** What a palette item carries while it is dragged. */
export const DRAGGED_TYPE = 'application/x-wirehouse-type'

/** What the page may ask of the canvas. */
export interface CanvasHandle {
  /** Selects a node and brings it into view. */
  reveal(node: string): void
  /** Adds a node where it is seen and covers no other. */
  add(type: string): void
  /** A place for what is pasted or imported: the middle of what is seen. */
  middle(): Place
  /** A place under everything that stands: what is imported there covers nothing. */
  below(): Place
  fit(): void
}

interface FlowCanvasProps {
  readonly ref?: Ref<CanvasHandle>
  readonly document: FlowDocument
  readonly catalogue: Catalogue
  readonly problems: ProblemLevels
  readonly onPoke: (node: string) => void
  /** The person wants to see the settings of what is selected. */
  readonly onOpen: () => void
  /** Shown while the flow has no node. */
  readonly emptyHint: ReactNode
}

const nodeTypes = { card: NodeCard }
const edgeTypes = { wire: WireEdge }
const snapGrid: [number, number] = [GRID, GRID]
const fitOptions = { padding: 0.16, maxZoom: 1, minZoom: 0.1 }
/** Canvases wider than this, in pixels, start with the whole flow in view. */
const WIDE = 600
const noDrag: ReadonlyMap<string, Place> = new Map()

export const FlowCanvas = (props: FlowCanvasProps) => (
  <ReactFlowProvider>
    <Canvas {...props} />
  </ReactFlowProvider>
)

function Canvas({ ref, document, catalogue, problems, onPoke, onOpen, emptyHint }: FlowCanvasProps) {
  const t = useText(canvasTexts)
  const flowView = useReactFlow<CardNode, WireEdgeType>()
  const root = useRef<HTMLElement>(null)
  const pointer = useRef<Place | undefined>(undefined)
  const state = useStore(document.store)
  const projection = useMemo(() => new Projection(catalogue), [catalogue])
  const standing = useMemo(() => projection.cards(state, problems), [projection, state, problems])
  const wires = useMemo(() => {
    void standing // shapes of the nodes decide how their wires are drawn
    return projection.wires(state)
  }, [projection, state, standing])
  const [dragged, setDragged] = useState(noDrag)
  const [quickAdd, setQuickAdd] = useState<QuickAddRequest | undefined>()
  const [wiredNode, setWiredNode] = useState<string | undefined>()
  const cards = useMemo(() => (dragged.size === 0 ? standing : shift(standing, dragged)), [standing, dragged])

  const shapeOf = (node: string) => projection.shapeOf(node)
  const nameOf = (id: string) => {
    const node = document.node(id)
    const definition = node && catalogue.nodes.get(node.type)
    return node?.name ?? (definition ? nodeTitle(definition) : id)
  }
  const connect = (wire: Wire) => {
    const refusal = refuseWire(document.flow, shapeOf, wire)
    if (refusal) notify.warn(refusalText(t, refusal, nameOf))
    else document.connect(wire)
  }
  const toFlow = (clientX: number, clientY: number): Place => {
    const { x, y } = flowView.screenToFlowPosition({ x: clientX, y: clientY }, { snapToGrid: false })
    return [x, y]
  }
  const toCanvas = (clientX: number, clientY: number) => {
    const bounds = root.current?.getBoundingClientRect()
    return { x: clientX - (bounds?.left ?? 0), y: clientY - (bounds?.top ?? 0) }
  }
  const middleOfScreen = (): Place => {
    const bounds = root.current?.getBoundingClientRect()
    return bounds ? [bounds.left + bounds.width / 2, bounds.top + bounds.height / 2] : [0, 0]
  }
  const middle = (): Place => {
    const [x, y] = toFlow(...middleOfScreen())
    return [snap(x - NODE_WIDTH / 2), snap(y - HEAD_HEIGHT / 2)]
  }
  const add = (type: string, at: Place, wire?: (id: string) => Wire) => {
    const version = catalogue.nodes.get(type)?.version ?? 1
    document.addNode({ type, version, at: [snap(at[0]), snap(at[1])] }, wire)
  }
  const openQuickAdd = (client: Place, open?: WireEnd) => {
    const port = open && findPort(shapeOf(open.node), open)
    setQuickAdd({
      at: toCanvas(...client),
      place: toFlow(...client),
      ...(open && port && { open: { end: open, kind: open.port === 'error' ? 'any' : port.port.kind } }),
    })
  }
  const reveal = (id: string) => {
    const node = document.node(id)
    if (!node) return
    document.select({ nodes: [id] })
    const zoom = Math.max(0.8, flowView.getZoom())
    const duration = prefersCalm() ? 0 : 200
    void flowView.setCenter(node.at[0] + NODE_WIDTH / 2, node.at[1] + HEAD_HEIGHT / 2, {
      zoom: Math.min(1, zoom),
      duration,
    })
  }
  /** Everything, if it can be read then; else, on a small screen, the beginning. */
  const showStart = () => {
    const { nodes } = document.flow
    const bounds = root.current?.getBoundingClientRect()
    if (!bounds || nodes.length === 0) return
    const right = Math.max(...nodes.map(({ at }) => at[0])) + NODE_WIDTH
    const [left, top] = cornerOf(nodes)
    const isReadable = bounds.width / (right - left) > 0.5 || bounds.width > WIDE
    if (isReadable) void flowView.fitView(fitOptions)
    else void flowView.setViewport({ x: 24 - left * 0.75, y: bounds.height / 4 - top * 0.75, zoom: 0.75 })
  }
  const fit = () => void flowView.fitView({ ...fitOptions, duration: prefersCalm() ? 0 : 200 })

  useImperativeHandle(ref, () => ({
    reveal,
    middle,
    below: () => placeBelow(document, (id) => projection.boxOf(id)?.height ?? HEAD_HEIGHT) ?? middle(),
    fit,
    add: (type) => add(type, freePlace(document, middle())),
  }))
  useCanvasKeys(root, {
    document,
    reveal,
    showAll: fit,
    openSettings: onOpen,
    openQuickAdd: () => openQuickAdd(pointer.current ?? middleOfScreen()),
    openWireList: () => setWiredNode([...document.selection.nodes][0]),
  })
  useClipboard(root, {
    document,
    placeToPaste: () => (pointer.current ? toFlow(...pointer.current) : middle()),
    onProblems: ([problem]) => problem && notify.warn(t('pasteRefused'), { about: problemText(problem) }),
  })
  useEffect(() => endWiring, [])
  useEffect(() => onActivity(document.flow.id, glow), [document])
  const closeLists = () => {
    setQuickAdd(undefined)
    setWiredNode(undefined)
    root.current?.focus({ preventScroll: true })
  }

  const onConnectStart = (_event: unknown, from: OnConnectStartParams) => {
    const start = readEnd(from.nodeId, from.handleId, from.handleType)
    if (start) startWiring(start, legalTargets(document.flow, shapeOf, start))
  }
  const onConnectEnd = (event: MouseEvent | TouchEvent, end: FinalConnectionState) => {
    const { start } = useWiring.getState()
    endWiring()
    if (!start || end.toHandle) return
    const client = clientPoint(event)
    const target = window.document.elementFromPoint(...client)
    const node = target?.closest<HTMLElement>('.react-flow__node')?.dataset['id']
    if (node) dropOnNode(start, node)
    else if (target?.closest('.react-flow__pane')) openQuickAdd(client, start)
  }
  /** A wire dropped on a card, not on a port, takes the first port that fits. */
  const dropOnNode = (start: WireEnd, node: string) => {
    const side = start.side === 'output' ? 'input' : 'output'
    const ends = projection.boxOf(node)?.ports.filter((port) => port.side === side && !port.isError) ?? []
    const targets = legalTargets(document.flow, shapeOf, start)
    const end = ends.find((port) => targets.has(endText({ node, port: port.id }))) ?? ends[0]
    const wire = end && wireBetween(start, { node, port: end.id, side })
    if (wire) connect(wire)
    else if (node !== start.node)
      notify.warn(t(side === 'input' ? 'noInput' : 'noOutput', { name: nameOf(node) }))
  }
  const onClickConnectEnd = (event: MouseEvent | TouchEvent) => {
    const { start } = useWiring.getState()
    endWiring()
    if (start && (event.target as Element | null)?.classList?.contains('react-flow__pane'))
      openQuickAdd(clientPoint('nativeEvent' in event ? (event.nativeEvent as MouseEvent) : event), start)
  }

  const onNodesChange = (changes: NodeChange<CardNode>[]) => {
    const nodes = new Set(document.selection.nodes)
    const places = new Map<string, Place>()
    for (const change of changes) {
      if (change.type === 'select') {
        if (change.selected) nodes.add(change.id)
        else nodes.delete(change.id)
      } else if (change.type === 'position' && change.position && change.dragging)
        places.set(change.id, [change.position.x, change.position.y])
    }
    document.select({ nodes, wires: document.selection.wires })
    if (places.size > 0) setDragged(new Map([...dragged, ...places]))
  }
  const onEdgesChange = (changes: EdgeChange<WireEdgeType>[]) => {
    const keys = new Set(document.selection.wires)
    for (const change of changes)
      if (change.type === 'select') {
        if (change.selected) keys.add(change.id)
        else keys.delete(change.id)
      }
    document.select({ nodes: document.selection.nodes, wires: keys })
  }
  const finishDrag = (_event: unknown, _node: unknown, nodes: readonly CardNode[] = []) => {
    document.move(
      Object.fromEntries(nodes.map(({ id, position }) => [id, [position.x, position.y] as const])),
    )
    setDragged(noDrag)
  }
  const onDrop = (event: DragEvent) => {
    const type = event.dataTransfer.getData(DRAGGED_TYPE)
    if (!type) return
    event.preventDefault()
    const [x, y] = toFlow(event.clientX, event.clientY)
    add(type, [x - NODE_WIDTH / 2, y - HEAD_HEIGHT / 2])
    root.current?.focus({ preventScroll: true })
  }
  const context = useMemo(
    () => ({
      flow: document.flow.id,
      onPoke,
      onRemoveWire: (key: string) => document.disconnect([key]),
    }),
    [document, onPoke],
  )

  return (
    <CanvasContext value={context}>
      <section
        ref={root}
        className={styles.canvas}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is one tab stop and is worked by keys
        tabIndex={0}
        data-testid="canvas"
        aria-label={t('canvas', { nodes: state.flow.nodes.length, wires: state.flow.wires.length })}
        aria-description={t('canvasHelp')}
        onPointerDownCapture={(event) => {
          const target = event.target as Element
          if (!target.closest('.react-flow') || target.closest('button, input')) return
          root.current?.focus({ preventScroll: true })
        }}
        onPointerMove={(event) => {
          pointer.current = [event.clientX, event.clientY]
        }}
        onPointerLeave={() => {
          pointer.current = undefined
        }}
        onDoubleClick={(event) => {
          if (!(event.target as Element).classList.contains('react-flow__pane')) return
          openQuickAdd([event.clientX, event.clientY])
        }}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes(DRAGGED_TYPE)) event.preventDefault()
        }}
        onDrop={onDrop}
      >
        <ReactFlow<CardNode, WireEdgeType>
          nodes={cards}
          edges={wires}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStop={finishDrag}
          onSelectionDragStop={(event, nodes) => finishDrag(event, undefined, nodes)}
          onNodeDoubleClick={onOpen}
          onConnectStart={onConnectStart}
          onConnect={(connection) => connect(toWire(connection))}
          onConnectEnd={onConnectEnd}
          onClickConnectStart={onConnectStart}
          onClickConnectEnd={onClickConnectEnd}
          connectionRadius={24}
          connectionLineComponent={DrawnWire}
          snapToGrid
          snapGrid={snapGrid}
          onlyRenderVisibleElements
          nodesFocusable={false}
          edgesFocusable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={multiKeys}
          selectionMode={SelectionMode.Partial}
          zoomOnDoubleClick={false}
          minZoom={0.05}
          maxZoom={2}
          onInit={showStart}
          elevateNodesOnSelect={false}
        >
          <Background variant={BackgroundVariant.Dots} gap={2 * GRID} size={1.5} />
        </ReactFlow>
        {state.flow.nodes.length === 0 && <div className={styles.empty}>{emptyHint}</div>}
        <div className={styles.controls}>
          <IconButton icon="zoom-out" label={t('zoomOut')} onClick={() => void flowView.zoomOut()} />
          <IconButton icon="zoom-in" label={t('zoomIn')} onClick={() => void flowView.zoomIn()} />
          <IconButton icon="maximize" label={t('fit')} onClick={fit} />
        </div>
        <output className="visually-hidden">{selectionText()}</output>
        {quickAdd && <QuickAdd request={quickAdd} catalogue={catalogue} onClose={closeLists} onAdd={add} />}
        {wiredNode && (
          <WireList
            node={wiredNode}
            document={document}
            catalogue={catalogue}
            shapeOf={shapeOf}
            nameOf={nameOf}
            at={toCanvas(...middleOfScreen())}
            onConnect={connect}
            onClose={closeLists}
          />
        )}
      </section>
    </CanvasContext>
  )

  function selectionText(): string {
    const [first, ...more] = state.selection.nodes
    if (first === undefined) return ''
    return more.length > 0
      ? t('selectedMany', { count: more.length + 1 })
      : t('selected', { name: nameOf(first) })
  }
}

const multiKeys = ['Control', 'Meta']

const shift = (cards: CardNode[], places: ReadonlyMap<string, Place>): CardNode[] =>
  cards.map((card) => {
    const place = places.get(card.id)
    return place ? { ...card, position: { x: place[0], y: place[1] }, dragging: true } : card
  })

const toWire = ({ source, sourceHandle, target, targetHandle }: Connection): Wire => [
  `${source}.${sourceHandle}`,
  `${target}.${targetHandle}`,
]

const readEnd = (node: string | null, port: string | null, type: HandleType | null): WireEnd | undefined =>
  node && port && type ? { node, port, side: type === 'source' ? 'output' : 'input' } : undefined

const findPort = (shape: ReturnType<Projection['shapeOf']>, end: WireEnd) =>
  (end.side === 'output' ? shape?.outputs : shape?.inputs)?.find((port) => port.id === end.port)

function clientPoint(event: MouseEvent | TouchEvent): [number, number] {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event
  return point ? [point.clientX, point.clientY] : [0, 0]
}

/** Down from a place until no card would be covered. */
function freePlace(document: FlowDocument, [x, y]: Place): Place {
  const isTaken = (top: number) =>
    document.flow.nodes.some(
      ({ at }) => Math.abs(at[0] - x) < NODE_WIDTH && Math.abs(at[1] - top) < HEAD_HEIGHT + 2 * GRID,
    )
  let top = y
  while (isTaken(top)) top += HEAD_HEIGHT + 4 * GRID
  return [x, top]
}

/** Under the lowest card, in line with the leftmost; nothing while there is none. */
function placeBelow({ flow }: FlowDocument, heightOf: (node: string) => number): Place | undefined {
  if (flow.nodes.length === 0) return undefined
  const [left] = cornerOf(flow.nodes)
  const bottom = Math.max(...flow.nodes.map(({ id, at }) => at[1] + heightOf(id)))
  return [left, bottom + 8 * GRID]
}

const prefersCalm = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches
