import { lazyPart } from '../ui/lazy-part.tsx'
import { useLooking } from './looking.ts'

const Banner = lazyPart(async () => (await import('./banner.tsx')).Banner)

/** Stands over the canvas while it does not show the draft. */
export function LookingBanner() {
  const kind = useLooking(({ looking }) => looking?.kind)
  return kind && <Banner key={kind} kind={kind} />
}
