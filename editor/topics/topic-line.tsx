import type { CSSProperties } from 'react'
import { formatRate } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import { dragTopic } from './dragged-topic.ts'
import { topicTexts } from './texts.ts'
import { filterOf, lineOf, type TopicRow } from './topic-forest.ts'
import styles from './topics.module.css'
import { visibleText } from './visible-text.ts'

interface TopicLineProps {
  readonly id: string
  readonly row: TopicRow
  readonly top: number
  readonly height: number
  readonly isChosen: boolean
  readonly isActive: boolean
  readonly onChoose: () => void
  readonly onToggle: () => void
}

/** A value is cut by its line anyway. */
const SHOWN = 120
/** So long the point fades after a message; the style sheet knows the same time. */
const FRESH_MS = 30_000

/** One level of a topic: its name, its last value or what is below, and how much comes. */
export function TopicLine({ id, row, top, height, isChosen, isActive, onChoose, onToggle }: TopicLineProps) {
  const t = useText(topicTexts)
  const language = useLanguage()
  const { node, depth, isOpen, place, of } = row
  const isBranch = node.children.length > 0
  const position = { transform: `translateY(${top}px)`, height, '--depth': depth - 1 } as CSSProperties
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the focus and handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    <div
      id={id}
      role="treeitem"
      aria-level={depth}
      aria-setsize={of}
      aria-posinset={place}
      aria-selected={isChosen}
      {...(isBranch && { 'aria-expanded': isOpen })}
      className={styles.line}
      data-active={isActive || undefined}
      data-topic={node.path}
      style={position}
      draggable
      onDragStart={(event) => dragTopic(event, filterOf(node))}
      onClick={onChoose}
    >
      {isBranch ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the tree do the same
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        <span
          className={styles.toggle}
          data-toggle=""
          onClick={(event) => {
            event.stopPropagation()
            onToggle()
          }}
        >
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
        </span>
      ) : (
        <span className={styles.toggle} />
      )}
      <bdi className={styles.level}>{node.level === '' ? t('emptyLevel') : visibleText(node.level)}</bdi>
      {node.isRetained && (
        <span className={styles.retained} title={t('retained')}>
          <Icon name="pin" size={12} />
          <span className="visually-hidden">{t('retained')}</span>
        </span>
      )}
      {node.id === undefined ? (
        <span className={styles.below}>{t('topics', { count: node.topics })}</span>
      ) : (
        <bdi className={styles.value}>
          {node.value && visibleText(lineOf(node.value.payload).slice(0, SHOWN))}
        </bdi>
      )}
      {node.rate > 0 && (
        <span className={styles.rate}>{t('perSecond', { rate: formatRate(node.rate, language) })}</span>
      )}
      <span className={styles.count} title={t('messages', { count: node.messages })}>
        {node.messages > 0 && shortCount(node.messages, language)}
      </span>
      <Freshness key={node.messages} at={node.at} />
    </div>
  )
}

/** A point that fades with the age of the last message. */
function Freshness({ at }: { readonly at: number }) {
  const age = Date.now() - at
  const style = age < FRESH_MS ? { animationDelay: `${-Math.max(0, age)}ms` } : undefined
  return (
    <span className={styles.fresh} data-fresh={style ? '' : undefined} style={style} aria-hidden="true" />
  )
}

const shortCount = (count: number, language: string): string =>
  count < 10_000
    ? count.toLocaleString(language)
    : count.toLocaleString(language, { notation: 'compact', maximumSignificantDigits: 3 })
