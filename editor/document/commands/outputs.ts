import { readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import type { FieldChange, Listed } from '#flows/operations/operation.ts'
import type { FlowDocument } from '../flow-document.ts'

/** How the entries of a list have changed their places: at each place the one where the entry was; none for a new one. */
export type ListMove = readonly (number | undefined)[]

export interface OutputsChange {
  /** The config that brings the new outputs. */
  readonly fields: FieldChange
  /** Ids of the outputs before and after, without the one for errors. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** How many of those before came from the list. */
  readonly listed: number
  readonly move: ListMove
}

/** Changes the list that makes the outputs of a node. Wires go along with their outputs, and go with them. One step. */
export function changeOutputs(document: FlowDocument, node: string, change: OutputsChange): void {
  const next = nextPorts(change)
  const moved = document.drawing.wires.flatMap((wire, index) => {
    const { node: from, port } = readEndpoint(wire[0])
    const now = next.has(port) ? next.get(port) : port
    return from === node && now !== port ? [{ wire, index, now }] : []
  })
  const wires: Listed<Wire>[] = []
  moved.forEach(({ wire, index, now }, at) => {
    // Where it stood: so many of those before it have gone for good.
    const gone = at - wires.length
    if (now !== undefined) wires.push({ index: index - gone, item: [`${node}.${now}`, wire[1]] })
  })
  document.change(
    [
      { kind: 'configure', target: { kind: 'node', id: node }, ...change.fields },
      ...(moved.length > 0
        ? [{ kind: 'remove', wires: moved.map(({ wire }) => wireKey(wire)) } as const]
        : []),
      ...(wires.length > 0 ? [{ kind: 'insert', wires } as const] : []),
    ],
    { code: 'configure', count: 1 },
  )
}

/** What each output of the list is called from now on; `undefined` if it is gone. */
function nextPorts({ before, after, listed, move }: OutputsChange): ReadonlyMap<string, string | undefined> {
  const next = new Map<string, string | undefined>(before.slice(0, listed).map((port) => [port, undefined]))
  move.forEach((was, index) => {
    const port = was === undefined ? undefined : before[was]
    if (port !== undefined) next.set(port, after[index])
  })
  return next
}
