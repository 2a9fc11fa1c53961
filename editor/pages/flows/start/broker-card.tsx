import { QRCodeSVG } from 'qrcode.react'
import { Link } from 'wouter'
import { useText } from '../../../i18n/use-text.ts'
import { CopyField } from '../../../ui/copy-field.tsx'
import page from '../../page.module.css'
import { useBrokerAddress, useHouseAddress } from './broker-address.ts'
import styles from './start.module.css'
import { startTexts } from './texts.ts'

/** Where devices and phones find this house. */
export function BrokerCard() {
  const t = useText(startTexts)
  const broker = useBrokerAddress()
  const house = useHouseAddress()
  return (
    <section className={`${page.card} ${page.padded} ${styles.address}`}>
      <div>
        <h2>{t('address')}</h2>
        <p className={styles.addressAbout}>
          {t('addressAbout')} <Link href="/mqtt/access">{t('access')}</Link>
        </p>
        <CopyField text={`mqtt://${broker}`} />
      </div>
      <div className={styles.scan}>
        <QRCodeSVG className={styles.code} value={house} size={112} marginSize={3} title={t('scan')} />
        <span>{t('scanAbout')}</span>
      </div>
    </section>
  )
}
