import { type ReactFlowState, useStore, useStoreApi, ViewportPortal } from '@xyflow/react'
import { useCallback, useSyncExternalStore } from 'react'
import { portTitle } from '../../i18n/node-texts.ts'
import { useText } from '../../i18n/use-text.ts'
import { Icon } from '../../ui/icon.tsx'
import { useCanvas, useWiring } from '../canvas-context.ts'
import { HEAD_HEIGHT } from '../geometry.ts'
import { pointAtNode, usePointed } from '../pointed.ts'
import type { DrawnNode } from '../projection.ts'
import type { Scene } from '../scene/scene.ts'
import { useDetail } from '../use-near.ts'
import styles from './at-hand.module.css'
import { atHand } from './is-at-hand.ts'
import { stretchOf } from './stretch.ts'
import { atHandTexts } from './texts.ts'

interface PlayHereProps {
  readonly scene: Scene
  readonly selected: ReadonlySet<string>
}

/** Left of the inputs of the node under the pointer, or of the only one that is selected: sends it a message. */
export function PlayHere({ scene, selected }: PlayHereProps) {
  const { isReadOnly } = useCanvas()
  const pointed = usePointed(({ node }) => node)
  const isWiring = useWiring(({ start }) => start !== undefined)
  const isFull = useDetail() === 'full'
  const [only] = selected.size === 1 ? selected : []
  const node = pointed ?? only
  if (isReadOnly || isWiring || !isFull || node === undefined) return null
  return <PlayButtons key={node} scene={scene} node={node} />
}

/** In canvas pixels: so far reaches the port, and where it can be taken hold of. */
const BESIDE = 21

function PlayButtons({ scene, node }: { readonly scene: Scene; readonly node: string }) {
  const data = useDrawnNode(scene, node)
  const isSmall = useStore(isStretched)
  const root = useFollowing(scene, node)
  if (data?.kind !== 'node' || data.node.disabled) return null
  return (
    <ViewportPortal>
      <div ref={root} className={styles.beside}>
        {spotsOf(data, isSmall).map(({ port, y, gap }) => (
          <PlayButton key={port ?? ''} data={data} port={port} x={-gap} y={y} />
        ))}
      </div>
    </ViewportPortal>
  )
}

const isStretched = (state: ReactFlowState): boolean => stretchOf(state) > 1

/** The same object while it is only moved. */
function useDrawnNode(scene: Scene, node: string): DrawnNode | undefined {
  const subscribe = useCallback((listener: () => void) => scene.onChange(listener), [scene])
  return useSyncExternalStore(subscribe, () => scene.node(node)?.data)
}

/** An element that goes along with a node, and knows how far away one is, without being drawn again. */
function useFollowing(scene: Scene, node: string) {
  const store = useStoreApi()
  return useCallback(
    (element: HTMLDivElement | null) => {
      if (!element) return
      let last = ''
      const follow = (): void => {
        const box = scene.node(node)?.box
        if (!box) return
        const stretch = stretchOf(store.getState())
        const next = `translate(${box.x}px, ${box.y}px) ${stretch}`
        if (next === last) return
        last = next
        element.style.transform = `translate(${box.x}px, ${box.y}px)`
        element.style.setProperty('--stretch', String(stretch))
      }
      follow()
      const stops = [scene.onChange(follow), store.subscribe(follow)]
      return () => {
        for (const stop of stops) stop()
      }
    },
    [scene, node, store],
  )
}

interface Spot {
  /** Missing where it is asked for after. */
  readonly port?: string
  readonly y: number
  /** Between the card and the button; the pointer must be nowhere else on its way. */
  readonly gap: number
}

/** One at each input; where those stand too near to one another, and where there is none, one for the node. */
function spotsOf({ box, shape }: DrawnNode, isSmall: boolean): readonly Spot[] {
  const inputs = box.ports.filter(({ side, isMissing }) => side === 'input' && !isMissing)
  if (shape.definition === undefined) return []
  if (inputs.length === 0 || (isSmall && inputs.length > 1)) return [{ y: HEAD_HEIGHT / 2, gap: 0 }]
  return inputs.map(({ id, y }) => ({ port: id, y, gap: BESIDE }))
}

interface PlayButtonProps {
  readonly data: DrawnNode
  readonly port: string | undefined
  readonly x: number
  readonly y: number
}

function PlayButton({ data, port, x, y }: PlayButtonProps) {
  const t = useText(atHandTexts)
  const { onPlay } = useCanvas()
  const { node, shape } = data
  const placed = shape.inputs.length > 1 ? shape.inputs.find(({ id }) => id === port) : undefined
  const label =
    placed && shape.definition
      ? t('playInto', { port: portTitle(shape.definition, placed.id, placed.port) || placed.id })
      : t(shape.inputs.length === 0 ? 'playAsIf' : 'play')
  return (
    <button
      {...atHand}
      type="button"
      tabIndex={-1}
      className={`${styles.button} ${styles.play} nodrag nopan`}
      data-testid="play-here"
      style={{ left: x, top: y }}
      aria-label={label}
      title={label}
      onMouseEnter={() => pointAtNode(node.id)}
      onMouseLeave={() => pointAtNode(undefined)}
      onClick={() => onPlay(node.id, port)}
    >
      <Icon name="play" size={12} />
    </button>
  )
}
