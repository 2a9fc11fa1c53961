import type { CSSProperties } from 'react'
import { formatExactTime } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { lineOf } from '../../../topics/topic-forest.ts'
import { visibleText } from '../../../topics/visible-text.ts'
import { Icon } from '../../../ui/icon.tsx'
import { Log } from '../../../ui/log.tsx'
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
  return (
    <Log entries={messages} label={t('messages')} className={styles.messages} lineHeight={LINE}>
      {(message) => {
        const colour = colourOf?.(message)
        return (
          <button
            type="button"
            className={styles.message}
            style={{ height: LINE, '--colour': colour } as CSSProperties}
            aria-current={message.number === chosen}
            title={t('showMessage')}
            onClick={() => onChoose(message)}
          >
            {colour !== undefined && <span className={styles.swatch} />}
            <time>{message.at === undefined ? t('before') : formatExactTime(message.at, language)}</time>
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
      }}
    </Log>
  )
}
