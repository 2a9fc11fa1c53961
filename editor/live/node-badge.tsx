import { formatRate } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './live.module.css'
import { liveTexts } from './texts.ts'
import { formatSpan } from './trace.ts'
import { useMuted, useNodeErrors, useNodeRate } from './use-flow-values.ts'
import { useArrival } from './use-trace.ts'

/** How busy a node is, and how often it has failed: under its card. Nothing while there is nothing to say. */
export function NodeBadge({ flow, node }: { readonly flow: string; readonly node: string }) {
  const t = useText(liveTexts)
  const language = useLanguage()
  const rate = useNodeRate(flow, node)
  const errors = useNodeErrors(flow, node)?.count ?? 0
  const muted = useMuted(flow, node)
  const arrival = useArrival(flow, node)
  if (rate === 0 && errors === 0 && muted === 0 && arrival === undefined) return null
  return (
    <div className={styles.badge}>
      {arrival !== undefined && (
        <span className={styles.arrival} title={t('arrival')}>
          <Icon name="route" size={12} />
          {formatSpan(arrival, language)}
        </span>
      )}
      {muted > 0 && (
        <span className={styles.muted} title={t('mutedAbout')}>
          <Icon name="volume-x" size={12} />
          {t('muted', { count: muted })}
        </span>
      )}
      {errors > 0 && <span className={styles.errors}>{t('errors', { count: errors })}</span>}
      {rate > 0 && <span>{t('perSecond', { rate: formatRate(rate, language) })}</span>}
    </div>
  )
}
