import { type Actions, defineActions } from '../actions/action.ts'
import { deployActions } from '../deploy/deploy-actions.ts'
import { isLooking } from '../deploy/looking.ts'
import { said } from '../i18n/said.ts'
import { toggleValues } from '../live/shown-values.ts'
import { toggleSafeMode } from '../live/steering.ts'
import { liveTexts } from '../live/texts.ts'
import { problemActions } from '../problems/problem-actions.ts'
import { tryActions } from '../try/try-actions.ts'
import { controlTexts } from './control/texts.ts'
import { flowActionTexts } from './flow-action-texts.ts'
import type { FlowScope } from './flow-context.ts'
import { focusPane } from './panes.ts'

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
    isEnabled: ({ document }) => !isLooking() && document.store.getState().undo !== undefined,
    run: ({ document }) => void document.undo(),
  },
  {
    id: 'redo',
    title: title('redo'),
    icon: 'redo-2',
    group: 'edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    isEnabled: ({ document }) => !isLooking() && document.store.getState().redo !== undefined,
    run: ({ document }) => void document.redo(),
  },
  ...deployActions,
  ...problemActions,
  {
    id: 'stop',
    title: title('stop'),
    icon: 'circle-stop',
    group: 'run',
    isEnabled: (scope) => mayEdit(scope) && scope.deployment.isRunning,
    run: ({ deployment }) => void deployment.stop(),
  },
  {
    id: 'toggle-list',
    title: title('list'),
    icon: 'list-tree',
    group: 'view',
    keys: ['Mod+I'],
    worksInFields: true,
    run: ({ panels }) => panels.toggleView(),
  },
  {
    id: 'next-pane',
    title: title('nextPane'),
    icon: 'arrow-right',
    group: 'view',
    keys: ['F6'],
    worksInFields: true,
    isKeysOnly: true,
    run: () => focusPane(1),
  },
  {
    id: 'previous-pane',
    title: title('previousPane'),
    icon: 'arrow-left',
    group: 'view',
    keys: ['Shift+F6'],
    worksInFields: true,
    isKeysOnly: true,
    run: () => focusPane(-1),
  },
  {
    id: 'toggle-palette',
    title: title('palette'),
    icon: 'plus',
    group: 'view',
    isEnabled: (scope) => mayEdit(scope) && !isLooking(),
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
    keys: ['Mod+Alt+L'],
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
  ...tryActions,
])
