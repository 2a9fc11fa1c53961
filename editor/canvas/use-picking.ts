import { useStoreApi } from '@xyflow/react'
import type { MouseEvent, PointerEvent, RefObject } from 'react'
import type { Place } from '#flows/flow.ts'
import type { FlowDocument, Selection } from '../document/flow-document.ts'
import { isAtHand } from './at-hand/is-at-hand.ts'
import { pointAt, pointAtNode } from './pointed.ts'
import { readView } from './read-view.ts'
import { detailAt } from './scene/level-of-detail.ts'
import type { Scene } from './scene/scene.ts'
import { placeIn } from './scene/view.ts'
import { select as selectOnCanvas } from './scene-ids.ts'

/** Pixels of the screen from which a wire can be hit, on each side of it. */
const REACH = 8
const FINGER_REACH = 16

/** What is painted at a place of the screen. */
export type Hit = { readonly kind: 'node' | 'wire'; readonly id: string } | undefined

/** Finds what is painted under the pointer, and selects what is clicked: nodes, painted or not, and wires. */
export function usePicking(root: RefObject<HTMLElement | null>, document: FlowDocument, scene: Scene) {
  const store = useStoreApi()

  const hit = (client: Place, reach = REACH): Hit => {
    const { left, top } = root.current?.getBoundingClientRect() ?? new DOMRect()
    const view = readView(store.getState())
    const place = placeIn(view, [client[0] - left, client[1] - top])
    const node = detailAt(view.zoom) === 'painted' ? scene.nodeAt(place) : undefined
    if (node) return { kind: 'node', id: node.id }
    const wire = scene.wireAt(place, reach / view.zoom)
    return wire && { kind: 'wire', id: wire.key }
  }
  const select = (kind: 'node' | 'wire', id: string, isAdding: boolean) => {
    if (kind === 'node') selectOnCanvas(document, id, isAdding)
    else if (isAdding)
      document.select({ ...document.selection, wires: toggled(document.selection.wires, id) })
    else document.select({ wires: [id] })
  }
  return {
    hit,
    onNodeClick: (event: MouseEvent, { id }: { readonly id: string }) => select('node', id, isAdding(event)),
    onNodeMouseEnter: ({ buttons }: MouseEvent, { id }: { readonly id: string }) => {
      if (buttons === 0) pointAtNode(id)
    },
    onNodeMouseLeave: () => pointAtNode(undefined),
    onEdgeClick: (event: MouseEvent, { id }: { readonly id: string }) => select('wire', id, isAdding(event)),
    onPaneClick: (event: MouseEvent) => {
      const found = hit([event.clientX, event.clientY], isTouch(event) ? FINGER_REACH : REACH)
      if (found) select(found.kind, found.id, isAdding(event))
      else if (!isAdding(event)) document.select({})
    },
    /** Says what the pointer is over, to the style sheet and to `usePointed`. */
    point: (event: PointerEvent) => {
      if (event.buttons !== 0 || isAtHand(event.target)) return
      const found = isPane(event.target) ? hit([event.clientX, event.clientY]) : undefined
      if (root.current) root.current.dataset['over'] = found?.kind ?? ''
      pointAt(found?.kind === 'wire' ? found.id : undefined, true)
    },
  }
}

export const isPane = (target: EventTarget): boolean =>
  target instanceof Element && target.classList.contains('react-flow__pane')

const isAdding = (event: MouseEvent): boolean => event.ctrlKey || event.metaKey || event.shiftKey

const isTouch = ({ nativeEvent }: MouseEvent): boolean =>
  nativeEvent instanceof window.PointerEvent && nativeEvent.pointerType === 'touch'

function toggled(selected: Selection['wires'], id: string): ReadonlySet<string> {
  const next = new Set(selected)
  if (!next.delete(id)) next.add(id)
  return next
}
