import type { Catalogue } from '#flows/catalogue.ts'
import { useWiring } from '../canvas/canvas-context.ts'
import { useMisfit } from '../canvas/use-misfit.ts'
import { kindAt } from '../document/fitting.ts'
import { noWires, shapeNode } from '../document/node-shape.ts'
import { useFlow } from '../flow/flow-context.ts'

/** While a wire that was begun by a tap waits for its other end: says of a pick why it does not fit there. Nothing without one. */
export function useInHand(catalogue: Catalogue): ((pick: string) => string | undefined) | undefined {
  const { document } = useFlow()
  const misfit = useMisfit(catalogue)
  const start = useWiring((state) => (state.isWaiting ? state.start : undefined))
  const node = start && document.node(start.node)
  const kind = start && node && kindAt(shapeNode(catalogue, node, noWires), start)
  return start && kind && ((pick) => misfit.atEnd(pick, { side: start.side, kind }))
}
