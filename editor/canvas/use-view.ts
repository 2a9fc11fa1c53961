import { getViewportForBounds, useReactFlow } from '@xyflow/react'
import { type RefObject, useRef } from 'react'
import type { Place } from '#flows/flow.ts'
import type { Box } from '../document/box.ts'
import { snap } from '../document/fragment.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'
import type { Scene } from './scene/scene.ts'

const fit = { padding: 0.16, maxZoom: 1, minZoom: 0.05 }
/** Canvases wider than this, in pixels, start with the whole flow in view; the others where it begins. */
const WIDE = 600
const START_ZOOM = 0.75

/** Where things are between the screen, the canvas and the flow, and what is looked at. */
export function useView(root: RefObject<HTMLElement | null>, scene: Scene) {
  const flowView = useReactFlow()
  const boundsOf = () => root.current?.getBoundingClientRect() ?? new DOMRect()

  const toFlow = (client: Place): Place => {
    const { x, y } = flowView.screenToFlowPosition({ x: client[0], y: client[1] }, { snapToGrid: false })
    return [x, y]
  }
  const toScreen = (place: Place): Place => {
    const { x, y } = flowView.flowToScreenPosition({ x: place[0], y: place[1] })
    return [x, y]
  }
  const toCanvas = (client: Place) => {
    const { left, top } = boundsOf()
    return { x: client[0] - left, y: client[1] - top }
  }
  const middleOfScreen = (): Place => {
    const { left, top, width, height } = boundsOf()
    return [left + width / 2, top + height / 2]
  }
  /** Where a card stands whose middle is the middle of what is seen. */
  const middle = (): Place => {
    const [x, y] = toFlow(middleOfScreen())
    return [snap(x - NODE_WIDTH / 2), snap(y - HEAD_HEIGHT / 2)]
  }
  const isInView = ([x, y]: Place): boolean => {
    const bounds = boundsOf()
    const [left, top] = toScreen([x, y])
    const [right, bottom] = toScreen([x + NODE_WIDTH, y + HEAD_HEIGHT])
    return left >= bounds.left && top >= bounds.top && right <= bounds.right && bottom <= bounds.bottom
  }
  /** A place that is to be seen at the start: it was asked for before there was a size. */
  const wanted = useRef<Place | 'started' | undefined>(undefined)
  const lookAt = ([x, y]: Place) => {
    if (wanted.current !== 'started') {
      wanted.current = [x, y]
      return
    }
    const zoom = Math.min(1, Math.max(0.8, flowView.getZoom()))
    void flowView.setCenter(x + NODE_WIDTH / 2, y + HEAD_HEIGHT / 2, { zoom, duration: glideMs() })
  }
  const viewOf = (box: Box) => {
    const { width, height } = boundsOf()
    return getViewportForBounds(box, width, height, fit.minZoom, fit.maxZoom, fit.padding)
  }
  /** Of all nodes, or of some. */
  const showAll = (nodes?: Iterable<string>) => {
    const box = scene.bounds(nodes)
    if (box) void flowView.setViewport(viewOf(box), { duration: glideMs() })
  }
  /** What was asked for; else everything, or on a small screen, where it could not be read, the beginning. */
  const showStart = () => {
    const asked = wanted.current
    wanted.current = 'started'
    if (asked && asked !== 'started') return lookAt(asked)
    const box = scene.bounds()
    if (!box) return
    const { width, height } = boundsOf()
    const [x, y] = [24 - box.x * START_ZOOM, height / 4 - box.y * START_ZOOM]
    const isWhole = width > WIDE || width / box.width > 0.5
    void flowView.setViewport(isWhole ? viewOf(box) : { x, y, zoom: START_ZOOM })
  }
  /** Keeps what is seen of a place, to show it again; a place that was not seen yet is shown whole. */
  const views = useRef(new Map<string, ReturnType<typeof flowView.getViewport>>())
  const keepView = (place: string) => void views.current.set(place, flowView.getViewport())
  const showAgain = (place: string) => {
    const kept = views.current.get(place)
    if (kept) void flowView.setViewport(kept)
    else showAll()
  }
  const zoomIn = () => void flowView.zoomIn()
  const zoomOut = () => void flowView.zoomOut()
  return {
    toFlow,
    toScreen,
    toCanvas,
    middleOfScreen,
    middle,
    isInView,
    lookAt,
    showAll,
    showStart,
    zoomIn,
    zoomOut,
    keepView,
    showAgain,
  }
}

const glideMs = (): number => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200)
