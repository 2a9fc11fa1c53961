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
    const node = kind === 'wire' ? readEndpoint(((after ?? before) as Wire)[0]).node : id
    if (document.node(node)) canvas()?.reveal(node)
    if (kind === 'wire') document.select({ wires: [id] })
    onJump()
  }
}
