import { ClientsSection } from './clients-section.tsx'
import { RefusalsSection } from './refusals-section.tsx'

/** Who uses the broker, and who was kept from it. */
export function ClientsView() {
  return (
    <>
      <ClientsSection />
      <RefusalsSection />
    </>
  )
}
