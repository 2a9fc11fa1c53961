import { useSession } from '../../api/queries.ts'
import { ChangesSection } from '../../house-log/changes-section.tsx'
import { useText } from '../../i18n/use-text.ts'
import { Page } from '../page.tsx'
import { AccountSection } from './account-section.tsx'
import { AppSection } from './app-section.tsx'
import { LookSection } from './look-section.tsx'
import { NotificationsSection } from './notifications-section.tsx'
import { settingsTexts } from './texts.ts'
import { TokensSection } from './tokens-section.tsx'
import { UsersSection } from './users-section.tsx'

/** Everything that is set for the house or for this browser; each section has an address, `/settings#tokens`. */
export function SettingsPage() {
  const t = useText(settingsTexts)
  const { data: me } = useSession()
  if (!me) return null
  return (
    <Page title={t('title')}>
      <LookSection />
      <AppSection />
      <AccountSection me={me} />
      <NotificationsSection />
      {me.role === 'owner' && <UsersSection me={me} />}
      <TokensSection />
      <ChangesSection />
    </Page>
  )
}
