import {
  Background,
  BackgroundVariant,
  type OnInit,
  ReactFlow,
  type ReactFlowProps,
  SelectionMode,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useContext, useMemo, useState } from 'react'
import type { Selection } from '../document/flow-document.ts'
import { GRID } from '../document/fragment.ts'
import { usePointers } from '../people/pointers.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import styles from './canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import { type CardNode, Cards, makeEdge, type WireEdge as WireEdgeType } from './cards.ts'
import { ConnectionLine } from './connection-line.tsx'
import { Ghost } from './ghost.tsx'
import { MarksContext } from './marks.tsx'
import { NodeCard } from './node-card.tsx'
import { GlowBoard } from './painting/glow-board.tsx'
import { nodeLayer } from './painting/node-layer.ts'
import { PaintBoard } from './painting/paint-board.tsx'
import { signLayer } from './painting/sign-layer.ts'
import { wireLayer } from './painting/wire-layer.ts'
import { PeopleRings } from './people-rings.tsx'
import { usePointed } from './pointed.ts'
import type { ProblemLevels } from './projection.ts'
import type { Scene } from './scene/scene.ts'
import { onCanvas } from './scene-ids.ts'
import { DrawnLines } from './structure/drawn-lines.tsx'
import { Frames } from './structure/frames.tsx'
import { GroupCard } from './structure/group-card.tsx'
import { NoteCard } from './structure/note-card.tsx'
import { TracedWay } from './traced-way.tsx'
import { DetailContext, useDetail, useNear, useSceneVersion } from './use-near.ts'
import { PointedWire, StopMarks, WireChips } from './wire-chips.tsx'
import { WireEdge } from './wire-edge.tsx'
import { wireSigns } from './wire-signs.ts'

interface DrawnFlowProps extends Omit<ReactFlowProps<CardNode, WireEdgeType>, 'nodes' | 'edges' | 'onInit'> {
  readonly scene: Scene
  readonly selection: Selection
  readonly problems: ProblemLevels
  /** The canvas has its size: the first view is to be chosen. */
  readonly onStart: () => void
}

const AtHand = lazyPart(async () => (await import('./at-hand/at-hand.tsx')).AtHand)
const PeoplePointers = lazyPart(async () => (await import('./people-pointers.tsx')).PeoplePointers)

// Made once: React Flow mounts every node anew when one of these changes.
const nodeTypes = { card: NodeCard, note: NoteCard, group: GroupCard }
const edgeTypes = { wire: WireEdge }
/** More selected wires than this are only painted as such. */
const MOST_LIFTED = 20

/**
 * The drawing: wires are painted, and nodes that are in view are elements as long as they can be read.
 * React Flow knows only what is an element.
 */
export function DrawnFlow({ scene, selection, problems, onStart, ...rest }: DrawnFlowProps) {
  const { flow, isReadOnly } = useCanvas()
  const [isStarted, setStarted] = useState(false)
  const lifted = useLifted(selection)
  const selected = useMemo(() => onCanvas(selection), [selection])
  const { cards, edges } = useElements(scene, selected, lifted, isStarted)
  const start: OnInit<CardNode, WireEdgeType> = () => {
    onStart()
    setStarted(true)
  }
  return (
    <DetailContext value={useDetail()}>
      <ReactFlow<CardNode, WireEdgeType>
        {...rest}
        nodes={cards}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onInit={start}
        connectionRadius={24}
        connectionLineComponent={ConnectionLine}
        nodesDraggable={false}
        nodesConnectable={!isReadOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        edgesReconnectable={!isReadOnly}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        selectionMode={SelectionMode.Partial}
        zoomOnDoubleClick={false}
        minZoom={0.05}
        maxZoom={2}
        elevateNodesOnSelect={false}
      >
        <Background variant={BackgroundVariant.Dots} gap={2 * GRID} size={1.5} />
        <Painting scene={scene} selection={selection} problems={problems} lifted={lifted} />
        <GlowBoard flow={flow} scene={scene} className={styles.board} />
        <TracedWay scene={scene} />
        <WireChips scene={scene} />
        <StopMarks scene={scene} />
        <PointedWire scene={scene} />
        <WhereNear scene={scene} selection={selection} />
        <Frames scene={scene} />
        <DrawnLines />
        <Ghost scene={scene} />
        <PeopleRings scene={scene} />
        <OthersPointers />
      </ReactFlow>
    </DetailContext>
  )
}

/** Loads what stands where the pointer is when it first comes there. */
function WhereNear({ scene, selection }: Pick<DrawnFlowProps, 'scene' | 'selection'>) {
  const isPointed = usePointed(({ wire, node }) => wire !== undefined || node !== undefined)
  return (isPointed || selection.nodes.size === 1) && <AtHand scene={scene} selection={selection} />
}

function OthersPointers() {
  const hasPointers = usePointers(({ shown }) => shown.size > 0)
  return hasPointers && <PeoplePointers />
}

/** Selected wires that are elements. */
const useLifted = ({ wires }: Selection): ReadonlySet<string> =>
  useMemo(() => (wires.size > MOST_LIFTED ? new Set<string>() : wires), [wires])

const none = { cards: [], edges: [] }

/** What React Flow draws: the cards near what is seen, and the lifted wires with the cards at their ends. */
function useElements(
  scene: Scene,
  selected: ReadonlySet<string>,
  lifted: ReadonlySet<string>,
  isStarted: boolean,
): { cards: CardNode[]; edges: WireEdgeType[] } {
  const near = useNear()
  const detail = useDetail()
  const version = useSceneVersion(scene)
  const maker = useMemo(() => new Cards(), [])
  return useMemo(() => {
    void version // the scene is the same object with something else in it
    if (!near || !isStarted || detail === 'painted') return none
    const wires = [...lifted].flatMap((key) => scene.wire(key)?.data ?? [])
    const ends = wires.flatMap(({ start, end }) => [start.node, end.node])
    const nodes = [...new Set([...scene.nodesIn(near).map(({ id }) => id), ...ends])]
    const shown = scene.inOrder(nodes.flatMap((id) => scene.node(id) ?? []))
    return { cards: maker.make(shown, selected), edges: wires.map(makeEdge) }
  }, [scene, maker, near, detail, version, selected, lifted, isStarted])
}

interface PaintingProps {
  readonly scene: Scene
  readonly selection: Selection
  readonly problems: ProblemLevels
  readonly lifted: ReadonlySet<string>
}

/** What is painted, from the lowest layer to the uppermost. */
function Painting({ scene, selection, problems, lifted }: PaintingProps) {
  const marks = useContext(MarksContext)
  const signs = useMemo(() => wireSigns(marks, problems), [marks, problems])
  const pointed = usePointed(({ wire }) => wire)
  const isPainted = useDetail() === 'painted'
  const layers = useMemo(
    () => [
      wireLayer(scene, {
        selected: selection.wires,
        pointed,
        lifted: new Set([...(isPainted ? [] : lifted), ...signs.keys()]),
      }),
      signLayer(scene, signs),
      nodeLayer(scene, onCanvas(selection), marks),
    ],
    [scene, selection, pointed, lifted, isPainted, marks, signs],
  )
  return <PaintBoard scene={scene} layers={layers} className={styles.board} />
}
