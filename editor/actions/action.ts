import type { CanvasScope } from '../canvas/canvas-actions.ts'
import type { FlowScope } from '../flow/flow-context.ts'
import type { Said } from '../i18n/said.ts'
import type { ListScope } from '../list/list-actions.ts'
import type { HouseScope } from './house-actions.ts'

/** What the actions of a context work with. */
export interface Scopes {
  readonly everywhere: HouseScope
  /** While a flow is open. */
  readonly flow: FlowScope
  /** Keys count while the canvas has the focus. */
  readonly canvas: CanvasScope
  /** The same for the list that takes the place of the canvas. */
  readonly list: ListScope
}
export type Context = keyof Scopes

/** The widest first; keys are looked for in the narrowest first. */
export const contexts = ['everywhere', 'flow', 'canvas', 'list'] as const satisfies readonly Context[]

/** Under which heading an action stands, in this order. */
const actionGroups = ['add', 'edit', 'select', 'run', 'view', 'go', 'look'] as const
export type ActionGroup = (typeof actionGroups)[number]

/** What a menu was opened on. */
export type MenuPlace = 'node' | 'wire' | 'canvas'

/** Something a person can do, as data: keys, menus, tooltips, the command palette and the list of shortcuts come from it. */
export interface Action<Scope> {
  readonly id: string
  readonly title: Said
  readonly icon: string
  readonly group: ActionGroup
  /** As `keys.ts` writes them, the one to be shown first. */
  readonly keys?: readonly string[]
  /** The keys count while somebody types, too. */
  readonly worksInFields?: boolean
  /** The menus it stands in: on a right click or a long press. */
  readonly menu?: readonly MenuPlace[]
  readonly isDangerous?: boolean
  /** The browser does it by the keys: they are only shown. */
  readonly isBrowsersOwn?: boolean
  /** Makes sense only by its keys: neither menus nor the palette offer it. */
  readonly isKeysOnly?: boolean
  /** Left out: always. `keys`: those that were pressed, if it is by keys. */
  readonly isEnabled?: (scope: Scope, keys?: string) => boolean
  readonly run: (scope: Scope, keys?: string) => void
}

/** Actions of a context. */
export type Actions<Name extends Context> = readonly Action<Scopes[Name]>[]

/** `defineActions('canvas', […])`: infers what `run` gets. */
export const defineActions = <Name extends Context>(_context: Name, actions: Actions<Name>): Actions<Name> =>
  actions

/** The first keys of an action, to be shown beside its name. */
export const keysOf = <Scope>(actions: readonly Action<Scope>[], id: string): string | undefined =>
  actions.find((action) => action.id === id)?.keys?.[0]
