import { type Actions, defineActions } from '../actions/action.ts'
import { canToggleDisabled, toggleDisabled } from '../document/commands/disable.ts'
import { leaveSubflow } from '../document/commands/subflows.ts'
import { duplicate } from '../document/duplicate.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { GRID } from '../document/fragment.ts'
import { withMembers } from '../document/members.ts'
import { type Direction, nextWire, walk } from '../document/walk.ts'
import { said } from '../i18n/said.ts'
import { toggleBreakpoint } from '../live/steering.ts'
import { canvasActionTexts } from './canvas-action-texts.ts'
import { useWiring } from './canvas-context.ts'
import { clipboardActions } from './clipboard-actions.ts'
import { type StructureScope, structureActions } from './structure/structure-actions.ts'

/** What the actions of the canvas work with. */
export interface CanvasScope {
  readonly document: FlowDocument
  /** Selects a node and brings it into view. */
  readonly reveal: (node: string) => void
  readonly showAll: () => void
  readonly openSettings: () => void
  readonly openQuickAdd: () => void
  /** Adds a node behind the selected one, wired to it. */
  readonly openAppend: () => void
  /** Wires the selected node: from its output, or from every port. */
  readonly openWireList: (isEveryPort: boolean) => void
  readonly stopWiring: () => void
  readonly structure: StructureScope
  readonly zoomIn: () => void
  readonly zoomOut: () => void
  /** Who came to the canvas by Tab leaves it by Tab. */
  readonly cameByKeys: () => boolean
}

/** Steps of the arrow keys on the grid, without and with Shift. */
const STEP = GRID
const LONG_STEP = 8 * GRID

const mayEdit = ({ document }: CanvasScope) => !document.isReadOnly
const hasNodes = ({ document }: CanvasScope) => document.selection.nodes.size > 0
const hasSelection = ({ document: { selection } }: CanvasScope) =>
  selection.nodes.size + selection.wires.size + selection.notes.size + selection.groups.size > 0
const title = (key: keyof (typeof canvasActionTexts)['en']) => said(canvasActionTexts, key)

/** Everything that can be done on the canvas. */
export const canvasActions: Actions<'canvas'> = defineActions('canvas', [
  {
    id: 'add-node',
    title: title('add'),
    icon: 'plus',
    group: 'add',
    keys: ['A', 'Tab', 'Insert'],
    menu: ['canvas'],
    isEnabled: (scope, keys) => mayEdit(scope) && !(keys === 'Tab' && scope.cameByKeys()),
    run: ({ openQuickAdd }) => openQuickAdd(),
  },
  {
    id: 'append-node',
    title: title('append'),
    icon: 'plus',
    group: 'add',
    keys: ['Shift+A'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && hasNodes(scope),
    run: ({ openAppend }) => openAppend(),
  },
  {
    id: 'wire-node',
    title: title('wire'),
    icon: 'cable',
    group: 'add',
    keys: ['C'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && hasNodes(scope),
    run: ({ openWireList }) => openWireList(false),
  },
  {
    id: 'wire-port',
    title: title('wirePort'),
    icon: 'cable',
    group: 'add',
    keys: ['Shift+C'],
    isEnabled: (scope) => mayEdit(scope) && hasNodes(scope),
    run: ({ openWireList }) => openWireList(true),
  },
  {
    id: 'toggle-breakpoint',
    title: title('breakpoint'),
    icon: 'octagon-pause',
    group: 'run',
    keys: ['B'],
    menu: ['wire'],
    isEnabled: (scope) => mayEdit(scope) && scope.document.selection.wires.size === 1,
    run: ({ document }) => {
      const [wire] = document.selection.wires
      if (wire !== undefined) toggleBreakpoint(document.flow.id, wire)
    },
  },
  {
    id: 'open-settings',
    title: title('settings'),
    icon: 'sliders-horizontal',
    group: 'view',
    keys: ['Enter'],
    menu: ['node', 'wire'],
    run: ({ openSettings }) => openSettings(),
  },
  {
    id: 'duplicate',
    title: title('duplicate'),
    icon: 'copy',
    group: 'edit',
    keys: ['Mod+D'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && hasSelection(scope),
    run: ({ document }) => duplicate(document),
  },
  {
    id: 'toggle-disabled',
    title: title('toggleDisabled'),
    icon: 'power-off',
    group: 'edit',
    keys: ['D'],
    menu: ['node'],
    isEnabled: (scope) => mayEdit(scope) && canToggleDisabled(scope.document),
    run: ({ document }) => toggleDisabled(document),
  },
  {
    id: 'move-selection',
    title: title('move'),
    icon: 'move',
    group: 'edit',
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    isKeysOnly: true,
    run: (scope, keys) => move(scope, directionOf(keys), STEP),
  },
  {
    id: 'move-selection-far',
    title: title('moveFar'),
    icon: 'move',
    group: 'edit',
    keys: ['Shift+ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowDown'],
    isKeysOnly: true,
    run: (scope, keys) => move(scope, directionOf(keys), LONG_STEP),
  },
  {
    id: 'walk',
    title: title('walk'),
    icon: 'waypoints',
    group: 'select',
    keys: ['Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+ArrowUp', 'Alt+ArrowDown'],
    isKeysOnly: true,
    run: ({ document, reveal }, keys) => {
      const next = walk(document.drawing, document.selection, directionOf(keys))
      if (next !== undefined) reveal(next)
    },
  },
  {
    id: 'walk-and-select',
    title: title('extend'),
    icon: 'waypoints',
    group: 'select',
    keys: ['Alt+Shift+ArrowLeft', 'Alt+Shift+ArrowRight', 'Alt+Shift+ArrowUp', 'Alt+Shift+ArrowDown'],
    isKeysOnly: true,
    run: ({ document, reveal }, keys) => {
      const before = document.selection.nodes
      const next = walk(document.drawing, document.selection, directionOf(keys))
      if (next === undefined) return
      reveal(next)
      // The last one is where the next step starts from.
      document.select({ nodes: [...[...before].filter((id) => id !== next), next] })
    },
  },
  {
    id: 'next-wire',
    title: title('leaving'),
    icon: 'cable',
    group: 'select',
    keys: ['W'],
    run: (scope) => selectWire(scope, 'leaving'),
  },
  {
    id: 'next-wire-in',
    title: title('arriving'),
    icon: 'cable',
    group: 'select',
    keys: ['Shift+W'],
    run: (scope) => selectWire(scope, 'arriving'),
  },
  {
    id: 'select-all',
    title: title('selectAll'),
    icon: 'scan-search',
    group: 'select',
    keys: ['Mod+A'],
    menu: ['canvas'],
    run: ({ document }) => document.selectAll(),
  },
  {
    id: 'select-nothing',
    title: title('stop'),
    icon: 'x',
    group: 'select',
    keys: ['Escape'],
    isKeysOnly: true,
    isEnabled: (scope) =>
      useWiring.getState().start !== undefined || hasSelection(scope) || scope.document.scope !== undefined,
    run: (scope) => {
      const { document, stopWiring } = scope
      stopWiring()
      if (hasSelection(scope)) document.select({})
      else leaveSubflow(document)
    },
  },
  {
    id: 'show-all',
    title: title('fit'),
    icon: 'maximize',
    group: 'view',
    keys: ['F'],
    menu: ['canvas'],
    run: ({ showAll }) => showAll(),
  },
  {
    id: 'zoom-in',
    title: title('zoomIn'),
    icon: 'zoom-in',
    group: 'view',
    keys: ['Plus'],
    run: ({ zoomIn }) => zoomIn(),
  },
  {
    id: 'zoom-out',
    title: title('zoomOut'),
    icon: 'zoom-out',
    group: 'view',
    keys: ['-'],
    run: ({ zoomOut }) => zoomOut(),
  },
  ...clipboardActions,
  ...structureActions,
  {
    id: 'delete',
    title: title('delete'),
    icon: 'trash-2',
    group: 'edit',
    keys: ['Delete', 'Backspace'],
    menu: ['node', 'wire'],
    isDangerous: true,
    isEnabled: (scope) => mayEdit(scope) && hasSelection(scope),
    run: ({ document }) => document.remove(document.selection),
  },
])

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}
const directionOf = (keys = ''): Direction => directions[keys.split('+').at(-1) ?? ''] ?? 'right'

const steps = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] } as const

/** Moves what is selected; with nothing selected, takes the first node. */
function move({ document, reveal }: CanvasScope, direction: Direction, by: number): void {
  const [dx, dy] = steps[direction]
  const { nodes, notes } = withMembers(document.drawing, document.selection)
  const chosen = new Set([...nodes, ...notes])
  const selected = [...document.drawing.nodes, ...(document.drawing.notes ?? [])].filter(({ id }) =>
    chosen.has(id),
  )
  if (selected.length === 0) {
    const first = walk(document.drawing, document.selection, direction)
    if (first !== undefined) reveal(first)
    return
  }
  document.move(
    Object.fromEntries(selected.map(({ id, at }) => [id, [at[0] + dx * by, at[1] + dy * by] as const])),
    'keys',
  )
}

function selectWire({ document }: CanvasScope, end: 'leaving' | 'arriving'): void {
  const wire = nextWire(document.drawing, document.selection, end)
  if (wire !== undefined) document.select({ wires: [wire] })
}
