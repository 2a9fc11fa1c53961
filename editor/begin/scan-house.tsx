import { QRCodeSVG } from 'qrcode.react'
import { useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { useHouseAddress } from '../pages/flows/start/broker-address.ts'
import { Button } from '../ui/button.tsx'
import styles from './begin.module.css'
import { passStep } from './begun.ts'
import { beginTexts } from './texts.ts'

/** The address of the house, for a phone to scan. */
export function ScanHouse() {
  const t = useText(beginTexts)
  const { document } = useFlow()
  const address = `${useHouseAddress()}/alarms`
  return (
    <>
      <p>{t('scanAbout')}</p>
      <QRCodeSVG className={styles.code} value={address} size={144} marginSize={3} title={t('scan')} />
      <Button onClick={() => passStep(document.flow.id, 'scan')}>{t('scanDone')}</Button>
    </>
  )
}
