import type { useStoreApi } from '@xyflow/react'
import { type Place, readEndpoint, wireKey } from '#flows/flow.ts'
import { onActivity, statusOf } from '../../api/live.ts'
import type { Box } from '../../document/box.ts'
import type { FlowDocument } from '../../document/flow-document.ts'
import { type Ink, readInk } from '../painting/ink.ts'
import { familyOf, isDisabled } from '../painting/node-layer.ts'
import { Pulse } from '../painting/pulse.ts'
import { readView } from '../read-view.ts'
import type { Scene, SceneNode } from '../scene/scene.ts'
import { seenBox } from '../scene/view.ts'
import { fitMap, type MapView, onMap, placeOnMap } from './map-view.ts'

/** In pixels of the page. */
export const MAP_WIDTH = 192
export const MAP_HEIGHT = 128

/** Milliseconds between two paintings while something is moved: a map need not be quicker. */
const PAUSE_MS = 120
/** Boxes and marks are at least as large as can be seen, in pixels of the page. */
const LEAST_BOX = 2
const MARK = 3

interface Elements {
  readonly boxes: HTMLCanvasElement
  /** Shows where messages go, over the boxes. */
  readonly busy: HTMLCanvasElement
  /** The frame around what is seen. */
  readonly seen: HTMLElement
}

interface Mapped {
  readonly flow: string
  readonly scene: Scene
  readonly store: ReturnType<typeof useStoreApi>
  readonly document: FlowDocument
  /** A wire as it runs: in a subflow under the place through which it was opened. */
  readonly liveWire: (key: string) => string
}

const EMPTY: Box = { x: 0, y: 0, width: 1, height: 1 }

/** Keeps a map up to date: the boxes as the scene changes, seldom; the frame with each move of the canvas. */
export class MapPainter {
  readonly #elements: Elements
  readonly #mapped: Mapped
  readonly #ink: Ink | undefined
  readonly #pulse: Pulse
  readonly #stops: readonly (() => void)[]
  #map: MapView = fitMap(EMPTY, MAP_WIDTH, MAP_HEIGHT)
  #frame: number | undefined
  #painted = Number.NEGATIVE_INFINITY

  constructor(elements: Elements, mapped: Mapped) {
    this.#elements = elements
    this.#mapped = mapped
    const context = elements.boxes.getContext('2d')
    this.#ink = context ? readInk(context) : undefined
    this.#pulse = new Pulse(elements.busy, () => this.#paintBusy())
    const { flow, scene, store } = mapped
    this.#stops = [
      scene.onChange(() => this.#ask()),
      store.subscribe(() => this.#showSeen()),
      onActivity(flow, ({ counts }) => {
        this.#pulse.light(Object.keys(counts))
        this.#ask() // statuses come along with messages
      }),
    ]
    this.#ask()
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    this.#pulse.stop()
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
  }

  placeAt(pixel: Place): Place {
    return placeOnMap(this.#map, pixel)
  }

  #ask(): void {
    this.#frame ??= requestAnimationFrame((now) => {
      this.#frame = undefined
      if (now - this.#painted < PAUSE_MS) return this.#ask()
      this.#painted = now
      this.#paintBoxes()
      this.#showSeen()
    })
  }

  #showSeen(): void {
    const view = readView(this.#mapped.store.getState())
    if (view.width === 0) return
    const { x, y, width, height } = onMap(this.#map, seenBox(view))
    const { style } = this.#elements.seen
    style.transform = `translate(${x}px, ${y}px)`
    style.width = `${width}px`
    style.height = `${height}px`
  }

  #paintBoxes(): void {
    const { boxes } = this.#elements
    if (boxes.offsetParent === null) return // where it has no room
    const { scene, flow } = this.#mapped
    this.#map = fitMap(scene.bounds() ?? EMPTY, MAP_WIDTH, MAP_HEIGHT)
    const context = clear(boxes)
    if (!context || !this.#ink) return
    const nodes = [...scene.nodes]
    for (const [family, members] of Map.groupBy(nodes, familyOf))
      this.#fill(context, family, members, LEAST_BOX)
    this.#outline(context, nodes.filter(isDisabled))
    const isWrong = ({ id, data }: SceneNode) =>
      data.problem === 'error' || statusOf(flow, id)?.state === 'error'
    const isDoubtful = ({ data }: SceneNode) => data.problem === 'warning'
    this.#fill(context, '--warn', nodes.filter(isDoubtful), MARK)
    this.#fill(context, '--error', nodes.filter(isWrong), MARK)
  }

  /** The nodes at both ends of the wires that messages go along. */
  #paintBusy(): void {
    const { scene, document, liveWire } = this.#mapped
    const context = clear(this.#elements.busy)
    if (!context) return
    const { lit } = this.#pulse
    const wires = document.drawing.wires.filter((wire) => lit.has(liveWire(wireKey(wire))))
    const ids = new Set(wires.flatMap((wire) => wire.map((end) => readEndpoint(end).node)))
    const nodes = [...ids].flatMap((id) => scene.node(id) ?? [])
    this.#fill(context, '--accent', nodes, MARK)
  }

  /** What is disabled is a frame with nothing in it. */
  #outline(context: CanvasRenderingContext2D, nodes: readonly SceneNode[]): void {
    if (!this.#ink || nodes.length === 0) return
    context.strokeStyle = this.#ink('--border-strong')
    context.lineWidth = 1
    context.beginPath()
    for (const { box } of nodes) {
      const { x, y, width, height } = onMap(this.#map, box)
      context.rect(x, y, Math.max(width, LEAST_BOX), Math.max(height, LEAST_BOX))
    }
    context.stroke()
  }

  #fill(
    context: CanvasRenderingContext2D,
    colour: `--${string}`,
    nodes: readonly SceneNode[],
    least: number,
  ): void {
    if (!this.#ink || nodes.length === 0) return
    context.fillStyle = this.#ink(colour)
    context.beginPath()
    for (const { box } of nodes) {
      const { x, y, width, height } = onMap(this.#map, box)
      context.rect(x, y, Math.max(width, least), Math.max(height, least))
    }
    context.fill()
  }
}

/** Empties a canvas, as sharp as the screen is. */
function clear(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const ratio = window.devicePixelRatio
  canvas.width = MAP_WIDTH * ratio
  canvas.height = MAP_HEIGHT * ratio
  const context = canvas.getContext('2d') ?? undefined
  context?.scale(ratio, ratio)
  return context
}
