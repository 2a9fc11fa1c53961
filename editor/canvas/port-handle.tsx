import { Handle } from '@xyflow/react'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { classNames } from '../ui/class-names.ts'
import styles from './canvas.module.css'
import { useWiring } from './canvas-context.ts'
import type { PlacedPort } from './geometry.ts'
import { handlePosition } from './projection.ts'
import { canvasTexts } from './texts.ts'

interface PortHandleProps {
  readonly node: string
  readonly definition: AnyNodeDefinition | undefined
  readonly port: PlacedPort
  readonly isWired: boolean
}

/** A port: 12 pixels to see, 32 to hit. Its form tells events and JSON from values, its colour the kind. */
export function PortHandle({ node, definition, port, isWired }: PortHandleProps) {
  const t = useText(canvasTexts)
  const texts = useNodeTexts()
  const end = `${node}.${port.id}`
  const role = useWiring(({ start, targets }) => {
    if (!start) return 'idle'
    if (start.node === node && start.port === port.id) return 'start'
    return targets.has(end) && start.side !== port.side ? 'target' : 'off'
  })
  const title = (definition && texts.port(definition, port.id, port.port)) || port.id
  return (
    <>
      <Handle
        id={port.id}
        type={port.side === 'input' ? 'target' : 'source'}
        position={handlePosition(port)}
        style={{ left: port.x, top: port.y, right: 'auto', bottom: 'auto' }}
        className={classNames(
          styles.port,
          port.isError && styles.errorPort,
          isWired && styles.wired,
          port.isMissing && styles.missing,
        )}
        data-port={end}
        data-kind={port.port.kind}
        data-role={role}
        aria-label={t(port.side === 'input' ? 'inputLabel' : 'outputLabel', {
          title,
          kind: t(`kind.${port.port.kind}`),
        })}
      />
      {port.isLabelled && (
        <span className={styles.portLabel} data-side={port.side} style={{ top: port.y }}>
          {title}
        </span>
      )}
    </>
  )
}
