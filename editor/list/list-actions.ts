import { type Actions, defineActions } from '../actions/action.ts'
import type { FlowRow } from '../document/flow-list.ts'
import type { Spot } from '../document/flow-list-edits.ts'
import { said } from '../i18n/said.ts'
import type { RowSpots } from './row-spots.ts'
import { listTexts } from './texts.ts'

/** What the actions of the list work with. */
export interface ListScope extends RowSpots {
  readonly isReadOnly: boolean
  readonly row: FlowRow | undefined
  /** A subflow is open. */
  readonly isInside: boolean
  readonly standsForSubflow: boolean
  /** Opens the list of the subflow that the row stands for. */
  readonly enter: () => void
  readonly leave: () => void
  /** In the group of the row, if it has one. */
  readonly addNote: () => void
  /** Around the step of the row and all that is listed below it. */
  readonly makeGroup: () => void
  readonly ungroup: () => void
  readonly canMove: (direction: 'up' | 'down') => boolean
  readonly move: (direction: 'up' | 'down') => void
  readonly remove: () => void
  readonly toggleDisabled: () => void
  readonly openAdd: (spot: Spot) => void
  /** Leads on to a step that stands already. */
  readonly openWireList: () => void
  readonly openSettings: () => void
  /** By the keys that trees have. */
  readonly walk: (keys: string) => void
}

const title = (key: keyof (typeof listTexts)['en']) => said(listTexts, key)
const mayEdit = ({ isReadOnly }: ListScope) => !isReadOnly
const isStep = ({ row }: ListScope) => row?.kind === 'step'
const isGroup = ({ row }: ListScope) => row?.kind === 'group'
const isNote = ({ row }: ListScope) => row?.kind === 'note'

/** Everything that can be done in the list of a flow. */
export const listActions: Actions<'list'> = defineActions('list', [
  {
    id: 'list-settings',
    title: title('settings'),
    icon: 'sliders-horizontal',
    group: 'view',
    keys: ['Enter', 'Space'],
    menu: ['node'],
    isEnabled: (scope) => isStep(scope) || isGroup(scope) || isNote(scope),
    run: ({ openSettings }) => openSettings(),
  },
  {
    id: 'list-add-after',
    title: title('addAfter'),
    icon: 'plus',
    group: 'add',
    keys: ['A', 'Insert'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && scope.after !== undefined,
    run: ({ after, openAdd }) => after && openAdd(after),
  },
  {
    id: 'list-add-before',
    title: title('addBefore'),
    icon: 'corner-down-right',
    group: 'add',
    keys: ['Shift+A'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && scope.before !== undefined,
    run: ({ before, openAdd }) => before && openAdd(before),
  },
  {
    id: 'list-add-branch',
    title: title('addBranch'),
    icon: 'git-branch',
    group: 'add',
    keys: ['B'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && scope.branch !== undefined,
    run: ({ branch, openAdd }) => branch && openAdd(branch),
  },
  {
    id: 'list-new-rule',
    title: title('newRule'),
    icon: 'zap',
    group: 'add',
    keys: ['N'],
    isEnabled: mayEdit,
    run: ({ openAdd }) => openAdd({ kind: 'rule' }),
  },
  {
    id: 'list-new-note',
    title: title('newNote'),
    icon: 'sticky-note',
    group: 'add',
    keys: ['M'],
    isEnabled: mayEdit,
    run: ({ addNote }) => addNote(),
  },
  {
    id: 'list-group',
    title: title('makeGroup'),
    icon: 'group',
    group: 'edit',
    keys: ['G'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && isStep(scope),
    run: ({ makeGroup }) => makeGroup(),
  },
  {
    id: 'list-ungroup',
    title: title('ungroup'),
    icon: 'ungroup',
    group: 'edit',
    keys: ['Shift+G'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && isGroup(scope),
    run: ({ ungroup }) => ungroup(),
  },
  {
    id: 'list-enter',
    title: title('enter'),
    icon: 'log-in',
    group: 'view',
    keys: ['O'],
    menu: ['node'],
    isEnabled: ({ standsForSubflow }) => standsForSubflow,
    run: ({ enter }) => enter(),
  },
  {
    id: 'list-leave',
    title: title('leave'),
    icon: 'log-out',
    group: 'view',
    keys: ['Shift+Escape'],
    isEnabled: ({ isInside }) => isInside,
    run: ({ leave }) => leave(),
  },
  {
    id: 'list-go-on',
    title: title('goOn'),
    icon: 'cable',
    group: 'add',
    keys: ['C'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && isStep(scope),
    run: ({ openWireList }) => openWireList(),
  },
  {
    id: 'list-move-up',
    title: title('moveUp'),
    icon: 'arrow-up',
    group: 'edit',
    keys: ['Alt+ArrowUp'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && scope.canMove('up'),
    run: ({ move }) => move('up'),
  },
  {
    id: 'list-move-down',
    title: title('moveDown'),
    icon: 'arrow-down',
    group: 'edit',
    keys: ['Alt+ArrowDown'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && scope.canMove('down'),
    run: ({ move }) => move('down'),
  },
  {
    id: 'list-toggle-disabled',
    title: title('toggleDisabled'),
    icon: 'power-off',
    group: 'edit',
    keys: ['D'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && isStep(scope),
    run: ({ toggleDisabled }) => toggleDisabled(),
  },
  {
    id: 'list-walk',
    title: title('walk'),
    icon: 'move',
    group: 'select',
    keys: ['ArrowUp', 'ArrowDown'],
    isKeysOnly: true,
    run: ({ walk }, keys = '') => walk(keys),
  },
  {
    id: 'list-fold',
    title: title('foldKeys'),
    icon: 'list-tree',
    group: 'select',
    keys: ['ArrowLeft', 'ArrowRight'],
    isKeysOnly: true,
    run: ({ walk }, keys = '') => walk(keys),
  },
  {
    id: 'list-ends',
    title: title('ends'),
    icon: 'arrow-up',
    group: 'select',
    keys: ['Home', 'End'],
    isKeysOnly: true,
    run: ({ walk }, keys = '') => walk(keys),
  },
  {
    id: 'list-remove',
    title: title('remove'),
    icon: 'trash-2',
    group: 'edit',
    keys: ['Delete', 'Backspace'],
    menu: ['node', 'wire'],
    isDangerous: true,
    isEnabled: (scope) =>
      mayEdit(scope) &&
      (isStep(scope) ||
        isGroup(scope) ||
        isNote(scope) ||
        (scope.row?.kind === 'branch' && scope.row.wire !== undefined) ||
        scope.row?.kind === 'jump'),
    run: ({ remove }) => remove(),
  },
])
