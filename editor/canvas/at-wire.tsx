import { EdgeLabelRenderer } from '@xyflow/react'
import type { ReactNode } from 'react'
import type { Place } from '#flows/flow.ts'
import styles from './canvas.module.css'
import { middleOf } from './scene/curve.ts'
import type { Scene, SceneWire } from './scene/scene.ts'
import { useDetail, useNear, useSceneVersion } from './use-near.ts'

interface AtWiresProps {
  readonly scene: Scene
  /** Which wires get something; all of them without it. */
  readonly keys?: ReadonlySet<string> | undefined
  /** What stands at the middle of a wire; `room` is the way between its ports, in canvas pixels. */
  readonly children: (wire: string, room: number) => ReactNode
}

/**
 * Places elements at the middles of wires, under the cards: of the wires that are in view, and only from
 * the zoom on at which they can be read.
 */
export function AtWires({ scene, keys, children }: AtWiresProps) {
  const near = useNear()
  const detail = useDetail()
  useSceneVersion(scene)
  if (!near || detail !== 'full') return null
  const wires = keys ? [...keys].flatMap((key) => scene.wire(key) ?? []) : scene.wiresIn(near)
  return (
    <EdgeLabelRenderer>
      {wires.map((wire) => (
        <AtPlace key={wire.key} place={middleOf(wire.curve)}>
          {children(wire.key, roomOf(wire))}
        </AtPlace>
      ))}
    </EdgeLabelRenderer>
  )
}

const roomOf = ({ curve }: SceneWire): number => curve.end[0] - curve.start[0]

const AtPlace = ({ place, children }: { readonly place: Place; readonly children: ReactNode }) => (
  <div className={styles.atWire} style={{ left: place[0], top: place[1] }}>
    {children}
  </div>
)
