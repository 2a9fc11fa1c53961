import { ReactFlowProvider } from '@xyflow/react'
import {
  type DragEvent,
  type PointerEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Catalogue } from '#flows/catalogue.ts'
import { type FlowNode, type Place, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import { toggleCollapsed } from '../document/commands/groups.ts'
import {
  connectThrough,
  converterFor,
  gapOf,
  insertOnWire,
  isUnwired,
  type Splice,
  spliceFor,
  spliceForType,
} from '../document/commands/splice.ts'
import { enterSubflow } from '../document/commands/subflows.ts'
import type { TidySizes } from '../document/commands/tidy.ts'
import { kindAt, type OpenWire } from '../document/fitting.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { type Fragment, GRID, snap } from '../document/fragment.ts'
import { livePlace, liveWire } from '../document/live-place.ts'
import type { NodeShape } from '../document/node-shape.ts'
import { type Refusal, refuseWire, type WireEnd } from '../document/wiring.ts'
import { problemText } from '../i18n/error-text.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import type { Pointing } from '../people/pointing.ts'
import { DRAGGED_TOPIC } from '../topics/dragged-topic.ts'
import { listeningNode } from '../topics/listening-node.ts'
import { IconButton } from '../ui/button.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { notify } from '../ui/toast.tsx'
import { addToEnd } from './add-to-end.ts'
import styles from './canvas.module.css'
import { CanvasContext, useWiring } from './canvas-context.ts'
import { CanvasMenu } from './canvas-menu.tsx'
import { SelectionSpoken } from './selection-spoken.tsx'
import { WiringHint } from './wiring-hint.tsx'
import './families.css'
import { DrawnFlow } from './drawn-flow.tsx'
import { readPick } from './findable-types.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'
import { type Marks, MarksContext, noMarks } from './marks.tsx'
import { Minimap } from './minimap/minimap.tsx'
import { besideSelected, freePlace, placeBelow } from './places.ts'
import { pointAt, pointAtNode } from './pointed.ts'
import type { ChainBreaks, ProblemLevels, Projection } from './projection.ts'
import { QuickAdd, type QuickAddRequest } from './quick-add.tsx'
import { refusalText } from './refusal-text.ts'
import { middleOf } from './scene/curve.ts'
import { groupCard } from './stand-ins.ts'
import { writeIn } from './structure/note-card.tsx'
import { structureTexts } from './structure/texts.ts'
import { Trail } from './structure/trail.tsx'
import { useKeptView } from './structure/use-kept-view.ts'
import { canvasTexts } from './texts.ts'
import { useCanvasKeys } from './use-canvas-keys.ts'
import { useClipboard } from './use-clipboard.ts'
import { useDrawing } from './use-drawing.ts'
import { useMarquee } from './use-marquee.ts'
import { useMoving } from './use-moving.ts'
import { isPane, usePicking } from './use-picking.ts'
import { useView } from './use-view.ts'
import { useWiringGestures } from './use-wiring-gestures.ts'
import type { WireListRequest } from './wire-list.tsx'

/** What a palette item carries while it is dragged. */
export const DRAGGED_TYPE = 'application/x-wirehouse-type'

/** What can be dropped here. */
const WireList = lazyPart(async () => (await import('./wire-list.tsx')).WireList)

const dropped = [DRAGGED_TYPE, DRAGGED_TOPIC]

/** What the page may ask of the canvas. */
export interface CanvasHandle {
  /** Selects a node and brings it into view. */
  reveal(node: string): void
  /** The same for a wire. Answers whether it is drawn: one that ends at no node is not. */
  revealWire(key: string): boolean
  /** Adds a node beside what is selected, or in the middle; it covers no other and is seen. */
  add(type: string, config?: FlowNode['config']): void
  /** A place under everything that stands: what is imported there covers nothing. */
  below(): Place
  showAll(): void
}

interface FlowCanvasProps {
  readonly ref?: Ref<CanvasHandle>
  readonly document: FlowDocument
  readonly catalogue: Catalogue
  readonly problems: ProblemLevels
  readonly breaks: ChainBreaks
  /** What has become of things since another version, where two are compared. */
  readonly marks?: Marks | undefined
  readonly onPoke: (node: string) => void
  /** A message is to be sent to a node, which is selected by then. */
  readonly onPlay: (node: string, port: string | undefined) => void
  /** Tells others where the pointer is. */
  readonly pointing: Pick<Pointing, 'move' | 'leave'> | undefined
  /** What is copied from here is ours. */
  readonly isTrusted: boolean
  /** Something from outside is about to be pasted. */
  readonly onForeign: (fragment: Fragment) => void
  /** The person wants to see the settings of what is selected. */
  readonly onOpen: () => void
  /** Shown while the flow has no node. */
  readonly emptyHint: ReactNode
}

/** The drawing of a flow, to look at and to work on. */
export const FlowCanvas = (props: FlowCanvasProps) => (
  <MarksContext value={props.marks ?? noMarks}>
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  </MarksContext>
)

function Canvas(props: FlowCanvasProps) {
  const {
    ref,
    document,
    catalogue,
    problems,
    breaks,
    isTrusted,
    onForeign,
    onPoke,
    onPlay,
    onOpen,
    emptyHint,
  } = props
  const t = useText(canvasTexts)
  const ts = useText(structureTexts)
  const { isReadOnly } = document
  const root = useRef<HTMLElement>(null)
  const pointer = useRef<Place | undefined>(undefined)
  const { state, projection, scene } = useDrawing(document, catalogue, problems, breaks)
  const view = useView(root, scene)
  const { point, hit, ...picking } = usePicking(root, document, scene)
  const fit = (node: string, key: string) => fitIntoWire(document, shapeOf, node, key)
  useMoving(root, document, scene, { fit })
  useMarquee(document, scene)
  const [quickAdd, setQuickAdd] = useState<QuickAddRequest | undefined>()
  const [wireList, setWireList] = useState<WireListRequest | undefined>()

  const shapeOf = (node: string) => projection.shapeOf(node)
  const nameOf = (id: string) => {
    const node = document.node(id)
    const definition = node && catalogue.nodes.get(node.type)
    return node?.name ?? (definition ? nodeTitle(definition) : id)
  }
  const focus = () => root.current?.focus({ preventScroll: true })
  const refuse = (refusal: Refusal, wire?: Wire) => {
    const converter =
      refusal.code === 'WIRE_KIND' && wire
        ? converterFor(catalogue, { sends: refusal.sends, takes: refusal.takes })
        : undefined
    const action = converter && {
      label: ts('converterOffer'),
      onClick: () => void (wire && connectThrough(document, wire, converter, betweenEnds(document, wire))),
    }
    notify.warn(refusalText(t, refusal, nameOf), { ...(action && { action }) })
  }
  const connect = (wire: Wire) => {
    const refusal = refuseWire(document.drawing, shapeOf, wire)
    if (refusal) refuse(refusal, wire)
    else document.connect(wire)
  }
  const rewire = (key: string, wire: Wire) => {
    if (key === wireKey(wire)) return
    const refusal = refuseWire(document.drawing, shapeOf, wire)
    if (refusal) refuse(refusal)
    else {
      const index = document.drawing.wires.findIndex((standing) => wireKey(standing) === key)
      document.change(
        [
          { kind: 'remove', wires: [key] },
          { kind: 'insert', wires: [{ index, item: wire }] },
        ],
        { code: 'connect', count: 1 },
      )
      document.select({ wires: [wireKey(wire)] })
    }
  }
  const add = (type: string, [x, y]: Place, config: FlowNode['config'] = {}): string => {
    const version = catalogue.nodes.get(type)?.version ?? 1
    return document.addNode({ type, version, at: [snap(x), snap(y)], config })
  }
  const gapAt = (key: string) => {
    const wire = document.drawing.wires.find((standing) => wireKey(standing) === key)
    return wire && gapOf(shapeOf, wire)
  }
  /** Answers whether it fits into the wire. */
  const insert = (
    key: string,
    { type, config }: { readonly type: string; readonly config: FlowNode['config'] },
    at: Place,
  ): boolean => {
    const gap = gapAt(key)
    const splice = gap && spliceForType(catalogue, type, gap, config)
    if (!splice) return false
    const version = catalogue.nodes.get(type)?.version ?? 1
    return insertOnWire(document, key, { type, version, at, config }, splice) !== undefined
  }
  const openInsert = (key: string) => {
    const [gap, wire] = [gapAt(key), scene.wire(key)]
    if (isReadOnly || !gap || !wire) return
    const place = middleOf(wire.curve)
    setQuickAdd({ at: view.toCanvas(view.toScreen(place)), place, into: { wire: key, gap } })
  }
  /** What double click and Enter do: go in, write, or show the settings. */
  const openSelected = () => {
    const { nodes, notes, groups } = document.selection
    const [note, node, group] = [[...notes][0], [...nodes][0], [...groups][0]]
    const isOne = nodes.size + notes.size + groups.size === 1
    if (isOne && note !== undefined && !isReadOnly) writeIn(note)
    else if (
      isOne &&
      group !== undefined &&
      document.drawing.groups.find(({ id }) => id === group)?.collapsed
    )
      toggleCollapsed(document, [group])
    else if (!isOne || node === undefined || !enterSubflow(document, node)) onOpen()
  }
  const reveal = (id: string) => {
    const node = document.node(id)
    if (!node) return
    document.select({ nodes: [id] })
    view.lookAt(node.at)
  }
  const openAt = (end: WireEnd): OpenWire | undefined => {
    const kind = kindAt(shapeOf(end.node), end)
    return kind && { end, kind }
  }
  const openQuickAdd = (client: Place, end?: WireEnd) => {
    if (isReadOnly) return
    const open = end && openAt(end)
    setQuickAdd({ at: view.toCanvas(client), place: view.toFlow(client), ...(open && { open }) })
  }
  const closeLists = () => {
    setQuickAdd(undefined)
    setWireList(undefined)
    focus()
  }

  const revealWire = (key: string): boolean => {
    const wire = scene.wire(key)
    if (!wire) return false
    const [x, y] = middleOf(wire.curve)
    document.select({ wires: [key] })
    view.lookAt([x - NODE_WIDTH / 2, y - HEAD_HEIGHT / 2])
    return true
  }

  /** Where one expects the next node, so that it covers no other. */
  const nextPlace = (): Place => {
    const beside = besideSelected(document)
    return freePlace(document, beside && view.isInView(beside) ? beside : view.middle())
  }
  useImperativeHandle(ref, () => ({
    reveal,
    revealWire,
    below: () => placeBelow(document, (id) => projection.boxOf(id)?.height ?? HEAD_HEIGHT) ?? view.middle(),
    showAll: () => view.showAll(),
    add: (pick, given) => {
      const node = given ? { type: pick, config: given } : readPick(pick)
      const { start } = useWiring.getState()
      const open = start && openAt(start)
      if (open) {
        stopWiring()
        return reveal(
          addToEnd(document, catalogue, open, node, view.toFlow(besideNode(open.end.node, open.end.side))),
        )
      }
      const place = nextPlace()
      const id = add(node.type, place, node.config)
      if (!view.isInView(place)) reveal(id)
    },
  }))
  const { gestures, tapNode, stopWiring } = useWiringGestures({
    document,
    projection,
    connect,
    rewire,
    onNowhere: (node, side) =>
      notify.warn(t(side === 'input' ? 'noInput' : 'noOutput', { name: nameOf(node) })),
    onVoid: openQuickAdd,
  })
  const onlySelected = () => [...document.selection.nodes].at(-1)
  /** On the screen: where a wire from a node ends whose other node covers no other. */
  const besideNode = (node: string, side: WireEnd['side'] = 'output'): Place => {
    const [x, y] = document.node(node)?.at ?? [0, 0]
    const gap = NODE_WIDTH + 10 * GRID
    const [left, top] = freePlace(document, [side === 'output' ? x + gap : x - gap, y])
    return view.toScreen([side === 'output' ? left : left + NODE_WIDTH, top + HEAD_HEIGHT / 2])
  }
  useCanvasKeys(root, {
    document,
    reveal,
    showAll: () => view.showAll(),
    zoomIn: view.zoomIn,
    zoomOut: view.zoomOut,
    openSettings: openSelected,
    structure: {
      catalogue,
      shapeOf,
      sizes: sizesOf(projection),
      place: () => (pointer.current ? view.toFlow(pointer.current) : nextPlace()),
      openInsert: () => {
        const [key] = document.selection.wires
        if (key !== undefined) openInsert(key)
      },
    },
    openQuickAdd: () => {
      if (pointer.current) return openQuickAdd(pointer.current)
      const place = nextPlace()
      openQuickAdd(view.toScreen([place[0] + NODE_WIDTH / 2, place[1] + HEAD_HEIGHT / 2]))
    },
    openAppend: () => {
      const node = onlySelected()
      const end = node === undefined ? undefined : mainOutput(node, shapeOf(node))
      if (node !== undefined) openQuickAdd(besideNode(node), end)
    },
    openWireList: (isEveryPort) => {
      const node = onlySelected()
      if (node !== undefined) setWireList({ node, isEveryPort })
    },
    stopWiring,
  })
  useClipboard(root, {
    document,
    placeToPaste: () => (pointer.current ? view.toFlow(pointer.current) : view.middle()),
    isTrusted,
    onForeign,
    onProblems: ([problem]) => problem && notify.warn(t('pasteRefused'), { about: problemText(problem) }),
  })
  const { scope, through } = state
  const insertInto = useRef(openInsert)
  const played = useRef(onPlay)
  useKeptView([scope, ...through].join(' '), view)
  // What listens to the flow begins anew with these.
  const live = useMemo(
    () => ({
      livePlace: (id: string) => livePlace({ scope, through }, id),
      liveWire: (key: string) => liveWire({ scope, through }, key),
    }),
    [scope, through],
  )
  const context = useMemo(
    () => ({
      scene,
      document,
      ...live,
      onInsertInto: (key: string) => insertInto.current(key),
      flow: document.flow.id,
      isReadOnly,
      onPoke,
      onRemoveWire: (key: string) => document.disconnect([key]),
      onPlay: (node: string, port: string | undefined) => {
        document.select({ nodes: [node] })
        played.current(node, port)
      },
      onShowWire: (key: string) => {
        document.select({ wires: [key] })
        onOpen()
      },
    }),
    [scene, document, isReadOnly, onPoke, onOpen, live],
  )
  useEffect(() => {
    insertInto.current = openInsert
    played.current = onPlay
  })

  const onPointerDown = ({ target }: PointerEvent) => {
    if (!(target instanceof Element) || target.closest('button, input')) return
    if (target.closest('.react-flow')) focus()
  }
  const onDrop = (event: DragEvent) => {
    const topic = event.dataTransfer.getData(DRAGGED_TOPIC)
    const type = event.dataTransfer.getData(DRAGGED_TYPE)
    if (!topic && !type) return
    const node = topic ? listeningNode(topic) : readPick(type)
    event.preventDefault()
    const [x, y] = view.toFlow([event.clientX, event.clientY])
    const place: Place = [x - NODE_WIDTH / 2, y - HEAD_HEIGHT / 2]
    const under = scene.wireAt([x, y], HEAD_HEIGHT / 2)
    if (!under || !insert(under.key, node, place)) add(node.type, place, node.config)
    pointAt(undefined)
    focus()
  }
  return (
    <CanvasContext value={context}>
      <CanvasMenu document={document} hit={(client) => hit(client)}>
        <section
          ref={root}
          className={styles.canvas}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is one tab stop and is worked by keys
          tabIndex={0}
          data-testid="canvas"
          data-pane=""
          aria-label={t('canvas', {
            nodes: t('nodes', { count: state.drawing.nodes.length }),
            wires: t('wires', { count: state.drawing.wires.length }),
          })}
          aria-description={t(isReadOnly ? 'canvasHelpView' : 'canvasHelp')}
          onPointerDownCapture={onPointerDown}
          onPointerMove={(event) => {
            pointer.current = [event.clientX, event.clientY]
            point(event)
            props.pointing?.move(() => view.toFlow([event.clientX, event.clientY]))
          }}
          onPointerLeave={() => {
            pointer.current = undefined
            pointAt(undefined)
            pointAtNode(undefined)
            props.pointing?.leave()
          }}
          onDoubleClick={({ target, clientX, clientY }) => {
            if (!isPane(target)) return
            if (hit([clientX, clientY])?.kind === 'node') openSelected()
            else openQuickAdd([clientX, clientY])
          }}
          onDragOver={(event) => {
            if (dropped.some((type) => event.dataTransfer.types.includes(type))) event.preventDefault()
          }}
          onDrop={onDrop}
        >
          <DrawnFlow
            scene={scene}
            selection={state.selection}
            problems={problems}
            onStart={view.showStart}
            onNodeDoubleClick={openSelected}
            {...picking}
            {...gestures}
            onNodeClick={(event, node) => {
              if (!tapNode(node.id)) picking.onNodeClick(event, node)
            }}
          />
          {state.drawing.nodes.length + (state.drawing.notes?.length ?? 0) === 0 && (
            <div className={styles.empty}>{emptyHint}</div>
          )}
          <div className={styles.controls}>
            <IconButton icon="zoom-out" label={t('zoomOut')} onClick={view.zoomOut} />
            <IconButton icon="zoom-in" label={t('zoomIn')} onClick={view.zoomIn} />
            <IconButton icon="maximize" label={t('fit')} onClick={() => view.showAll()} />
          </div>
          {state.drawing.nodes.length > 0 && <Minimap />}
          <SelectionSpoken
            selection={state.selection}
            nameOf={nameOf}
            isDisabled={(id) => document.node(id)?.disabled === true}
            shapeOf={shapeOf}
            problems={problems}
          />
          <WiringHint nameOf={nameOf} onCancel={stopWiring} />
          <Trail document={document} />
          {quickAdd && (
            <QuickAdd
              request={quickAdd}
              catalogue={catalogue}
              onClose={closeLists}
              onAdd={({ type, config }, at) => add(type, at, config)}
              onAddTo={(open, node, at) => addToEnd(document, catalogue, open, node, at)}
              onInsert={insert}
            />
          )}
          {wireList && (
            <WireList
              request={wireList}
              document={document}
              catalogue={catalogue}
              shapeOf={shapeOf}
              nameOf={nameOf}
              at={view.toCanvas(besideNode(wireList.node))}
              onConnect={connect}
              onNew={(end) => openQuickAdd(besideNode(end.node, end.side), end)}
              onClose={closeLists}
            />
          )}
        </section>
      </CanvasMenu>
    </CanvasContext>
  )
}

/** The output that a chain goes on from. */
function mainOutput(node: string, shape: NodeShape | undefined): WireEnd | undefined {
  const port = shape?.outputs.find(({ id, isMissing }) => id !== ERROR_PORT && !isMissing)
  return port && { node, port: port.id, side: 'output' }
}

/** How a node that stands free fits into a wire. */
function fitIntoWire(
  document: FlowDocument,
  shapeOf: (node: string) => NodeShape | undefined,
  node: string,
  key: string,
): Splice | undefined {
  const shape = document.node(node) && isUnwired(document, node) ? shapeOf(node) : undefined
  const wire = document.drawing.wires.find((standing) => wireKey(standing) === key)
  const gap = wire && gapOf(shapeOf, wire)
  if (!shape || !gap) return undefined
  const portsOf = (ports: NodeShape['inputs']) => Object.fromEntries(ports.map(({ id, port }) => [id, port]))
  return spliceFor({ inputs: portsOf(shape.inputs), outputs: portsOf(shape.outputs) }, gap)
}

/** Where a card stands that comes between two others. */
function betweenEnds(document: FlowDocument, wire: Wire): Place {
  const [from = [0, 0], to = [0, 0]] = wire.map((end) => document.node(readEndpoint(end).node)?.at)
  return freePlace(document, [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2])
}

const sizesOf = (projection: Projection): TidySizes => ({
  sizeOf: (id) => projection.boxOf(id) ?? { width: NODE_WIDTH, height: HEAD_HEIGHT },
  rowOf: (node, port) => projection.shapeOf(node)?.outputs.findIndex(({ id }) => id === port) ?? 0,
  cardOf: (group) => {
    const box = projection.boxOf(groupCard(group))
    return box && { x: 0, y: 0, width: box.width, height: box.height }
  },
})
