import type { Catalogue } from '#flows/catalogue.ts'
import type { Place } from '#flows/flow.ts'
import { subflowOf } from '#flows/subflow.ts'
import { defineActions } from '../../actions/action.ts'
import { layOutApart } from '../../arrange/lay-out-apart.ts'
import {
  alignSelection,
  countArrangeable,
  distributeSelection,
  type Edge,
} from '../../document/commands/arrange.ts'
import {
  canUngroup,
  groupSelection,
  selectMembers,
  toggleCollapsed,
  ungroupSelection,
} from '../../document/commands/groups.ts'
import { addNote } from '../../document/commands/notes.ts'
import { removeAndHeal } from '../../document/commands/splice.ts'
import {
  addSubflow,
  canMakeSubflow,
  enterSubflow,
  leaveSubflow,
  makeSubflow,
  removeUnusedSubflows,
  unpackSubflow,
  unusedSubflows,
} from '../../document/commands/subflows.ts'
import { type TidySizes, tidyUp } from '../../document/commands/tidy.ts'
import type { FlowDocument } from '../../document/flow-document.ts'
import type { NodeShape } from '../../document/node-shape.ts'
import { textsIn } from '../../i18n/define-texts.ts'
import { errorText } from '../../i18n/error-text.ts'
import { currentLanguage } from '../../i18n/language.ts'
import { said } from '../../i18n/said.ts'
import { notify } from '../../ui/toast.tsx'
import type { CanvasScope } from '../canvas-actions.ts'
import { structureActionTexts } from './action-texts.ts'
import { writeIn } from './note-card.tsx'
import { structureTexts } from './texts.ts'

/** What groups, notes, subflows and arranging need of the canvas. */
export interface StructureScope {
  readonly catalogue: Catalogue
  readonly sizes: TidySizes
  readonly shapeOf: (node: string) => NodeShape | undefined
  /** Where something new comes to stand. */
  readonly place: () => Place
  /** Opens the list of what fits into the selected wire. */
  readonly openInsert: () => void
}

const title = (key: keyof (typeof structureActionTexts)['en']) => said(structureActionTexts, key)
const mayEdit = ({ document }: CanvasScope) => !document.isReadOnly
const count = ({ document }: CanvasScope) => countArrangeable(document)
const onlyNode = ({ selection }: FlowDocument): string | undefined =>
  selection.nodes.size === 1 && selection.notes.size + selection.groups.size === 0
    ? [...selection.nodes][0]
    : undefined
const standsForSubflow = ({ document }: CanvasScope): boolean => {
  const node = document.node(onlyNode(document) ?? '')
  return node !== undefined && subflowOf(node) !== undefined
}

const align = (edge: Edge, icon: string, keys: string) => ({
  id: `align-${edge}`,
  title: title(`align.${edge}`),
  icon,
  group: 'edit' as const,
  keys: [keys],
  isEnabled: (scope: CanvasScope) => mayEdit(scope) && count(scope) > 1,
  run: ({ document, structure }: CanvasScope) => alignSelection(document, edge, structure.sizes.sizeOf),
})

const distribute = (axis: 'horizontal' | 'vertical', icon: string, keys: string) => ({
  id: `distribute-${axis}`,
  title: title(`distribute.${axis}`),
  icon,
  group: 'edit' as const,
  keys: [keys],
  isEnabled: (scope: CanvasScope) => mayEdit(scope) && count(scope) > 2,
  run: ({ document, structure }: CanvasScope) => distributeSelection(document, axis, structure.sizes.sizeOf),
})

/** Groups, notes, subflows, arranging, and what is put into wires. */
export const structureActions = defineActions('canvas', [
  {
    id: 'group',
    title: title('group'),
    icon: 'group',
    group: 'edit',
    keys: ['G'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && count(scope) > 0,
    run: ({ document }) => void groupSelection(document),
  },
  {
    id: 'ungroup',
    title: title('ungroup'),
    icon: 'ungroup',
    group: 'edit',
    keys: ['Shift+G'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && canUngroup(scope.document),
    run: ({ document }) => ungroupSelection(document),
  },
  {
    id: 'collapse-group',
    title: title('collapse'),
    icon: 'fold-vertical',
    group: 'view',
    keys: ['Shift+F'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && canUngroup(scope.document),
    run: ({ document }) => toggleCollapsed(document),
  },
  {
    id: 'select-members',
    title: title('members'),
    icon: 'scan-search',
    group: 'select',
    isEnabled: ({ document }) => document.selection.groups.size > 0,
    run: ({ document }) => selectMembers(document),
  },
  {
    id: 'add-note',
    title: title('note'),
    icon: 'sticky-note',
    group: 'add',
    keys: ['N'],
    menu: ['canvas'],
    isEnabled: mayEdit,
    run: ({ document, structure }) => writeIn(addNote(document, structure.place())),
  },
  {
    id: 'make-subflow',
    title: title('makeSubflow'),
    icon: 'component',
    group: 'edit',
    keys: ['S'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && canMakeSubflow(scope.document),
    run: ({ document, structure: { shapeOf } }) => void makeSubflow(document, { name: newName(), shapeOf }),
  },
  {
    id: 'new-subflow',
    title: title('newSubflow'),
    icon: 'component',
    group: 'add',
    isEnabled: mayEdit,
    run: ({ document, structure }) =>
      void enterSubflow(document, addSubflow(document, newName(), structure.place())),
  },
  {
    id: 'enter-subflow',
    title: title('enterSubflow'),
    icon: 'log-in',
    group: 'view',
    menu: ['node'],
    isEnabled: standsForSubflow,
    run: ({ document }) => void enterSubflow(document, onlyNode(document) ?? ''),
  },
  {
    id: 'leave-subflow',
    title: title('leaveSubflow'),
    icon: 'log-out',
    group: 'view',
    keys: ['Shift+Escape'],
    menu: ['canvas'],
    isEnabled: ({ document }) => document.scope !== undefined,
    run: ({ document }) => leaveSubflow(document),
  },
  {
    id: 'unpack-subflow',
    title: title('unpackSubflow'),
    icon: 'package-open',
    group: 'edit',
    keys: ['Shift+S'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && standsForSubflow(scope),
    run: ({ document, structure: { catalogue } }) =>
      unpackSubflow(document, onlyNode(document) ?? '', catalogue),
  },
  {
    id: 'remove-unused-subflows',
    title: title('removeUnused'),
    icon: 'eraser',
    group: 'edit',
    isDangerous: true,
    isEnabled: (scope) => mayEdit(scope) && unusedSubflows(scope.document).length > 0,
    run: ({ document }) => removeUnusedSubflows(document),
  },
  align('left', 'align-start-vertical', 'Mod+ArrowLeft'),
  align('centre', 'align-center-vertical', 'Mod+Shift+ArrowLeft'),
  align('right', 'align-end-vertical', 'Mod+ArrowRight'),
  align('top', 'align-start-horizontal', 'Mod+ArrowUp'),
  align('middle', 'align-center-horizontal', 'Mod+Shift+ArrowUp'),
  align('bottom', 'align-end-horizontal', 'Mod+ArrowDown'),
  distribute('horizontal', 'align-horizontal-distribute-center', 'Mod+Shift+ArrowRight'),
  distribute('vertical', 'align-vertical-distribute-center', 'Mod+Shift+ArrowDown'),
  {
    id: 'tidy-up',
    title: title('tidy'),
    icon: 'network',
    group: 'edit',
    keys: ['L'],
    menu: ['node', 'canvas'],
    isEnabled: (scope) => mayEdit(scope) && scope.document.drawing.nodes.length > 0,
    run: ({ document, structure }) =>
      void tidyUp(document, structure.sizes, layOutApart).catch((error: unknown) =>
        notify.error(textsIn(structureActionTexts, currentLanguage())('tidyFailed'), {
          about: errorText(error),
        }),
      ),
  },
  {
    id: 'insert-on-wire',
    title: title('insert'),
    icon: 'between-vertical-start',
    group: 'add',
    keys: ['I'],
    menu: ['wire'],
    isEnabled: (scope) => mayEdit(scope) && scope.document.selection.wires.size === 1,
    run: ({ structure }) => structure.openInsert(),
  },
  {
    id: 'delete-and-heal',
    title: title('heal'),
    icon: 'trash-2',
    group: 'edit',
    keys: ['Shift+Delete', 'Shift+Backspace'],
    menu: ['node'],
    isDangerous: true,
    isEnabled: (scope) => mayEdit(scope) && scope.document.selection.nodes.size > 0,
    run: ({ document, structure }) => removeAndHeal(document, structure.shapeOf),
  },
])

const newName = (): string => textsIn(structureTexts, currentLanguage())('newSubflow')
