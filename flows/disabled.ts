import { type Drawing, type Flow, readEndpoint } from './flow.ts'

/**
 * A flow as it is where nothing disabled stands in it: without those nodes and their wires, in its subflows as well.
 * The same object if nothing is.
 */
export function withoutDisabled(flow: Flow): Flow {
  const { subflows = [] } = flow
  if (![flow, ...subflows].some(({ nodes }) => nodes.some(({ disabled }) => disabled))) return flow
  return { ...enabledIn(flow), ...(flow.subflows && { subflows: subflows.map(enabledIn) }) }
}

/** The ids of the nodes of a drawing that are disabled. */
export const disabledIn = ({ nodes }: Pick<Drawing, 'nodes'>): ReadonlySet<string> =>
  new Set(nodes.flatMap(({ id, disabled }) => (disabled ? [id] : [])))

function enabledIn<Drawn extends Drawing>(drawing: Drawn): Drawn {
  const disabled = disabledIn(drawing)
  return {
    ...drawing,
    nodes: drawing.nodes.filter(({ id }) => !disabled.has(id)),
    wires: drawing.wires.filter((wire) => wire.every((end) => !disabled.has(readEndpoint(end).node))),
  }
}
