import { useState } from 'react'
import type { ChainNode, Guarantee } from '#flows/guarantee.ts'
import { nodeDefinitions } from '#nodes/definitions.ts'
import { problemText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Badge } from '../ui/badge.tsx'
import { Icon } from '../ui/icon.tsx'
import { Popover } from '../ui/popover.tsx'
import styles from './guarantee.module.css'
import { guaranteeTexts } from './texts.ts'

interface GuaranteeBadgeProps {
  readonly guarantee: Guarantee
  /** Only the icon shows. */
  readonly isNarrow?: boolean
  readonly onJump: (node: string) => void
}

/** Says whether a flow is guaranteed, and when pressed, which nodes break the chain and why. Nothing where there is nothing to guarantee. */
export function GuaranteeBadge({ guarantee, isNarrow = false, onJump }: GuaranteeBadgeProps) {
  const t = useText(guaranteeTexts)
  const [isOpen, setOpen] = useState(false)
  const { kind, breaks } = guarantee
  if (kind === 'none') return null
  const isSafe = kind === 'guaranteed'
  const words = isSafe ? t('guaranteed') : t('bestEffort', { count: breaks.length })
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={styles.trigger}>
          <Badge tone={isSafe ? 'ok' : 'neutral'} icon={isSafe ? 'link' : 'unlink'}>
            <span className={isNarrow ? 'visually-hidden' : undefined}>{words}</span>
          </Badge>
        </button>
      }
    >
      <Explanation
        guarantee={guarantee}
        onJump={(node) => {
          setOpen(false)
          onJump(node)
        }}
      />
    </Popover>
  )
}

function Explanation({ guarantee, onJump }: Pick<GuaranteeBadgeProps, 'guarantee' | 'onJump'>) {
  const t = useText(guaranteeTexts)
  const language = useLanguage()
  const nameOf = useChainNodeName()
  const { kind, breaks, safeSources } = guarantee
  if (kind === 'guaranteed') return <p className={styles.about}>{t('guaranteedAbout')}</p>
  return (
    <div className={styles.about}>
      <p>{t('bestEffortAbout')}</p>
      <ul className={styles.breaks}>
        {breaks.map((broken) => (
          <li key={broken.node}>
            <button type="button" onClick={() => onJump(broken.node)}>
              <Icon name="unlink" size={14} />
              <span>
                <b>{nameOf(broken)}</b> {problemText(broken, language)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {safeSources.length > 0 && <p>{t('safeAbout', { names: safeSources.map(nameOf).join(', ') })}</p>}
    </div>
  )
}

const definitions = new Map(nodeDefinitions.map((definition) => [definition.type, definition]))

function useChainNodeName(): (node: ChainNode) => string {
  const texts = useNodeTexts()
  return ({ type, name }) => {
    const definition = definitions.get(type)
    return name ?? (definition ? texts.title(definition) : type)
  }
}
