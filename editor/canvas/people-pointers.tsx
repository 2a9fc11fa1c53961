import { type ReactFlowState, useStore, ViewportPortal } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import styles from '../people/people.module.css'
import { personColor, usePeople } from '../people/people.ts'
import { type ShownPointer, usePointers } from '../people/pointers.ts'

/** Pointers of more people than these would hide the drawing. */
const MOST = 20

/** A text, so that nothing is drawn again while they only move. */
const shownIn =
  (scope: string | undefined) =>
  ({ shown }: { readonly shown: ReadonlyMap<string, ShownPointer> }): string =>
    [...shown.values()]
      .filter((pointer) => pointer.in === scope)
      .slice(0, MOST)
      .map(({ tab }) => tab)
      .join(' ')

/** Where others point on what is open here, with their names. */
export function PeoplePointers() {
  const scope = usePeople((state) => state.scope)
  const tabs = usePointers(shownIn(scope))
  if (tabs === '') return null
  return (
    <ViewportPortal>
      {tabs.split(' ').map((tab) => (
        <PersonPointer key={tab} tab={tab} />
      ))}
    </ViewportPortal>
  )
}

/** As large from any distance. */
const counterScaleOf = ({ transform }: ReactFlowState): number => 1 / transform[2]

function PersonPointer({ tab }: { readonly tab: string }) {
  const root = useRef<HTMLDivElement>(null)
  const scale = useStore(counterScaleOf)
  const name = usePointers(({ shown }) => shown.get(tab)?.name ?? '')
  useEffect(() => {
    const place = (shown: ReadonlyMap<string, ShownPointer>): void => {
      const [x, y] = shown.get(tab)?.at ?? [0, 0]
      if (root.current) root.current.style.transform = `translate(${x}px, ${y}px) scale(${scale})`
    }
    place(usePointers.getState().shown)
    return usePointers.subscribe(({ shown }) => shown.has(tab) && place(shown))
  }, [tab, scale])
  return (
    <div
      ref={root}
      className={styles.pointer}
      data-pointer={name}
      style={{ ['--person' as string]: personColor(name) }}
      aria-hidden="true"
    >
      <svg width="16" height="20" viewBox="0 0 16 20" aria-hidden="true">
        <path d="M1 1v15l4-4 3 7 3-1.3-3-6.7h6z" />
      </svg>
      <span>{name}</span>
    </div>
  )
}
