import type { FlowNode } from '#flows/flow.ts'
import type { Operation } from '#flows/operations/operation.ts'
import type { FlowDocument } from '../flow-document.ts'
import { withMembers } from '../members.ts'

/** Disables nodes, or enables them if all are disabled: those named, or what is selected with what stands in its groups. */
export function toggleDisabled(document: FlowDocument, ids: Iterable<string> = selectedIn(document)): void {
  const nodes = nodesOf(document, ids)
  const disables = !areDisabled(nodes)
  const changed = nodes.filter(({ disabled = false }) => disabled !== disables)
  if (changed.length === 0) return
  document.change(
    changed.map(
      ({ id }): Operation => ({
        kind: 'set',
        target: { kind: 'node', id },
        ...(disables ? { fields: { disabled: true } } : { fields: {}, gone: ['disabled'] }),
      }),
    ),
    { code: disables ? 'disable' : 'enable', count: changed.length },
  )
}

/** Whether there are nodes in what is selected that `toggleDisabled` would change. */
export const canToggleDisabled = (document: FlowDocument): boolean => selectedIn(document).length > 0

/** Whether everything that is selected is disabled. */
export const isSelectionDisabled = (document: FlowDocument): boolean =>
  areDisabled(nodesOf(document, selectedIn(document)))

const selectedIn = ({ drawing, selection }: FlowDocument): readonly string[] =>
  withMembers(drawing, selection).nodes

const nodesOf = (document: FlowDocument, ids: Iterable<string>): readonly FlowNode[] =>
  [...ids].flatMap((id) => document.node(id) ?? [])

const areDisabled = (nodes: readonly FlowNode[]): boolean =>
  nodes.length > 0 && nodes.every(({ disabled }) => disabled === true)
