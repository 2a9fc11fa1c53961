import { QRCodeSVG } from 'qrcode.react'
import { useEffect, useId, useState } from 'react'
import { usePairing, usePairingOffer } from '../api/queries.ts'
import type { Discovery, PairingOffer } from '../api/types.ts'
import { errorText, problemText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Spinner } from '../ui/spinner.tsx'
import styles from './pair-panel.module.css'
import { formTexts } from './texts.ts'

interface PairPanelProps {
  readonly connection: string
  readonly onFound: (found: Discovery) => void
}

/** A picture and a link that lead to the other end, and who came from there. */
export function PairPanel({ connection, onFound }: PairPanelProps) {
  const t = useText(formTexts)
  const panel = useId()
  const offer = usePairingOffer(connection, panel)
  const again = <Button onClick={() => void offer.refetch()}>{t('pairAgain')}</Button>
  if (offer.isFetching) return <Spinner label={t('pairAsking')} />
  if (!offer.data)
    return (
      <div className={styles.panel}>
        <p role="alert">{errorText(offer.error)}</p>
        {again}
      </div>
    )
  return (
    <Offer key={offer.data.code} connection={connection} offer={offer.data} onFound={onFound} again={again} />
  )
}

interface OfferProps extends PairPanelProps {
  readonly offer: PairingOffer
  readonly again: React.ReactNode
}

function Offer({ connection, offer, onFound, again }: OfferProps) {
  const t = useText(formTexts)
  const language = useLanguage()
  const [chosen, setChosen] = useState('0')
  const { data: state } = usePairing(connection, offer.code)
  const link = offer.links[Number(chosen)]

  // The form's document lies outside React: it learns here what was found out there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for what was found, whoever asks by then
  useEffect(() => {
    if (state?.kind === 'paired') onFound(state.found)
  }, [state])

  if (state?.kind === 'ended')
    return (
      <div className={styles.panel}>
        <p role="status">{t('pairEnded')}</p>
        {again}
      </div>
    )
  return (
    <div className={styles.panel}>
      {offer.links.length > 1 && (
        <Segmented
          aria-label={t('pairWhat')}
          value={chosen}
          onChange={setChosen}
          options={offer.links.map(({ title }, index) => ({
            value: String(index),
            label: problemText(title, language),
          }))}
        />
      )}
      {link && (
        <>
          <QRCodeSVG
            className={styles.code}
            value={link.url}
            size={192}
            marginSize={3}
            title={t('pairCode')}
          />
          <p>{t('pairHow')}</p>
          <a href={link.url} target="_blank" rel="noreferrer">
            {t('pairHere')}
          </a>
        </>
      )}
      <p className={styles.waiting} role="status">
        <Spinner size={14} /> {t('pairWaiting')}
      </p>
    </div>
  )
}
