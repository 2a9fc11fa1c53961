import { useBroker } from '../../../api/queries.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { useText } from '../../../i18n/use-text.ts'
import { CopyField } from '../../../ui/copy-field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import styles from './status.module.css'
import { statusTexts } from './texts.ts'

/** Where devices reach the broker, seen from this browser. */
export function AddressSection() {
  const t = useText(statusTexts)
  const broker = useBroker()
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return (
    <Section id="reach" title={t('reach')} about={t('reachAbout')}>
      {broker.error && <FormError text={errorText(broker.error)} />}
      <dl className={`${page.card} ${page.padded} ${styles.facts}`}>
        <dt>{t('address')}</dt>
        <dd>
          <CopyField text={location.hostname} />
        </dd>
        <dt>{t('port')}</dt>
        <dd>{broker.data?.port !== undefined && <CopyField text={String(broker.data.port)} />}</dd>
        <dt>{t('webSocket')}</dt>
        <dd>
          <CopyField text={`${scheme}://${location.host}/mqtt`} />
        </dd>
        <dt>{t('connected')}</dt>
        <dd>{broker.data && t('here', { count: broker.data.clients })}</dd>
      </dl>
    </Section>
  )
}
