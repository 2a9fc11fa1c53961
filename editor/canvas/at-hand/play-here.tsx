import { useStore, ViewportPortal } from '@xyflow/react'
import { portTitle } from '../../i18n/node-texts.ts'
import { useText } from '../../i18n/use-text.ts'
import { Icon } from '../../ui/icon.tsx'
import { useCanvas, useWiring } from '../canvas-context.ts'
import { HEAD_HEIGHT } from '../geometry.ts'
import { pointAtNode, usePointed } from '../pointed.ts'
import type { DrawnNode } from '../projection.ts'
import type { Scene } from '../scene/scene.ts'
import { useDetail, useSceneVersion } from '../use-near.ts'
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
  const stretch = useStore(stretchOf)
  useSceneVersion(scene)
  const found = scene.node(node)
  if (found?.data.kind !== 'node' || found.data.node.disabled) return null
  const { box, data } = found
  return (
    <ViewportPortal>
      {spotsOf(data, stretch > 1).map(({ port, y, gap }) => (
        <PlayButton
          key={port ?? ''}
          data={data}
          port={port}
          x={box.x - gap}
          y={box.y + y}
          stretch={stretch}
        />
      ))}
    </ViewportPortal>
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
  readonly stretch: number
}

function PlayButton({ data, port, x, y, stretch }: PlayButtonProps) {
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
      style={{ left: x, top: y, ['--stretch' as string]: stretch }}
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
