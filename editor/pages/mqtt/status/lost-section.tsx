import { useBrokerStatus } from '../../../api/queries.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import styles from './status.module.css'
import { statusTexts } from './texts.ts'

const causes = ['slowClients', 'fullQueues', 'slowFlows'] as const
const limits = [
  'connections',
  'connectionsPerAddress',
  'connects',
  'subscriptions',
  'packets',
  'topics',
  'retained',
  'rates',
] as const

/** What was lost for want of room, and which limits were met. */
export function LostSection() {
  const t = useText(statusTexts)
  const language = useLanguage()
  const { data: status } = useBrokerStatus()
  if (!status) return null
  const rows = [
    ...causes.map((cause) => ({ text: t(`lost-${cause}`), count: status.lost[cause], isLoss: true })),
    ...limits.map((limit) => ({ text: t(`hit-${limit}`), count: status.hits[limit], isLoss: false })),
  ].filter(({ count }) => count > 0)
  return (
    <Section id="lost" title={t('lost')} about={t('lostAbout')}>
      <div className={page.card}>
        {rows.length === 0 ? (
          <EmptyState icon="circle-check" title={t('nothingLost')} about={t('nothingLostAbout')} />
        ) : (
          <ul className={page.rows}>
            {rows.map(({ text, count, isLoss }) => (
              <li key={text} className={styles.lostRow} data-loss={isLoss || undefined}>
                <span>{text}</span>
                <strong>{count.toLocaleString(language)}</strong>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  )
}
