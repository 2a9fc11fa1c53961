import type { Said } from '../i18n/said.ts'
import type { MenuItem } from '../ui/menu.tsx'
import { type LiveAction, liveActions } from './registry.ts'

/** The actions that can be asked for now and are wanted, as lines of a menu. */
export const menuItems = (
  say: (text: Said) => string,
  isWanted: (live: LiveAction) => boolean,
): readonly MenuItem[] =>
  liveActions()
    .filter((live) => isWanted(live) && live.isEnabled())
    .map(({ action, run }) => ({
      label: say(action.title),
      icon: action.icon,
      keys: action.keys?.[0],
      dangerous: action.isDangerous ?? false,
      onSelect: () => run(),
    }))
