import { type Actions, defineActions } from '../actions/action.ts'
import { said } from '../i18n/said.ts'
import { toggleValues } from '../live/shown-values.ts'
import { liveTexts } from '../live/texts.ts'
import { controlTexts } from './control/texts.ts'
import { toggleSafeMode } from './control/use-steering.ts'
import { flowActionTexts } from './flow-action-texts.ts'
import type { FlowScope } from './flow-context.ts'

const mayEdit = ({ document }: FlowScope) => !document.isReadOnly
const title = (key: keyof (typeof flowActionTexts)['en']) => said(flowActionTexts, key)

/** What can be done with the flow that is open. Who builds a panel puts its actions here, in one line. */
export const flowActions: Actions<'flow'> = defineActions('flow', [
  {
    id: 'undo',
    title: title('undo'),
    icon: 'undo-2',
    group: 'edit',
    keys: ['Mod+Z'],
    isEnabled: ({ document }) => document.store.getState().undo !== undefined,
    run: ({ document }) => void document.undo(),
  },
  {
    id: 'redo',
    title: title('redo'),
    icon: 'redo-2',
    group: 'edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    isEnabled: ({ document }) => document.store.getState().redo !== undefined,
    run: ({ document }) => void document.redo(),
  },
  {
    id: 'save',
    title: title('save'),
    icon: 'save',
    group: 'edit',
    keys: ['Mod+S'],
    worksInFields: true,
    isEnabled: mayEdit,
    run: ({ autosave }) => void autosave.flush(),
  },
  {
    id: 'deploy',
    title: title('deploy'),
    icon: 'rocket',
    group: 'run',
    keys: ['Mod+Enter'],
    worksInFields: true,
    isEnabled: (scope) => mayEdit(scope) && scope.deployment.busy === undefined,
    run: ({ deployment }) => void deployment.deploy(),
  },
  {
    id: 'stop',
    title: title('stop'),
    icon: 'circle-stop',
    group: 'run',
    isEnabled: (scope) => mayEdit(scope) && scope.deployment.isRunning,
    run: ({ deployment }) => void deployment.stop(),
  },
  {
    id: 'toggle-palette',
    title: title('palette'),
    icon: 'plus',
    group: 'view',
    isEnabled: mayEdit,
    run: ({ panels }) => panels.togglePalette(),
  },
  {
    id: 'toggle-drawer',
    title: title('drawer'),
    icon: 'bug',
    group: 'view',
    keys: ['Mod+J'],
    run: ({ panels }) => panels.toggleDrawer(),
  },
  {
    id: 'toggle-values',
    title: said(liveTexts, 'valuesOn'),
    icon: 'activity',
    group: 'view',
    keys: ['Mod+Shift+L'],
    run: ({ document }) => toggleValues(document.flow.id),
  },
  {
    id: 'toggle-safe-mode',
    title: said(controlTexts, 'toggle'),
    icon: 'volume-x',
    group: 'run',
    isEnabled: mayEdit,
    run: ({ document }) => toggleSafeMode(document.flow.id),
  },
  {
    id: 'show-problems',
    title: title('problems'),
    icon: 'triangle-alert',
    group: 'view',
    run: ({ panels }) => panels.openDrawer('problems'),
  },
])
