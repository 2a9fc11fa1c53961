import { useState } from 'react'
import { useBrokerRefusals } from '../../../api/queries.ts'
import { problemText } from '../../../i18n/error-text.ts'
import { formatMoment } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Icon } from '../../../ui/icon.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { Failed } from '../../unreachable.tsx'
import { useNow } from '../../use-now.ts'
import styles from './clients.module.css'
import { clientTexts } from './texts.ts'

const STEP = 20

/** Who was refused, and why; the newest first. */
export function RefusalsSection() {
  const t = useText(clientTexts)
  const language = useLanguage()
  const refusals = useBrokerRefusals()
  const now = useNow(30_000)
  const [shown, setShown] = useState(STEP)
  const all = refusals.data ?? []
  const more = all.length - shown
  return (
    <Section id="refused" title={t('refusals')} about={t('refusalsAbout')}>
      {refusals.error && <Failed error={refusals.error} retry={refusals.refetch} />}
      {refusals.data && all.length === 0 && (
        <div className={page.card}>
          <EmptyState icon="shield-check" title={t('noRefusals')} about={t('noRefusalsAbout')} />
        </div>
      )}
      <ul className={`${page.card} ${page.rows}`} hidden={all.length === 0}>
        {all.slice(0, shown).map((refusal) => (
          <li
            key={[refusal.at, refusal.clientId, refusal.code, refusal.topic].join(' ')}
            className={page.row}
          >
            <span className={page.rowIcon}>
              <Icon name="shield-alert" size={18} />
            </span>
            <div className={page.rowMain}>
              <span className={styles.sentence}>{problemText(refusal, language)}</span>
              <span className={styles.about}>
                {[
                  formatMoment(refusal.at, now, language),
                  refusal.user ?? refusal.clientId,
                  t('from', { address: refusal.address }),
                ].join(' · ')}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <div>
          <Button onClick={() => setShown(shown + 5 * STEP)}>{t('more', { count: more })}</Button>
        </div>
      )}
    </Section>
  )
}
