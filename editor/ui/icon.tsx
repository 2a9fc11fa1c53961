import { lazy, Suspense } from 'react'
import { type IconName, icons, isFirstIcon } from './icons.ts'
import { loadEarly } from './lazy-part.tsx'

export interface IconProps {
  /** A lucide name; one that is not in the curated list is drawn as a box. */
  readonly name: IconName | (string & {})
  readonly size?: number
  readonly className?: string | undefined
}

const loadMore = async () => ({ default: (await import('./more-icon.tsx')).MoreIcon })
const MoreIcon = lazy(loadMore)
loadEarly(loadMore)

/** A line icon in the colour of the text around it. Decorative: the words beside it carry the meaning. */
export function Icon({ name, size = 16, className }: IconProps) {
  if (!isFirstIcon(name))
    return (
      <Suspense fallback={<svg width={size} height={size} className={className} aria-hidden="true" />}>
        <MoreIcon name={name} size={size} className={className} />
      </Suspense>
    )
  const Drawing = icons[name]
  return <Drawing size={size} strokeWidth={1.75} className={className} aria-hidden="true" focusable="false" />
}
