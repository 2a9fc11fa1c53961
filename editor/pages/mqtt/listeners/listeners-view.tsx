import { useIsOwner, useListeners } from '../../../api/queries.ts'
import { useText } from '../../../i18n/use-text.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import { CertificateSection } from './certificate-section.tsx'
import { DeviceCertificatesSection } from './device-certificates-section.tsx'
import { KeysSection } from './keys-section.tsx'
import { OriginsSection } from './origins-section.tsx'
import { PortsSection } from './ports-section.tsx'
import { listenerTexts } from './texts.ts'
import { TrustSection } from './trust-section.tsx'

/** The ports of the broker, and by what devices and the house know each other. */
export function ListenersView() {
  const t = useText(listenerTexts)
  const isOwner = useIsOwner()
  if (isOwner) return <OwnersView />
  return <EmptyState icon="shield-check" title={t('ownersOnly')} about={t('ownersOnlyAbout')} />
}

function OwnersView() {
  const common = useText(pageTexts)
  const { data: listeners, error, refetch } = useListeners()
  if (error) return <Failed error={error} retry={refetch} />
  if (!listeners) return <Spinner label={common('loading')} />
  const { tls } = listeners
  return (
    <>
      <PortsSection listeners={listeners} />
      {tls && (
        <>
          {tls.source === 'house' && <TrustSection listeners={listeners} />}
          <CertificateSection tls={tls} />
          <KeysSection />
          <DeviceCertificatesSection />
        </>
      )}
      <OriginsSection listeners={listeners} />
    </>
  )
}
