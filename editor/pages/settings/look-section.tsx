import { languages, setLanguage, useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Field } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { setTheme, themes, useTheme } from '../../ui/theme.ts'
import page from '../page.module.css'
import { Section } from '../section.tsx'
import { languageNames } from '../setup/door.tsx'
import styles from './settings.module.css'
import { settingsTexts } from './texts.ts'

/** Language and colours, kept in this browser. */
export function LookSection() {
  const t = useText(settingsTexts)
  const language = useLanguage()
  const theme = useTheme((state) => state.chosen)
  return (
    <Section id="look" title={t('look')}>
      <div className={`${page.card} ${page.padded} ${styles.pair}`}>
        <Field label={t('language')}>
          {(control) => (
            <Segmented
              {...control}
              aria-label={t('language')}
              value={language}
              onChange={(language) => void setLanguage(language)}
              options={languages.map((value) => ({ value, label: languageNames[value] }))}
            />
          )}
        </Field>
        <Field label={t('theme')}>
          {(control) => (
            <Segmented
              {...control}
              aria-label={t('theme')}
              value={theme}
              onChange={setTheme}
              options={themes.map((value) => ({ value, label: t(value) }))}
            />
          )}
        </Field>
      </div>
    </Section>
  )
}
