import { useStore } from '@xyflow/react'
import { useText } from '../../i18n/use-text.ts'
import { useControls } from '../../live/flow-control.ts'
import { Icon } from '../../ui/icon.tsx'
import { AtWires } from '../at-wire.tsx'
import { useCanvas, useWiring } from '../canvas-context.ts'
import { pointAt, usePointed } from '../pointed.ts'
import type { Scene } from '../scene/scene.ts'
import { structureTexts } from '../structure/texts.ts'
import styles from './at-hand.module.css'
import { atHand } from './is-at-hand.ts'
import { stretchOf } from './stretch.ts'

/** At the wire under the pointer, just below its middle, so that the wire itself can still be clicked: puts a node in. */
export function InsertHere({ scene }: { readonly scene: Scene }) {
  const { document, isReadOnly } = useCanvas()
  const wire = usePointed((pointed) => (pointed.isFree ? pointed.wire : undefined))
  const isWiring = useWiring(({ start }) => start !== undefined)
  if (isReadOnly || isWiring || wire === undefined || scene.wire(wire)?.data.isBroken) return null
  if (document.selection.wires.has(wire)) return null // it offers the same by itself
  return (
    <AtWires scene={scene} keys={new Set([wire])}>
      {(key) => <PlusButton wire={key} />}
    </AtWires>
  )
}

function PlusButton({ wire }: { readonly wire: string }) {
  const t = useText(structureTexts)
  const { flow, onInsertInto, liveWire } = useCanvas()
  const stretch = useStore(stretchOf)
  const live = liveWire(wire)
  const mayStop = useControls((state) => state[flow]?.breakpoints.some((stop) => stop.wire === live) ?? false)
  return (
    <button
      {...atHand}
      type="button"
      tabIndex={-1}
      className={`${styles.button} ${styles.insert} nodrag nopan`}
      data-beside={mayStop}
      style={{ ['--stretch' as string]: stretch }}
      aria-label={t('addHere')}
      title={t('addHere')}
      onPointerLeave={() => pointAt(undefined)}
      onClick={() => {
        pointAt(undefined)
        onInsertInto(wire)
      }}
    >
      <Icon name="plus" size={14} />
    </button>
  )
}
