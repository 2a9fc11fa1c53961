import type { Said } from '../i18n/said.ts'
import type { MenuItem } from '../ui/menu.tsx'
import { type LiveAction, liveActions } from './registry.ts'

/** The actions that can be asked for now and are wanted, as lines of a menu; what takes something away comes last. */
export const menuItems = (
  say: (text: Said) => string,
  isWanted: (live: LiveAction) => boolean,
): readonly MenuItem[] =>
  liveActions()
    .filter((live) => isWanted(live) && live.isEnabled())
    .sort((one, other) => dangerOf(one) - dangerOf(other))
    .map(({ action, run }, index, all) => ({
      label: say(action.title),
      icon: action.icon,
      keys: action.keys?.[0],
      dangerous: action.isDangerous ?? false,
      separator: index > 0 && dangerOf(all[index]) > dangerOf(all[index - 1]),
      onSelect: () => run(),
    }))

const dangerOf = (live: LiveAction | undefined): number => (live?.action.isDangerous ? 1 : 0)
