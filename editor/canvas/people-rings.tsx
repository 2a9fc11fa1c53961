import { ViewportPortal } from '@xyflow/react'
import styles from '../people/people.module.css'
import { personColor, usePeople } from '../people/people.ts'
import type { Scene } from './scene/scene.ts'
import { useDetail, useSceneVersion } from './use-near.ts'

/** Room between a card and the ring around it, in canvas pixels. */
const GAP = 3
/** Rings for more than this would hide what they are around. */
const MOST = 200

/** Rings around what others have selected, with their names. */
export function PeopleRings({ scene }: { readonly scene: Scene }) {
  const people = usePeople((state) => state.people)
  const scope = usePeople((state) => state.scope)
  const isNamed = useDetail() !== 'painted'
  useSceneVersion(scene)
  const rings = people
    .filter((person) => person.in === scope)
    .flatMap(({ tab, name, nodes }) =>
      nodes.flatMap((id) => {
        const box = scene.node(id)?.box
        return box ? [{ key: `${tab} ${id}`, name, box }] : []
      }),
    )
    .slice(0, MOST)
  if (rings.length === 0) return null
  return (
    <ViewportPortal>
      {rings.map(({ key, name, box }) => (
        <div
          key={key}
          className={styles.ring}
          data-person={name}
          style={{
            ...{ left: box.x - GAP, top: box.y - GAP },
            ...{ width: box.width + 2 * GAP, height: box.height + 2 * GAP },
            ['--person' as string]: personColor(name),
          }}
        >
          {isNamed && <span>{name}</span>}
        </div>
      ))}
    </ViewportPortal>
  )
}
