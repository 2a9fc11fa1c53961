import { type IconName, icons, isFirstIcon } from './icons.ts'
import { lazyPart } from './lazy-part.tsx'

export interface IconProps {
  /** A lucide name; one that is not in the curated list is drawn as a box. */
  readonly name: IconName | (string & {})
  readonly size?: number
  readonly className?: string | undefined
}

const MoreIcon = lazyPart<IconProps>(
  // without the network its place stays empty: the words beside it say enough
  () =>
    import('./more-icon.tsx').then(
      ({ MoreIcon }) => MoreIcon,
      () => NoIcon,
    ),
  NoIcon,
)

/** A line icon in the colour of the text around it. Decorative: the words beside it carry the meaning. */
export function Icon({ name, size = 16, className }: IconProps) {
  if (!isFirstIcon(name)) return <MoreIcon name={name} size={size} className={className} />
  const Drawing = icons[name]
  return <Drawing size={size} strokeWidth={1.75} className={className} aria-hidden="true" focusable="false" />
}

function NoIcon({ size, className }: IconProps) {
  return <svg width={size} height={size} className={className} aria-hidden="true" />
}
