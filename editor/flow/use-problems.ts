import { useDeferredValue, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import { type Flow, readEndpoint, wireKey } from '#flows/flow.ts'
import { KnownNodes, lintFlow } from '#flows/lint-flow.ts'
import { drawingOf } from '#flows/operations/lists.ts'
import type { Problem } from '#flows/problem.ts'
import { isSameJson } from '#flows/same-json.ts'
import { subflowOf, subflowsIn } from '#flows/subflow.ts'
import { useConnections } from '../api/queries.ts'
import type { Quarantine } from '../api/types.ts'
import type { ProblemLevels } from '../canvas/projection.ts'
import type { DocumentState, FlowDocument } from '../document/flow-document.ts'
import { placeInView } from '../document/live-place.ts'
import { sameAsBefore } from './same-as-before.ts'

interface FlowProblems {
  readonly problems: readonly Problem[]
  /** The worst problem of each node and each wire of what is open. */
  readonly levels: ProblemLevels
}

/** What keeps the flow from running as drawn: found here, and what the server found at the last deploy. */
export function useProblems(
  document: FlowDocument,
  catalogue: Catalogue,
  fromServer: readonly Problem[],
  quarantine: Quarantine | undefined,
  /** What the canvas shows. */
  onCanvas: FlowDocument,
): FlowProblems {
  const flow = useDeferredValue(useStore(document.store, (state) => state.flow))
  const scope = useStore(onCanvas.store, (state) => state.scope)
  const through = useStore(onCanvas.store, (state) => state.through)
  const { data: standing } = useConnections()
  const kept = useMemo(newMemory, [])
  return useMemo(() => {
    const own = lintFlow(flow, catalogue, standing ?? [], kept.nodes)
      // Until the connections are loaded, none can be called missing.
      .filter((problem) => standing !== undefined || problem.code !== 'CONNECTION_MISSING')
      .map((problem) => withNode(problem, wiresIn(flow, problem.in)))
    const known = new Set(own.map(placeOf))
    const found = [
      ...(quarantine ? [culprit(quarantine)] : []),
      ...own,
      ...fromServer.filter((problem) => !known.has(placeOf(problem))),
    ]
    return {
      problems: kept.problems(found),
      levels: kept.levels(worstByNode(found, flow, { scope, through })),
    }
  }, [flow, catalogue, standing, kept, fromServer, quarantine, scope, through])
}

/** Most changes change nothing of what is wrong with a flow. */
const newMemory = () => ({
  nodes: new KnownNodes(),
  problems: sameAsBefore<readonly Problem[]>(isSameJson),
  levels: sameAsBefore(isSameMap),
})

const isSameMap = (a: ProblemLevels, b: ProblemLevels): boolean =>
  a.size === b.size && [...a].every(([place, level]) => b.get(place) === level)

/** Who got the flow stopped is marked like any node that keeps it from running. */
const culprit = ({ at: _at, ...sentence }: Quarantine): Problem => ({ level: 'error', ...sentence })

const placeOf = ({ code, node, field, wire, in: subflow }: Problem): string =>
  [code, node, field, wire, subflow].join(' ')

const wiresIn = (flow: Flow, subflow: string | undefined) => drawingOf(flow, subflow)?.wires ?? []

/** A problem of a wire is shown at the node it leads to. */
function withNode(problem: Problem, wires: readonly (readonly [string, string])[]): Problem {
  const wire = problem.wire === undefined ? undefined : wires[problem.wire]
  return problem.node || !wire ? problem : { ...problem, node: readEndpoint(wire[1]).node }
}

/** Of each node, and of each wire. What is wrong inside of a subflow is shown at the nodes that stand for it, too. */
function worstByNode(
  problems: readonly Problem[],
  flow: Flow,
  open: Pick<DocumentState, 'scope' | 'through'>,
): ProblemLevels {
  const levels = new Map<string, Problem['level']>()
  const note = (node: string | undefined, level: Problem['level']) => {
    if (node !== undefined && levels.get(node) !== 'error') levels.set(node, level)
  }
  const wires = wiresIn(flow, open.scope)
  const inside = new Map<string, Problem['level']>()
  for (const { node, level, wire: index, in: subflow } of problems) {
    const wire = subflow === open.scope && index !== undefined ? wires[index] : undefined
    if (wire) note(wireKey(wire), level)
    if (subflow === open.scope) note(node && (subflow === undefined ? placeInView(open, node) : node), level)
    else if (subflow === undefined) note(node && placeInView(open, node), level)
    else if (inside.get(subflow) !== 'error') inside.set(subflow, level)
  }
  for (const node of inside.size > 0 ? (drawingOf(flow, open.scope)?.nodes ?? []) : []) {
    const subflow = subflowOf(node)
    for (const { id } of subflow === undefined ? [] : subflowsIn(flow, [node])) {
      const level = inside.get(id)
      if (level) note(node.id, level)
    }
  }
  return levels
}
