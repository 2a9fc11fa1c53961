import { type PointerEvent, type ReactNode, useState, useSyncExternalStore } from 'react'
import { useText } from '../../i18n/use-text.ts'
import {
  fitHeight,
  heightAfter,
  LEAST_HEIGHT,
  mostHeight,
  storedHeight,
  storeHeight,
} from './drawer-height.ts'
import styles from './drawer-pane.module.css'
import { drawerPaneTexts } from './texts.ts'

/** The drawer's place under the canvas, as high as somebody has made it: by its upper edge, or by keys on it. */
export function DrawerPane({ children }: { readonly children: ReactNode }) {
  const t = useText(drawerPaneTexts)
  const windowHeight = useWindowHeight()
  const [chosen, setChosen] = useState(storedHeight)
  const height = fitHeight(chosen, windowHeight)
  const choose = (next: number) => {
    const fitting = fitHeight(next, windowHeight)
    setChosen(fitting)
    storeHeight(fitting)
  }
  const follow = (event: PointerEvent<HTMLElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId))
      choose((event.currentTarget.parentElement?.getBoundingClientRect().bottom ?? 0) - event.clientY)
  }
  return (
    <div className={styles.drawer} style={{ height }} data-pane="">
      {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved */}
      <div
        role="separator"
        tabIndex={0}
        className={styles.handle}
        aria-orientation="horizontal"
        aria-label={t('height')}
        aria-valuenow={height}
        aria-valuemin={LEAST_HEIGHT}
        aria-valuemax={mostHeight(windowHeight)}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={follow}
        onKeyDown={(event) => {
          const next = heightAfter(event.key, height, windowHeight)
          if (next === undefined) return
          event.preventDefault()
          choose(next)
        }}
      />
      {children}
    </div>
  )
}

const useWindowHeight = (): number =>
  useSyncExternalStore(
    (listener) => {
      window.addEventListener('resize', listener)
      return () => window.removeEventListener('resize', listener)
    },
    () => window.innerHeight,
  )
