import { useIsOwner } from '../../../api/queries.ts'
import { useText } from '../../../i18n/use-text.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ClientIdsSection } from './client-ids-section.tsx'
import { DoorsSection } from './doors-section.tsx'
import { RulesSection } from './rules-section.tsx'
import { accessTexts } from './texts.ts'
import { TokensSection } from './tokens/tokens-section.tsx'
import { TrySection } from './try-section.tsx'

/** Who may use the broker, and for what. */
export function AccessView() {
  const t = useText(accessTexts)
  if (!useIsOwner())
    return <EmptyState icon="shield-check" title={t('ownerOnly')} about={t('ownerOnlyAbout')} />
  return (
    <>
      <RulesSection />
      <TrySection />
      <DoorsSection />
      <TokensSection />
      <ClientIdsSection />
    </>
  )
}
