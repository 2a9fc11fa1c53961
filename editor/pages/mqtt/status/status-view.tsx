import { AddressSection } from './address-section.tsx'

/** Where the broker is and how it does. */
export const StatusView = () => <AddressSection />
