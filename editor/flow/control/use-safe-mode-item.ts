import { useText } from '../../i18n/use-text.ts'
import type { MenuItem } from '../../ui/menu.tsx'
import { controlTexts } from './texts.ts'
import { useControl, useSteering } from './use-steering.ts'

/** The line of a menu that switches safe mode. */
export function useSafeModeItem(): MenuItem {
  const t = useText(controlTexts)
  const isSafe = useControl()?.isSafe ?? false
  const steering = useSteering()
  return {
    label: t(isSafe ? 'switchOff' : 'switchOn'),
    icon: 'volume-x',
    onSelect: () => steering.setSafeMode(!isSafe),
  }
}
