import type { useStoreApi } from '@xyflow/react'
import { readView } from '../read-view.ts'
import type { Scene } from '../scene/scene.ts'
import { seenBox, type View } from '../scene/view.ts'
import { type Ink, readInk } from './ink.ts'
import type { Layer } from './layer.ts'

interface Painting {
  /** Paints anew before the next frame. */
  readonly ask: () => void
  readonly stop: () => void
}

interface Painted {
  readonly scene: Scene
  readonly store: ReturnType<typeof useStoreApi>
}

/** Paints layers on a canvas, at most once a frame: when the scene or the view has changed, and when asked to. */
export function startPainting(
  canvas: HTMLCanvasElement,
  { scene, store }: Painted,
  layers: () => readonly Layer[],
): Painting {
  const context = canvas.getContext('2d')
  const ink = context && readInk(context)
  let frame: number | undefined
  let shown: View | undefined
  const paint = () => {
    frame = undefined
    if (canvas.hidden || !context || !ink) return
    shown = readView(store.getState())
    paintAll(context, shown, ink, layers())
  }
  const ask = () => {
    frame ??= requestAnimationFrame(paint)
  }
  const stopScene = scene.onChange(ask)
  const stopView = store.subscribe((state) => {
    if (!isSameView(readView(state), shown)) ask()
  })
  ask()
  return {
    ask,
    stop: () => {
      stopScene()
      stopView()
      if (frame !== undefined) cancelAnimationFrame(frame)
    },
  }
}

function paintAll(context: CanvasRenderingContext2D, view: View, ink: Ink, layers: readonly Layer[]): void {
  const { x, y, zoom, width, height } = view
  const ratio = window.devicePixelRatio
  resize(context.canvas, width, height, ratio)
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio)
  const brush = { context, view, seen: seenBox(view), ink }
  for (const layer of layers) layer(brush)
}

/** As many pixels as the screen has there. Setting them empties the canvas, so only when they change. */
function resize(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width === across && canvas.height === down) return
  canvas.width = across
  canvas.height = down
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
}

const isSameView = (a: View, b: View | undefined): boolean =>
  a.x === b?.x && a.y === b.y && a.zoom === b.zoom && a.width === b.width && a.height === b.height
