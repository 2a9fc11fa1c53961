import { AddressSection } from './address-section.tsx'
import { LimitsSection } from './limits-section.tsx'
import { LostSection } from './lost-section.tsx'
import { TrafficSection } from './traffic-section.tsx'

/** Where the broker is, how it does, and what it allows. */
export function StatusView() {
  return (
    <>
      <AddressSection />
      <TrafficSection />
      <LostSection />
      <LimitsSection />
    </>
  )
}
