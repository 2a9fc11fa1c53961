import { useStoreApi } from '@xyflow/react'
import { type RefObject, useEffect, useRef } from 'react'
import { create } from 'zustand'
import type { Place } from '#flows/flow.ts'
import { type Box, boxAround } from '../document/box.ts'
import { moveInto } from '../document/commands/groups.ts'
import { type Splice, spliceNode } from '../document/commands/splice.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { snap } from '../document/fragment.ts'
import { groupsAfterDrop } from '../document/frames.ts'
import { withMembers } from '../document/members.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'
import { Lines, noLines, useHelperLines } from './helper-lines.ts'
import { pointAt } from './pointed.ts'
import { readView } from './read-view.ts'
import { detailAt } from './scene/level-of-detail.ts'
import type { Scene } from './scene/scene.ts'
import { placeIn, seenBox } from './scene/view.ts'
import { onCanvas, select } from './scene-ids.ts'
import { groupCard } from './stand-ins.ts'

/** Pixels of the screen that a hand may tremble before it moves something. */
const TREMBLE = 4
/** Pixels of the screen from which something is drawn into line with others. */
const NEAR = 6
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
  /** What is in the hand, by its id on the canvas. */
  readonly held: string
  readonly client: Place
  /** Where the canvas begins on the screen. */
  corner: Place
  /** In the flow. */
  readonly from: Place
  readonly isAdding: boolean
  /** Nodes and notes that are moved, with where they stood; once it is more than a tremble. */
  places?: ReadonlyMap<string, Place>
  /** The cards of groups that move along. */
  cards?: ReadonlyMap<string, Place>
  lines?: Lines
  /** The wire into which the node would be put. */
  wire?: string | undefined
  last: Place
  isFree?: boolean
}

/** What a move may put into a wire, and how. */
export interface Splicing {
  /** How a node that is moved fits into a wire; nothing if it does not, or is wired already. */
  readonly fit: (node: string, wire: string) => Splice | undefined
}

/**
 * Moves nodes, notes and groups by hand, whether they are elements or painted. A move is one step of undo; Escape
 * and a second finger take it back. What is moved stands in line with others where it is near (not with Alt), joins
 * the group on which it is dropped, and a node that is not wired yet goes into the wire on which it is dropped.
 */
export function useMoving(
  root: RefObject<HTMLElement | null>,
  document: FlowDocument,
  scene: Scene,
  splicing: Splicing,
): void {
  const latest = useRef(splicing)
  useEffect(() => {
    latest.current = splicing
  })
  const store = useStoreApi()
  useEffect(() => {
    const canvas = root.current
    if (!canvas || document.isReadOnly) return
    return listen(
      canvas,
      new Moving(canvas, document, scene, store, (...what) => latest.current.fit(...what)),
    )
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
  readonly #fit: Splicing['fit']
  #grip: Grip | undefined
  #frame: number | undefined

  constructor(
    canvas: HTMLElement,
    document: FlowDocument,
    scene: Scene,
    store: ReturnType<typeof useStoreApi>,
    fit: Splicing['fit'],
  ) {
    this.#fit = fit
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
    const held = isPlain ? this.#heldBy(event) : undefined
    if (held === undefined) return
    const client: Place = [event.clientX, event.clientY]
    const isAdding = event.ctrlKey || event.metaKey
    this.#grip = {
      pointer: event.pointerId,
      held,
      client,
      corner: this.#corner,
      from: this.#placeOf(client),
      isAdding,
      last: client,
    }
  }

  move(event: PointerEvent): void {
    const grip = this.#grip
    if (!grip || event.pointerId !== grip.pointer) return
    grip.last = [event.clientX, event.clientY]
    grip.isFree = event.altKey
    this.#keepSteady(grip)
    const way = Math.hypot(grip.last[0] - grip.client[0], grip.last[1] - grip.client[1])
    if (!grip.places) {
      if (way < TREMBLE) return
      this.#begin(grip)
    }
    this.#show(grip)
  }

  drop(event: PointerEvent): void {
    const grip = this.#grip
    if (!grip || event.pointerId !== grip.pointer) return
    this.#keepSteady(grip)
    const { places, wire, held } = grip
    const by = places && this.#wayOf(grip)
    this.end()
    if (!places || !by || (by[0] === 0 && by[1] === 0)) return
    const moved = Object.fromEntries(movedBy(places, by))
    const splice = wire === undefined ? undefined : this.#fit(held, wire)
    if (wire !== undefined && splice)
      spliceNode(this.#document, wire, { node: held, at: moved[held] ?? [0, 0], splice })
    else moveInto(this.#document, moved, groupsAfterDrop(this.#document.drawing, moved, this.#sizeOf))
  }

  cancel(event: Event): void {
    if (!this.#grip?.places) return
    event.stopPropagation()
    this.end()
  }

  /** Everything stands where it stood. */
  end(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
    if (!this.#grip) return
    const { places } = this.#grip
    this.#grip = undefined
    if (!places) return
    useGhost.setState(noGhost)
    useHelperLines.setState({ lines: noLines })
    pointAt(undefined)
    if (places.size <= MOST_IN_PLACE) this.#scene.shift(new Map())
  }

  #heldBy({ target, clientX, clientY }: PointerEvent): string | undefined {
    if (!(target instanceof Element)) return undefined
    const frame = target.closest<HTMLElement>('[data-frame]')
    if (frame) return target.closest('button, input') ? undefined : groupCard(frame.dataset['frame'] ?? '')
    const card = target.closest<HTMLElement>('.react-flow__node')
    if (card)
      return target.closest('.nodrag, .react-flow__handle, button, input') ? undefined : card.dataset['id']
    if (!this.isPainted || !target.classList.contains('react-flow__pane')) return undefined
    return this.#scene.nodeAt(this.#placeOf([clientX, clientY]))?.id
  }

  #begin(grip: Grip): void {
    const document = this.#document
    if (!onCanvas(document.selection).has(grip.held)) select(document, grip.held, grip.isAdding)
    const { nodes, notes } = withMembers(document.drawing, document.selection)
    const ids = new Set([...nodes, ...notes])
    const { drawing } = document
    const moved = [...drawing.nodes, ...(drawing.notes ?? [])].filter(({ id }) => ids.has(id))
    grip.places = new Map(moved.map(({ id, at }) => [id, at]))
    const groups = new Set(moved.flatMap(({ group }) => group ?? []))
    grip.cards = new Map(
      [...groups].flatMap((group) => {
        const card = this.#scene.node(groupCard(group))
        return card ? [[card.id, [card.box.x, card.box.y]] as const] : []
      }),
    )
    grip.lines = new Lines(
      this.#scene
        .nodesIn(seenBox(this.#view))
        .flatMap(({ id, box }) => (ids.has(id) || grip.cards?.has(id) ? [] : [box])),
    )
    this.#canvas.setPointerCapture(grip.pointer)
    this.#moveAlong()
  }

  #show(grip: Grip): void {
    const { places, cards } = grip
    if (!places) return
    const by = this.#wayOf(grip)
    const shifted = new Map([...movedBy(places, by), ...movedBy(cards ?? new Map(), by)])
    if (places.size > MOST_IN_PLACE) useGhost.setState({ ids: new Set(shifted.keys()), by })
    else this.#scene.shift(shifted)
    grip.wire = this.#wireUnder(grip)
    pointAt(grip.wire)
  }

  /** By how far all are moved: so that what is in the hand stands on the grid, or in line with something near. */
  #wayOf(grip: Grip): Place {
    const { held, from, last, places, cards, lines } = grip
    const at = places?.get(held) ?? cards?.get(held) ?? [...(places?.values() ?? [])][0] ?? [0, 0]
    const [x, y] = this.#placeOf(last)
    const [dx, dy] = [x - from[0], y - from[1]]
    const bounds = grip.isFree || (places?.size ?? 0) > MOST_IN_PLACE ? undefined : this.#boundsOf(grip)
    const found =
      bounds && lines?.snap({ ...bounds, x: bounds.x + dx, y: bounds.y + dy }, NEAR / this.#view.zoom)
    useHelperLines.setState({ lines: found?.lines ?? noLines })
    const [byX, byY] = found?.by ?? [0, 0]
    return [
      byX !== 0 ? Math.round(dx + byX) : snap(at[0] + dx) - at[0],
      byY !== 0 ? Math.round(dy + byY) : snap(at[1] + dy) - at[1],
    ]
  }

  /** What is moved, where it stood. */
  #boundsOf({ places, cards }: Grip): Box | undefined {
    return boxAround(
      [...(places ?? []), ...(cards ?? [])].flatMap(([id, [x, y]]) => {
        const node = this.#scene.node(id)
        return node ? [{ ...node.box, x, y }] : []
      }),
    )
  }

  /** The wire under the middle of a node that fits into it. */
  #wireUnder({ held, places }: Grip): string | undefined {
    const box = places?.size === 1 ? this.#scene.node(held)?.box : undefined
    const wire = box && this.#scene.wireAt([box.x + box.width / 2, box.y + box.height / 2], box.height / 2)
    return wire && this.#fit(held, wire.key) ? wire.key : undefined
  }

  readonly #sizeOf = (id: string) => this.#scene.node(id)?.box ?? { width: NODE_WIDTH, height: HEAD_HEIGHT }

  get #corner(): Place {
    const { left, top } = this.#canvas.getBoundingClientRect()
    return [left, top]
  }

  /** A line that appears over the canvas pushes it down: what is seen in it stays where it is on the screen. */
  #keepSteady(grip: Grip): void {
    const [left, top] = this.#corner
    const [x, y] = [grip.corner[0] - left, grip.corner[1] - top]
    if (x === 0 && y === 0) return
    grip.corner = [left, top]
    void this.#store.getState().panBy({ x, y })
  }

  #placeOf([x, y]: Place): Place {
    const [left, top] = this.#corner
    return placeIn(this.#view, [x - left, y - top])
  }

  /** Moves the canvas while the hand is at its edge. */
  #moveAlong(): void {
    this.#frame = requestAnimationFrame(() => {
      const grip = this.#grip
      if (!grip) return
      this.#keepSteady(grip)
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

const movedBy = (places: ReadonlyMap<string, Place>, [dx, dy]: Place): ReadonlyMap<string, Place> =>
  new Map([...places].map(([id, [x, y]]) => [id, [x + dx, y + dy]]))

function towards(at: number, start: number, end: number): number {
  const speed = (into: number) => (Math.min(Math.max(into, 0), EDGE) / EDGE) * EDGE_SPEED
  return speed(start + EDGE - at) - speed(at - (end - EDGE))
}
