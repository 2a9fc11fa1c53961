import { type IconName, icons, isIconName } from './icons.ts'

interface IconProps {
  /** A lucide name; one that is not in the curated list is drawn as a box. */
  readonly name: IconName | (string & {})
  readonly size?: number
  readonly className?: string | undefined
}

/** A line icon in the colour of the text around it. Decorative: the words beside it carry the meaning. */
export function Icon({ name, size = 16, className }: IconProps) {
  const Drawing = icons[isIconName(name) ? name : 'box']
  return <Drawing size={size} strokeWidth={1.75} className={className} aria-hidden="true" focusable="false" />
}
