import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useRef } from 'react'
import type { Language } from '../../../i18n/language.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { lineOf } from '../../../topics/topic-forest.ts'
import { visibleText } from '../../../topics/visible-text.ts'
import { Icon } from '../../../ui/icon.tsx'
import type { LoggedMessage } from './message-log.ts'
import { sizeText } from './size-text.ts'
import { topicsTexts } from './texts.ts'
import styles from './topics.module.css'

interface MessageListProps {
  /** The newest first. */
  readonly messages: readonly LoggedMessage[]
  readonly chosen: number | undefined
  readonly onChoose: (message: LoggedMessage) => void
  readonly withTopic: boolean
  /** A colour for the beginning of the line. */
  readonly colourOf?: (message: LoggedMessage) => string | undefined
}

const LINE = window.matchMedia('(pointer: coarse)').matches ? 44 : 30
/** More would not be seen on one line. */
const SHOWN = 200

/** Messages one to a line; only those in view are drawn. */
export function MessageList({ messages, chosen, onChoose, withTopic, colourOf }: MessageListProps) {
  const t = useText(topicsTexts)
  const language = useLanguage()
  const scroll = useRef<HTMLDivElement>(null)
  const lines = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE,
    getItemKey: (index) => messages[index]?.number ?? index,
    overscan: 6,
  })
  return (
    <div
      ref={scroll}
      className={styles.messages}
      role="log"
      aria-live="off"
      aria-label={t('messages')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the list must be scrolled by keyboard, too
      tabIndex={0}
    >
      <div style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start, key }) => {
          const message = messages[index]
          if (!message) return null
          const colour = colourOf?.(message)
          const style = {
            transform: `translateY(${start}px)`,
            height: LINE,
            '--colour': colour,
          } as CSSProperties
          return (
            <button
              key={key}
              type="button"
              className={styles.message}
              style={style}
              aria-current={message.number === chosen}
              title={t('showMessage')}
              onClick={() => onChoose(message)}
            >
              {colour !== undefined && <span className={styles.swatch} />}
              <time>{message.at === undefined ? t('before') : timeText(message.at, language)}</time>
              {withTopic && <bdi className={styles.messageTopic}>{visibleText(message.topic)}</bdi>}
              <bdi className={styles.messagePayload}>
                {visibleText(lineOf(message.payload).slice(0, SHOWN))}
              </bdi>
              {message.isRetained && (
                <span title={t('retained')}>
                  <Icon name="pin" size={12} />
                  <span className="visually-hidden">{t('retained')}</span>
                </span>
              )}
              <span className={styles.meta}>{t('qos', { qos: message.qos })}</span>
              <span className={styles.meta}>{sizeText(message.bytes, t, language)}</span>
            </button>
          )
        })}
      </div>
    </div>
  )
}

const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const
const formats = new Map<Language, Intl.DateTimeFormat>()

/** "18:02:07.041"; making a format for each line would cost more than all the rest. */
export function timeText(at: number, language: Language): string {
  const format = formats.get(language) ?? new Intl.DateTimeFormat(language, { ...options, hourCycle: 'h23' })
  formats.set(language, format)
  return format.format(at)
}
