import { QRCodeSVG } from 'qrcode.react'
import type { Listeners } from '../../../api/types.ts'
import { useText } from '../../../i18n/use-text.ts'
import { CopyField } from '../../../ui/copy-field.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { CA_FILE, CA_PATH } from './ca-file.ts'
import styles from './listeners.module.css'
import { listenerTexts } from './texts.ts'

/** How a device comes to trust the house. */
export function TrustSection({ listeners }: { readonly listeners: Listeners }) {
  const t = useText(listenerTexts)
  const { ports, reachedAs, tls } = listeners
  const host = reachedAs[0] ?? location.hostname
  const address = `http://${isHere() ? host : location.hostname}:${ports.http}${CA_PATH}`
  const command = `mosquitto_pub -h ${host} -p ${ports.mqtts} --cafile ${CA_FILE} -u NAME -P PASSWORD -t test -m hello`
  return (
    <Section id="trust" title={t('trust')} about={t('trustAbout')}>
      <div className={`${page.card} ${page.padded} ${styles.trust}`}>
        <div>
          <p>
            <a href={CA_PATH} download={CA_FILE}>
              {t('download', { file: CA_FILE })}
            </a>
          </p>
          <div className={styles.labelled}>
            <span>{t('fingerprint')}</span>
            <CopyField text={tls?.authority.fingerprint ?? ''} />
          </div>
          <div className={styles.labelled}>
            <span>{t('tryIt')}</span>
            <CopyField text={command} />
          </div>
        </div>
        <div className={styles.scan}>
          <QRCodeSVG className={styles.code} value={address} size={144} marginSize={3} title={t('scan')} />
          <span>{t('scanAbout')}</span>
        </div>
      </div>
    </Section>
  )
}

/** Under that name no other machine gets here. */
const isHere = (): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
