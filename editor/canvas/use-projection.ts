import type { EdgeChange, NodeChange } from '@xyflow/react'
import { useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import type { Place } from '#flows/flow.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import {
  type CardNode,
  type ChainBreaks,
  type ProblemLevels,
  Projection,
  type WireEdge,
} from './projection.ts'

const noDrag: ReadonlyMap<string, Place> = new Map()

/**
 * What React Flow draws, and what it reports back: selections go to the document at once, places only
 * when the drag ends, so that a drag is one step of undo.
 */
export function useProjection(
  document: FlowDocument,
  catalogue: Catalogue,
  problems: ProblemLevels,
  breaks: ChainBreaks,
) {
  const state = useStore(document.store)
  const projection = useMemo(() => new Projection(catalogue), [catalogue])
  const standing = useMemo(
    () => projection.cards(state, problems, breaks),
    [projection, state, problems, breaks],
  )
  const wires = useMemo(() => {
    void standing // shapes of the nodes decide how their wires are drawn
    return projection.wires(state)
  }, [projection, state, standing])
  const [dragged, setDragged] = useState(noDrag)
  const cards = useMemo(() => (dragged.size === 0 ? standing : shift(standing, dragged)), [standing, dragged])

  const onNodesChange = (changes: NodeChange<CardNode>[]) => {
    const { nodes, wires: keys } = document.selection
    document.select({ nodes: selectionAfter(nodes, changes), wires: keys })
    const places = changes.flatMap((change) =>
      change.type === 'position' && change.position && change.dragging
        ? [[change.id, [change.position.x, change.position.y]] as const]
        : [],
    )
    if (places.length > 0) setDragged((before) => new Map([...before, ...places]))
  }
  const onEdgesChange = (changes: EdgeChange<WireEdge>[]) => {
    const { nodes, wires: keys } = document.selection
    document.select({ nodes, wires: selectionAfter(keys, changes) })
  }
  const finishDrag = (nodes: readonly CardNode[]) => {
    const places = nodes.map(({ id, position }) => [id, [position.x, position.y]] as const)
    document.move(Object.fromEntries(places))
    setDragged(noDrag)
  }
  return { state, projection, cards, wires, onNodesChange, onEdgesChange, finishDrag }
}

function selectionAfter(
  selected: ReadonlySet<string>,
  changes: readonly (NodeChange<CardNode> | EdgeChange<WireEdge>)[],
): ReadonlySet<string> {
  const next = new Set(selected)
  for (const change of changes)
    if (change.type === 'select') {
      if (change.selected) next.add(change.id)
      else next.delete(change.id)
    }
  return next
}

const shift = (cards: CardNode[], places: ReadonlyMap<string, Place>): CardNode[] =>
  cards.map((card) => {
    const place = places.get(card.id)
    return place ? { ...card, position: { x: place[0], y: place[1] }, dragging: true } : card
  })
