import { wireKey } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'
import { goTo } from '../document/commands/subflows.ts'
import { placeInView } from '../document/live-place.ts'
import type { FlowScope } from '../flow/flow-context.ts'
import { wantField } from '../forms/wanted-field.ts'

/** The problem that was gone to last. */
let last: string | undefined

/** What makes a problem this one, also after others have gone. */
export const problemKey = ({ code, node, in: scope, field, wire, message }: Problem): string =>
  [code, scope, node, field, wire, message].join(' ')

/** Shows where a problem stands: its wire, or its node with the field that it is about, ready to type. */
export function jumpTo(scope: FlowScope, problem: Problem): void {
  const { document, canvas, panels, shown } = scope
  last = problemKey(problem)
  const onCanvas = shown?.document ?? document
  goTo(onCanvas, problem.node ?? '', problem.in)
  const wire = onCanvas.drawing.wires[problem.wire ?? -1]
  const isWire = (wire && canvas()?.revealWire(wireKey(wire))) ?? false
  if (!isWire) {
    const node = problem.node && (placeInView(onCanvas, problem.node) ?? problem.node)
    if (!node || !onCanvas.node(node)) return
    canvas()?.reveal(node)
  }
  if (isWire || problem.field === undefined || shown) panels.closeSheet()
  else {
    wantField(problem.field)
    panels.openInspector()
  }
}

/** Goes on from the problem that was gone to last, around the end of the list. */
export function stepProblem(scope: FlowScope, step: 1 | -1): void {
  const { problems } = scope
  const at = problems.findIndex((problem) => problemKey(problem) === last)
  const from = at === -1 && step === -1 ? 0 : at
  const next = problems[(from + step + problems.length) % problems.length]
  if (next) jumpTo(scope, next)
}
