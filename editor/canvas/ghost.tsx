import { type ReactFlowState, useStore, ViewportPortal } from '@xyflow/react'
import { useMemo } from 'react'
import styles from './canvas.module.css'
import type { Scene } from './scene/scene.ts'
import { useGhost } from './use-moving.ts'

const zoomOf = ({ transform }: ReactFlowState): number => transform[2]
/** Pixels of the screen. */
const LINE = 1.5

/** Outlines of the nodes that are moved, if they are too many to be moved themselves: one element for all. */
export function Ghost({ scene }: { readonly scene: Scene }) {
  const { ids, by } = useGhost()
  const zoom = useStore(zoomOf)
  const path = useMemo(() => ids && outlinesOf(scene, ids), [scene, ids])
  if (!path) return null
  return (
    <ViewportPortal>
      <svg
        className={styles.ghost}
        data-testid="ghost"
        style={{ transform: `translate(${by[0]}px, ${by[1]}px)` }}
        aria-hidden="true"
      >
        <path d={path} strokeWidth={LINE / zoom} />
      </svg>
    </ViewportPortal>
  )
}

const outlinesOf = (scene: Scene, ids: ReadonlySet<string>): string =>
  [...ids]
    .flatMap((id) => scene.node(id)?.box ?? [])
    .map(({ x, y, width, height }) => `M${x} ${y}h${width}v${height}h${-width}z`)
    .join('')
