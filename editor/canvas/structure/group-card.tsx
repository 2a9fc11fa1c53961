import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { frameColor } from '../../document/commands/groups.ts'
import { useText } from '../../i18n/use-text.ts'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/icon.tsx'
import canvasStyles from '../canvas.module.css'
import { useCanvas } from '../canvas-context.ts'
import type { CardNode } from '../cards.ts'
import type { PlacedPort } from '../geometry.ts'
import { MarkFrame } from '../marks.tsx'
import { FarPorts } from '../port-handle.tsx'
import { useCardDetail } from '../use-near.ts'
import { CollapseButton } from './frames.tsx'
import styles from './structure.module.css'
import { structureTexts } from './texts.ts'
import { useStateInside } from './use-state-inside.ts'

/** A collapsed group: its name, how many it hides, what is wrong inside, and where its wires cross. */
export const GroupCard = memo(function GroupCard({ data, selected = false }: NodeProps<CardNode>) {
  const t = useText(structureTexts)
  const isFull = useCardDetail() === 'full'
  const { document, livePlace, flow } = useCanvas()
  const { group: drawn, box, problem } = data
  const state = useStateInside(flow, document, drawn?.nodes.map(livePlace) ?? [])
  if (!drawn) return null
  const { group, nodes } = drawn
  const name = group.name || t('unnamed')
  const color = frameColor(group.color)
  if (!isFull)
    return (
      <div
        className={classNames(styles.tinted, canvasStyles.far)}
        data-color={color}
        data-selected={selected}
      >
        <span>{name}</span>
        <FarPorts ports={box.ports} />
      </div>
    )
  return (
    <div
      className={classNames(styles.tinted, styles.groupCard)}
      data-color={color}
      data-selected={selected}
      data-problem={problem}
      title={group.description}
    >
      <div className={styles.groupHead}>
        <Icon name="group" size={18} />
        <div className={styles.groupWords}>
          <div className={styles.groupName}>{name}</div>
          <div className={styles.groupCount} data-state={state}>
            {t('nodesInside', { count: nodes.length })}
          </div>
        </div>
        <CollapseButton group={group} />
      </div>
      {problem && (
        <span className={canvasStyles.problem} data-level={problem}>
          <Icon name={problem === 'error' ? 'circle-alert' : 'triangle-alert'} size={14} />
          <span className="visually-hidden">{t(problem === 'error' ? 'hasError' : 'hasWarning')}</span>
        </span>
      )}
      {box.ports.map((port) => (
        <CrossingPort key={`${port.side} ${port.id}`} port={port} />
      ))}
      <FarPorts ports={box.ports} />
      <MarkFrame id={group.id} />
    </div>
  )
})

/** Of the card, in pixels: what stands in it is placed from inside the border. */
const BORDER = 1

const CrossingPort = ({ port }: { readonly port: PlacedPort }) => (
  <>
    <i
      className={styles.port}
      data-kind={port.port.kind}
      style={{ left: port.x - BORDER, top: port.y - BORDER }}
      aria-hidden="true"
    />
    {port.isLabelled && (
      <span className={styles.portLabel} data-side={port.side} style={{ top: port.y - BORDER }}>
        {port.port.title}
      </span>
    )}
  </>
)
