import { type Drawing, readEndpoint, wireKey } from '#flows/flow.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import type { FlowRow } from '../document/flow-list.ts'
import type { Spot } from '../document/flow-list-edits.ts'
import type { Shapes } from '../document/shape-drawing.ts'

/** Where something can be added, seen from a row. */
export interface RowSpots {
  /** Behind it, if something can follow there; of a group, in it. */
  readonly after: Spot | undefined
  readonly before: Spot | undefined
  readonly branch: Spot | undefined
}

const nowhere: RowSpots = { after: undefined, before: undefined, branch: undefined }

export function spotsOf(row: FlowRow | undefined, shapes: Shapes): RowSpots {
  switch (row?.kind) {
    case 'group':
      return { ...nowhere, after: { kind: 'rule', group: row.group.id } }
    case 'branch':
      return { ...nowhere, ...behind(row.node, row.port) }
    case 'step': {
      const node = row.node.id
      const port = mainPort(shapes, node)
      return {
        ...(port === undefined ? nowhere : behind(node, port)),
        before: row.part === 'when' ? undefined : { kind: 'before', node },
      }
    }
    default:
      return nowhere
  }
}

const behind = (node: string, port: string) => ({
  after: { kind: 'after', node, port } as const,
  branch: { kind: 'branch', node, port } as const,
})

const mainPort = (shapes: Shapes, node: string): string | undefined =>
  shapes.get(node)?.outputs.find(({ id, isMissing }) => id !== ERROR_PORT && !isMissing)?.id

/** For each node the wire whose last value tells most: the first that leaves it, else the first that arrives. */
export function valueWires({ wires }: Drawing): ReadonlyMap<string, string> {
  const best = new Map<string, string>()
  for (const wire of wires) {
    const { node } = readEndpoint(wire[1])
    if (!best.has(node)) best.set(node, wireKey(wire))
  }
  const left = new Set<string>()
  for (const wire of wires) {
    const { node, port } = readEndpoint(wire[0])
    if (port === ERROR_PORT || left.has(node)) continue
    left.add(node)
    best.set(node, wireKey(wire))
  }
  return best
}
