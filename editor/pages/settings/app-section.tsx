import { install, useInstallation } from '../../app-shell/installation.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import page from '../page.module.css'
import { Section } from '../section.tsx'
import { appTexts } from './app-texts.ts'

/** How the editor is, or becomes, an app on this device. */
export function AppSection() {
  const t = useText(appTexts)
  const state = useInstallation(({ state }) => state)
  return (
    <Section
      id="app"
      title={t('title')}
      about={t('about')}
      actions={
        state === 'ready' && (
          <Button icon="download" onClick={() => void install()}>
            {t('install')}
          </Button>
        )
      }
    >
      <p className={`${page.card} ${page.padded}`}>{t(state)}</p>
    </Section>
  )
}
