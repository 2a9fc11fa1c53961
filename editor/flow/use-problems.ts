import { useDeferredValue, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import { type Flow, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import { lintFlow } from '#flows/lint-flow.ts'
import { drawingOf } from '#flows/operations/lists.ts'
import type { Problem } from '#flows/problem.ts'
import { useConnections } from '../api/queries.ts'
import type { Quarantine } from '../api/types.ts'
import type { ProblemLevels } from '../canvas/projection.ts'
import type { FlowDocument } from '../document/flow-document.ts'

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
  /** The subflow that is open. */
  scope: string | undefined,
): FlowProblems {
  const flow = useDeferredValue(useStore(document.store, (state) => state.flow))
  const { data: standing } = useConnections()
  const problems = useMemo(() => {
    const own = lintFlow(flow, catalogue, standing ?? [])
      // Until the connections are loaded, none can be called missing.
      .filter((problem) => standing !== undefined || problem.code !== 'CONNECTION_MISSING')
      .map((problem) => withNode(problem, wiresIn(flow, problem)))
    const known = new Set(own.map(placeOf))
    const found = [
      ...(quarantine ? [culprit(quarantine)] : []),
      ...own,
      ...fromServer.filter((problem) => !known.has(placeOf(problem))),
    ]
    return found
  }, [flow, catalogue, standing, fromServer, quarantine])
  const levels = useMemo(
    () =>
      worstLevels(
        problems.filter((problem) => problem.in === scope),
        flow,
      ),
    [problems, scope, flow],
  )
  return { problems, levels }
}

/** A problem names a wire by its place in its drawing. */
const wiresIn = (flow: Flow, problem: Problem): readonly Wire[] => drawingOf(flow, problem.in)?.wires ?? []

/** Who got the flow stopped is marked like any node that keeps it from running. */
const culprit = ({ at: _at, ...sentence }: Quarantine): Problem => ({ level: 'error', ...sentence })

const placeOf = ({ code, node, in: scope, field, wire }: Problem): string =>
  [code, scope, node, field, wire].join(' ')

/** A problem of a wire is shown at the node it leads to. */
function withNode(problem: Problem, wires: readonly (readonly [string, string])[]): Problem {
  const wire = problem.wire === undefined ? undefined : wires[problem.wire]
  return problem.node || !wire ? problem : { ...problem, node: readEndpoint(wire[1]).node }
}

/** Of each node, and of each wire. */
function worstLevels(problems: readonly Problem[], flow: Flow): ProblemLevels {
  const levels = new Map<string, Problem['level']>()
  for (const problem of problems) {
    const { node, level } = problem
    const wire = wiresIn(flow, problem)[problem.wire ?? -1]
    for (const place of [node, wire && wireKey(wire)])
      if (place && levels.get(place) !== 'error') levels.set(place, level)
  }
  return levels
}
