import { Handle } from '@xyflow/react'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { classNames } from '../ui/class-names.ts'
import styles from './canvas.module.css'
import { useCanvas, useWiring } from './canvas-context.ts'
import { handlePosition } from './cards.ts'
import { type PlacedPort, PORT_SIZE } from './geometry.ts'
import { canvasTexts } from './texts.ts'

interface PortHandleProps {
  readonly node: string
  readonly definition: AnyNodeDefinition | undefined
  readonly port: PlacedPort
  readonly isWired: boolean
}

/** Of the card, in pixels: what stands in it is placed from inside the border. */
const BORDER = 1
const FAR_BORDER = 2
const LABEL_HEIGHT = 16

/** A port: 12 pixels to see, 32 to hit. Its form tells events and JSON from values, its colour the kind. */
export function PortHandle({ node, definition, port, isWired }: PortHandleProps) {
  const t = useText(canvasTexts)
  const texts = useNodeTexts()
  const { isReadOnly } = useCanvas()
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
        isConnectable={!isReadOnly}
        type={port.side === 'input' ? 'target' : 'source'}
        position={handlePosition(port)}
        style={{
          left: port.x - BORDER - PORT_SIZE / 2,
          top: port.y - BORDER - PORT_SIZE / 2,
          right: 'auto',
          bottom: 'auto',
        }}
        className={classNames(
          styles.port,
          port.isError && styles.errorPort,
          isWired && styles.wired,
          port.isMissing && styles.missing,
        )}
        data-port={end}
        data-kind={port.port.kind}
        data-role={role}
        data-labelled={port.isLabelled || undefined}
        role="img"
        aria-label={t(port.side === 'input' ? 'inputLabel' : 'outputLabel', {
          title,
          kind: t(`kind.${port.port.kind}`),
        })}
      />
      {port.isLabelled && (
        <span
          className={styles.portLabel}
          data-side={port.side}
          data-shared={port.isShared}
          style={{ top: port.y - BORDER - LABEL_HEIGHT / 2 }}
        >
          {title}
        </span>
      )}
    </>
  )
}

/**
 * The ports of a card seen from far away: nothing to see or hit. React Flow measures a card when it comes
 * into view, and would lose the ends of its wires if no port stood there.
 */
export const FarPorts = ({ ports }: { readonly ports: readonly PlacedPort[] }) =>
  ports.map((port) => (
    <i
      key={`${port.side} ${port.id}`}
      className={`${styles.farPort} ${port.side === 'input' ? 'target' : 'source'}`}
      style={{ left: port.x - PORT_SIZE / 2 - FAR_BORDER, top: port.y - PORT_SIZE / 2 - FAR_BORDER }}
      data-handleid={port.id}
      data-handlepos={handlePosition(port)}
      aria-hidden="true"
    />
  ))
