import { decorative, type IconProps } from './icon.tsx'
import { moreIcons } from './more-icons.ts'

/** An icon that is not among the first. */
export function MoreIcon({ name, size = 16, className }: IconProps) {
  const Drawing = new Map(Object.entries(moreIcons)).get(name) ?? moreIcons.box
  return <Drawing size={size} strokeWidth={1.75} className={className} {...decorative} />
}
