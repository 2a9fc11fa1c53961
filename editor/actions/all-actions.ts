import { canvasActions } from '../canvas/canvas-actions.ts'
import { flowActions } from '../flow/flow-actions.ts'
import { listActions } from '../list/list-actions.ts'
import type { Action, Context } from './action.ts'
import { houseActions } from './house-actions.ts'

/** Every action there is, by its context: for the list of shortcuts, and for the test that finds keys given twice. */
export const allActions: Readonly<Record<Context, readonly Action<never>[]>> = {
  everywhere: houseActions,
  flow: flowActions,
  canvas: canvasActions,
  list: listActions,
}
