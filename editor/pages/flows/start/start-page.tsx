import type { ReactNode } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { useTitle } from '../../page.tsx'
import { flowTexts } from '../texts.ts'
import styles from './start.module.css'
import { startTexts } from './texts.ts'
import { type Way, Ways } from './ways.tsx'

const BrokerCard = lazyPart(async () => (await import('./broker-card.tsx')).BrokerCard)

interface StartPageProps {
  readonly onChoose: (way: Way) => void
  /** The button that imports a file, and the dialog that is open. */
  readonly children: ReactNode
}

/** The first page after set-up, and as long as there is no flow. */
export function StartPage({ onChoose, children }: StartPageProps) {
  const t = useText(startTexts)
  const flows = useText(flowTexts)
  useTitle(flows('title'))
  return (
    <div className={styles.start}>
      <header>
        <h1>{t('welcome')}</h1>
        <p>{t('welcomeAbout')}</p>
      </header>
      <Ways onChoose={onChoose} />
      {children}
      <BrokerCard />
    </div>
  )
}
