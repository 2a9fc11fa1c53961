import { useText } from '../../i18n/use-text.ts'
import page from '../page.module.css'
import { CopyField } from './copy-field.tsx'
import { Section } from './section.tsx'
import styles from './settings.module.css'
import { settingsTexts } from './texts.ts'

/** Where devices reach the broker, seen from this browser. */
export function BrokerSection() {
  const t = useText(settingsTexts)
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return (
    <Section id="broker" title={t('broker')} about={t('brokerAbout')}>
      <dl className={`${page.card} ${page.padded} ${styles.facts}`}>
        <dt>{t('address')}</dt>
        <dd>
          <CopyField text={location.hostname} />
        </dd>
        <dt>{t('port')}</dt>
        <dd>{t('portHint')}</dd>
        <dt>{t('webSocket')}</dt>
        <dd>
          <CopyField text={`${scheme}://${location.host}/mqtt`} />
        </dd>
      </dl>
    </Section>
  )
}
