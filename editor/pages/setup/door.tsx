import type { ReactNode } from 'react'
import { type Language, languages, setLanguage, useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { Logo } from '../frame/logo.tsx'
import { useTitle } from '../page.tsx'
import styles from './door.module.css'
import { setupTexts } from './texts.ts'

export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' }

interface DoorProps {
  readonly title: string
  readonly about: string
  readonly children: ReactNode
}

/** The calm page before the house: one card, and the language. */
export function Door({ title, about, children }: DoorProps) {
  const t = useText(setupTexts)
  const language = useLanguage()
  useTitle(title)
  return (
    <main className={styles.door}>
      <div className={styles.card}>
        <header className={styles.head}>
          <Logo size={40} />
          <h1>{title}</h1>
          <p>{about}</p>
        </header>
        {children}
      </div>
      <Segmented
        aria-label={t('language')}
        value={language}
        onChange={(language) => void setLanguage(language)}
        options={languages.map((value) => ({ value, label: languageNames[value] }))}
      />
    </main>
  )
}
