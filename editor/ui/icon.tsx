import { type IconName, icons, isFirstIcon } from './icons.ts'
import { lazyPart } from './lazy-part.tsx'

export interface IconProps {
  /** A lucide name; one that is not in the curated list is drawn as a box. */
  readonly name: IconName | (string & {})
  readonly size?: number
  readonly className?: string | undefined
}

/**
 * The words beside an icon carry the meaning. A press falls on what the icon stands on: one that comes late is drawn
 * while somebody presses, and a browser makes no click of a press whose target is gone.
 */
export const decorative = { 'aria-hidden': true, focusable: false, pointerEvents: 'none' } as const

const MoreIcon = lazyPart<IconProps>(
  // without the network its place stays empty: the words beside it say enough
  () =>
    import('./more-icon.tsx').then(
      ({ MoreIcon }) => MoreIcon,
      () => NoIcon,
    ),
  NoIcon,
)

/** A line icon in the colour of the text around it. */
export function Icon({ name, size = 16, className }: IconProps) {
  if (!isFirstIcon(name)) return <MoreIcon name={name} size={size} className={className} />
  const Drawing = icons[name]
  return <Drawing size={size} strokeWidth={1.75} className={className} {...decorative} />
}

function NoIcon({ size, className }: IconProps) {
  return <svg width={size} height={size} className={className} {...decorative} />
}
