import { useOwnHouseChanges } from '../api/house-changes.ts'
import { redoLastHouseChange, undoLastHouseChange } from '../house-log/undo-house.ts'
import { currentLanguage, setLanguage } from '../i18n/language.ts'
import { said } from '../i18n/said.ts'
import { setTheme, useTheme } from '../ui/theme.ts'
import { type Actions, defineActions } from './action.ts'
import { actionTexts } from './texts.ts'

/** What the actions work with that are there on every page. */
export interface HouseScope {
  readonly navigate: (path: string) => void
  readonly mayEdit: boolean
  readonly openPalette: () => void
  readonly openShortcuts: () => void
}

const title = (key: keyof (typeof actionTexts)['en']) => said(actionTexts, key)

const go = (area: string, key: Parameters<typeof title>[0], icon: string) => ({
  id: `go-${area}`,
  title: title(key),
  icon,
  group: 'go' as const,
  run: ({ navigate }: HouseScope) => navigate(`/${area}`),
})

/** There the keys mean the drawing, also while nothing in it can be undone. */
const isInFlow = (): boolean => /^\/flows\/./.test(window.location.pathname)

/** What can be done on every page. */
export const houseActions: Actions<'everywhere'> = defineActions('everywhere', [
  {
    id: 'palette',
    title: title('palette'),
    icon: 'search',
    group: 'go',
    keys: ['Mod+K'],
    worksInFields: true,
    run: ({ openPalette }) => openPalette(),
  },
  {
    id: 'shortcuts',
    title: title('shortcuts'),
    icon: 'keyboard',
    group: 'view',
    keys: ['?', 'Mod+/'],
    run: ({ openShortcuts }) => openShortcuts(),
  },
  {
    id: 'new-flow',
    title: title('newFlow'),
    icon: 'plus',
    group: 'add',
    isEnabled: ({ mayEdit }) => mayEdit,
    run: ({ navigate }) => navigate('/flows?show=new'),
  },
  {
    id: 'undo-house',
    title: title('undoHouse'),
    icon: 'undo-2',
    group: 'edit',
    keys: ['Mod+Z'],
    isEnabled: () => !isInFlow() && useOwnHouseChanges.getState().done.length > 0,
    run: undoLastHouseChange,
  },
  {
    id: 'redo-house',
    title: title('redoHouse'),
    icon: 'redo-2',
    group: 'edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    isEnabled: () => !isInFlow() && useOwnHouseChanges.getState().undone.length > 0,
    run: redoLastHouseChange,
  },
  go('flows', 'goFlows', 'workflow'),
  go('alarms', 'goAlarms', 'bell-ring'),
  go('connections', 'goConnections', 'plug'),
  go('mqtt', 'goMqtt', 'radio-tower'),
  go('history', 'goHistory', 'chart-line'),
  go('settings', 'goSettings', 'settings'),
  ...(['light', 'dark', 'system'] as const).map((theme) => ({
    id: `theme-${theme}`,
    title: title(theme),
    icon: theme === 'dark' ? 'moon' : 'sun',
    group: 'look' as const,
    isEnabled: () => useTheme.getState().chosen !== theme,
    run: () => setTheme(theme),
  })),
  ...(['en', 'de'] as const).map((language) => ({
    id: `language-${language}`,
    title: title(language === 'en' ? 'english' : 'german'),
    icon: 'languages',
    group: 'look' as const,
    isEnabled: () => currentLanguage() !== language,
    run: () => void setLanguage(language),
  })),
])
