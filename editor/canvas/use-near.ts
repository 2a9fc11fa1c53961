import { type ReactFlowState, useStore } from '@xyflow/react'
import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react'
import type { Box } from '../document/box.ts'
import { readView } from './read-view.ts'
import { type Detail, detailAt } from './scene/level-of-detail.ts'
import type { Scene } from './scene/scene.ts'
import { nearBox } from './scene/view.ts'

// A text: who uses it is drawn again when it changes, and not while one pans inside its box.
const nearText = (state: ReactFlowState): string => {
  const view = readView(state)
  if (view.width === 0) return ''
  const { x, y, width, height } = nearBox(view)
  return `${x} ${y} ${width} ${height}`
}

/** A part of the canvas that holds what is seen, and a little around it; nothing before the canvas has a size. */
export function useNear(): Box | undefined {
  const text = useStore(nearText)
  return useMemo(() => {
    if (text === '') return undefined
    const [x = 0, y = 0, width = 0, height = 0] = text.split(' ').map(Number)
    return { x, y, width, height }
  }, [text])
}

const detailOf = ({ transform }: ReactFlowState): Detail => detailAt(transform[2])

/** How much of a node is shown. */
export const useDetail = (): Detail => useStore(detailOf)

/** The same for cards: hundreds that looked into the store would each be asked at every move of the canvas. */
export const DetailContext = createContext<Detail>('full')
export const useCardDetail = (): Detail => useContext(DetailContext)

/** Draws a component again when the scene has changed. The answer changes with it. */
export function useSceneVersion(scene: Scene): number {
  const subscribe = useCallback((listener: () => void) => scene.onChange(listener), [scene])
  return useSyncExternalStore(subscribe, () => scene.version)
}
