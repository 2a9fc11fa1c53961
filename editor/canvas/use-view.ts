import { useReactFlow } from '@xyflow/react'
import type { RefObject } from 'react'
import type { Place } from '#flows/flow.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { cornerOf, snap } from '../document/fragment.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'

const fitOptions = { padding: 0.16, maxZoom: 1, minZoom: 0.1 }
/** Canvases wider than this, in pixels, start with the whole flow in view; the others where it begins. */
const WIDE = 600
const START_ZOOM = 0.75

/** Where things are between the screen, the canvas and the flow, and what is looked at. */
export function useView(root: RefObject<HTMLElement | null>, document: FlowDocument) {
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
  const lookAt = ([x, y]: Place) => {
    const zoom = Math.min(1, Math.max(0.8, flowView.getZoom()))
    void flowView.setCenter(x + NODE_WIDTH / 2, y + HEAD_HEIGHT / 2, { zoom, duration: glideMs() })
  }
  const showAll = () => void flowView.fitView({ ...fitOptions, duration: glideMs() })
  /** Everything, if it can be read then; else, on a small screen, the beginning. */
  const showStart = () => {
    const { nodes } = document.drawing
    if (nodes.length === 0) return
    const { width, height } = boundsOf()
    const [left, top] = cornerOf(nodes)
    const right = Math.max(...nodes.map(({ at }) => at[0])) + NODE_WIDTH
    const [x, y] = [24 - left * START_ZOOM, height / 4 - top * START_ZOOM]
    if (width > WIDE || width / (right - left) > 0.5) void flowView.fitView(fitOptions)
    else void flowView.setViewport({ x, y, zoom: START_ZOOM })
  }
  const zoomIn = () => void flowView.zoomIn()
  const zoomOut = () => void flowView.zoomOut()
  return { toFlow, toCanvas, middleOfScreen, middle, isInView, lookAt, showAll, showStart, zoomIn, zoomOut }
}

const glideMs = (): number => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200)
