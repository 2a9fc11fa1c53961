import type { Difference } from '#flows/diff.ts'
import { readEndpoint, type Wire } from '#flows/flow.ts'
import { useFlow } from '../flow/flow-context.ts'
import type { Shown } from './use-shown.ts'

/** Shows a thing that differs on the canvas, in the drawing that it stands in. */
export function useJump({ document }: Shown, onJump: () => void): (difference: Difference) => void {
  const { canvas } = useFlow()
  return ({ kind, id, in: scope, before, after }) => {
    if (kind === 'subflow') document.enter(id)
    else document.enter(scope)
    if (kind === 'node') canvas()?.reveal(id)
    // What has just been entered is not drawn yet: its beginning is shown.
    if (kind === 'wire' && !canvas()?.revealWire(id)) {
      canvas()?.reveal(readEndpoint(((after ?? before) as Wire)[0]).node)
      document.select({ wires: [id] })
    }
    onJump()
  }
}
