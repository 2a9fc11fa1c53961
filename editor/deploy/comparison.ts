import { type Difference, diffRevisions } from '#flows/diff.ts'
import type { Drawing, Flow, Subflow } from '#flows/flow.ts'
import { subflowOf } from '#flows/subflow.ts'
import type { Marks } from '../canvas/marks.tsx'

/** Two flows laid over one another. */
export interface Comparison {
  readonly differences: readonly Difference[]
  /** The later flow, in which what was removed still stands where it stood. */
  readonly flow: Flow
}

/** Compares what was with what is; with nothing before, everything is new. */
export function compareFlows(before: Flow | undefined, after: Flow): Comparison {
  const differences = diffRevisions(before, after)
  return { differences, flow: before ? overlay(before, after, differences) : after }
}

/**
 * The marks of one drawing: of the flow itself, or of a subflow. A node that stands for a subflow in which something
 * differs has changed, too.
 */
export function marksOf({ differences, flow }: Comparison, scope: string | undefined): Marks {
  const drawn = differences.filter(({ kind, in: inside }) => isDrawn.has(kind) && inside === scope)
  const touched = touchedSubflows(differences, flow)
  const drawing = scope === undefined ? flow : flow.subflows?.find(({ id }) => id === scope)
  const standIns = (drawing?.nodes ?? []).filter((node) => touched.has(subflowOf(node) ?? ''))
  return new Map([
    ...standIns.map(({ id }) => [id, 'changed'] as const),
    ...drawn.map(({ id, mark }) => [id, mark] as const),
  ])
}

/** In which something differs, or in a subflow that they hold. */
function touchedSubflows(differences: readonly Difference[], { subflows = [] }: Flow): ReadonlySet<string> {
  const touched = new Set(
    differences.flatMap(({ kind, id, mark, in: inside }) =>
      kind === 'subflow' && mark === 'changed' ? [id] : (inside ?? []),
    ),
  )
  const holdsTouched = ({ id, nodes }: Subflow) =>
    !touched.has(id) && nodes.some((node) => touched.has(subflowOf(node) ?? ''))
  for (let next = subflows.find(holdsTouched); next; next = subflows.find(holdsTouched)) touched.add(next.id)
  return touched
}

const isDrawn: ReadonlySet<Difference['kind']> = new Set(['node', 'wire', 'group', 'note'])

function overlay(before: Flow, after: Flow, differences: readonly Difference[]): Flow {
  const old = new Map(before.subflows?.map((subflow) => [subflow.id, subflow]))
  const standing = new Set(after.subflows?.map(({ id }) => id))
  const subflows = (after.subflows ?? []).map((subflow): Subflow => {
    const was = old.get(subflow.id)
    return was ? { ...subflow, ...overlayDrawing(was, subflow, differences, subflow.id) } : subflow
  })
  const gone = (before.subflows ?? []).filter(({ id }) => !standing.has(id))
  const all = [...subflows, ...gone]
  return {
    ...after,
    ...overlayDrawing(before, after, differences, undefined),
    ...(all.length > 0 && { subflows: all }),
  }
}

function overlayDrawing(
  before: Drawing,
  after: Drawing,
  differences: readonly Difference[],
  scope: string | undefined,
): Drawing {
  const removed = differences.filter(({ mark, in: inside }) => mark === 'removed' && inside === scope)
  const idsOf = (kind: Difference['kind']) =>
    new Set(removed.flatMap((difference) => (difference.kind === kind ? [difference.before] : [])))
  const [nodes, wires, groups, notes] = [idsOf('node'), idsOf('wire'), idsOf('group'), idsOf('note')]
  const allNotes = [...(after.notes ?? []), ...(before.notes ?? []).filter((note) => notes.has(note))]
  return {
    nodes: [...after.nodes, ...before.nodes.filter((node) => nodes.has(node))],
    wires: [...after.wires, ...before.wires.filter((wire) => wires.has(wire))],
    groups: [...after.groups, ...before.groups.filter((group) => groups.has(group))],
    ...(allNotes.length > 0 && { notes: allNotes }),
  }
}
