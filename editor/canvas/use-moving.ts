import { useStoreApi } from '@xyflow/react'
import { type RefObject, useEffect } from 'react'
import { create } from 'zustand'
import type { Place } from '#flows/flow.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { snap } from '../document/fragment.ts'
import { readView } from './read-view.ts'
import { detailAt } from './scene/level-of-detail.ts'
import type { Scene } from './scene/scene.ts'
import { placeIn } from './scene/view.ts'

/** Pixels of the screen that a hand may tremble before it moves something. */
const TREMBLE = 4
/** More nodes than this are moved as outlines: they come to stand when they are let go. */
const MOST_IN_PLACE = 200
/** Pixels from the edge in which the canvas moves along, and by how much in a frame at most. */
const EDGE = 40
const EDGE_SPEED = 15

interface Ghost {
  /** Nodes that are moved as outlines. */
  readonly ids: ReadonlySet<string> | undefined
  readonly by: Place
}

const noGhost: Ghost = { ids: undefined, by: [0, 0] }

export const useGhost = create<Ghost>(() => noGhost)

interface Grip {
  readonly pointer: number
  readonly node: string
  readonly client: Place
  /** In the flow. */
  readonly from: Place
  readonly isAdding: boolean
  /** Once it is more than a tremble. */
  ids?: ReadonlySet<string>
  last: Place
}

/**
 * Moves nodes by hand, whether they are elements or painted. A move is one step of undo; Escape and a
 * second finger take it back.
 */
export function useMoving(root: RefObject<HTMLElement | null>, document: FlowDocument, scene: Scene): void {
  const store = useStoreApi()
  useEffect(() => {
    const canvas = root.current
    if (!canvas || document.isReadOnly) return
    return listen(canvas, new Moving(canvas, document, scene, store))
  }, [root, document, scene, store])
}

function listen(canvas: HTMLElement, moving: Moving): () => void {
  const controller = new AbortController()
  const options = { signal: controller.signal, capture: true }
  canvas.addEventListener('pointerdown', (event) => moving.grip(event), options)
  // React Flow must not move the canvas by what is a node to the person
  for (const type of ['mousedown', 'touchstart'] as const)
    canvas.addEventListener(
      type,
      (event) => moving.isGripping && moving.isPainted && event.stopPropagation(),
      options,
    )
  canvas.addEventListener('pointermove', (event) => moving.move(event), options)
  canvas.addEventListener('pointerup', (event) => moving.drop(event), options)
  canvas.addEventListener('pointercancel', () => moving.end(), options)
  window.addEventListener('keydown', (event) => event.key === 'Escape' && moving.cancel(event), options)
  return () => {
    controller.abort()
    moving.end()
  }
}

class Moving {
  readonly #canvas: HTMLElement
  readonly #document: FlowDocument
  readonly #scene: Scene
  readonly #store: ReturnType<typeof useStoreApi>
  #grip: Grip | undefined
  #frame: number | undefined

  constructor(
    canvas: HTMLElement,
    document: FlowDocument,
    scene: Scene,
    store: ReturnType<typeof useStoreApi>,
  ) {
    this.#canvas = canvas
    this.#document = document
    this.#scene = scene
    this.#store = store
  }

  get isGripping(): boolean {
    return this.#grip !== undefined
  }
  get isPainted(): boolean {
    return detailAt(this.#view.zoom) === 'painted'
  }
  get #view() {
    return readView(this.#store.getState())
  }

  grip(event: PointerEvent): void {
    if (!event.isPrimary) this.end()
    if (this.#grip) return
    const isPlain = event.isPrimary && event.button === 0 && !event.shiftKey
    const node = isPlain ? this.#nodeUnder(event) : undefined
    if (node === undefined) return
    const client: Place = [event.clientX, event.clientY]
    const isAdding = event.ctrlKey || event.metaKey
    this.#grip = {
      pointer: event.pointerId,
      node,
      client,
      from: this.#placeOf(client),
      isAdding,
      last: client,
    }
  }

  move(event: PointerEvent): void {
    const grip = this.#grip
    if (!grip || event.pointerId !== grip.pointer) return
    grip.last = [event.clientX, event.clientY]
    const way = Math.hypot(grip.last[0] - grip.client[0], grip.last[1] - grip.client[1])
    if (!grip.ids) {
      if (way < TREMBLE) return
      this.#begin(grip)
    }
    this.#show(grip)
  }

  drop(event: PointerEvent): void {
    const grip = this.#grip
    if (!grip || event.pointerId !== grip.pointer) return
    const places = grip.ids && this.#placesOf(grip.ids, this.#wayOf(grip))
    this.end()
    if (places) this.#document.move(Object.fromEntries(places))
  }

  cancel(event: Event): void {
    if (!this.#grip?.ids) return
    event.stopPropagation()
    this.end()
  }

  /** Everything stands where it stood. */
  end(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
    if (!this.#grip) return
    const { ids } = this.#grip
    this.#grip = undefined
    if (!ids) return
    useGhost.setState(noGhost)
    if (ids.size <= MOST_IN_PLACE) this.#scene.shift(new Map())
  }

  #nodeUnder({ target, clientX, clientY }: PointerEvent): string | undefined {
    if (!(target instanceof Element)) return undefined
    const card = target.closest<HTMLElement>('.react-flow__node')
    if (card)
      return target.closest('.nodrag, .react-flow__handle, button, input') ? undefined : card.dataset['id']
    if (!this.isPainted || !target.classList.contains('react-flow__pane')) return undefined
    return this.#scene.nodeAt(this.#placeOf([clientX, clientY]))?.id
  }

  #begin(grip: Grip): void {
    const { nodes } = this.#document.selection
    if (!nodes.has(grip.node)) this.#document.select({ nodes: [...(grip.isAdding ? nodes : []), grip.node] })
    grip.ids = this.#document.selection.nodes
    this.#canvas.setPointerCapture(grip.pointer)
    this.#moveAlong()
  }

  #show(grip: Grip): void {
    const { ids } = grip
    if (!ids) return
    const by = this.#wayOf(grip)
    if (ids.size > MOST_IN_PLACE) useGhost.setState({ ids, by })
    else this.#scene.shift(this.#placesOf(ids, by))
  }

  /** By how far all are moved: so that the one in the hand stands on the grid. */
  #wayOf({ node, from, last }: Grip): Place {
    const at = this.#document.node(node)?.at ?? [0, 0]
    const [x, y] = this.#placeOf(last)
    return [snap(at[0] + x - from[0]) - at[0], snap(at[1] + y - from[1]) - at[1]]
  }

  #placesOf(ids: ReadonlySet<string>, [dx, dy]: Place): ReadonlyMap<string, Place> {
    return new Map(
      [...ids].flatMap((id) => {
        const at = this.#document.node(id)?.at
        return at ? [[id, [at[0] + dx, at[1] + dy]] as const] : []
      }),
    )
  }

  #placeOf([x, y]: Place): Place {
    const { left, top } = this.#canvas.getBoundingClientRect()
    return placeIn(this.#view, [x - left, y - top])
  }

  /** Moves the canvas while the hand is at its edge. */
  #moveAlong(): void {
    this.#frame = requestAnimationFrame(() => {
      const grip = this.#grip
      if (!grip) return
      const { left, right, top, bottom } = this.#canvas.getBoundingClientRect()
      const x = towards(grip.last[0], left, right)
      const y = towards(grip.last[1], top, bottom)
      if (x !== 0 || y !== 0)
        void this.#store
          .getState()
          .panBy({ x, y })
          .then(() => this.#show(grip))
      this.#moveAlong()
    })
  }
}

function towards(at: number, start: number, end: number): number {
  const speed = (into: number) => (Math.min(Math.max(into, 0), EDGE) / EDGE) * EDGE_SPEED
  return speed(start + EDGE - at) - speed(at - (end - EDGE))
}
