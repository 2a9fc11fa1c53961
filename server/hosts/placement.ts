import type { FlowHost } from './flow-host.ts'

export interface PlacementRules {
  readonly maxHosts: number
  /** Flows that should not share a thread with others: they have ended one lately, or kept others waiting. */
  readonly apart: ReadonlySet<string>
  /** Where it ran: it stays there rather than among others. */
  readonly from?: FlowHost | undefined
}

/** So many flows share a thread before another is opened: each takes a dozen megabytes. */
const FLOWS_BEFORE_SPREAD = 4

/**
 * The thread for a flow: the one with the least to do, or none if one more should be opened. Where there
 * may be several, the last is for the flows that had better stay among themselves.
 */
export function chooseHost(
  hosts: readonly FlowHost[],
  { maxHosts, apart, from }: PlacementRules,
  flow: string,
): FlowHost | undefined {
  const isApart = apart.has(flow)
  // there are many flows, and few that are apart
  const fitting = hosts.filter(({ flows }) =>
    isApart ? flows.isSubsetOf(apart) : flows.isDisjointFrom(apart),
  )
  const most = isApart ? 1 : maxHosts - 1
  const isCrowded = fitting.every(({ flows }) => isApart || flows.size >= FLOWS_BEFORE_SPREAD)
  if (hosts.length === 0 || (hosts.length < maxHosts && fitting.length < most && isCrowded)) return undefined
  return leastFull(fitting) ?? from ?? leastFull(hosts)
}

/** Of those with the least to do, the one with the fewest flows. A message a second or two makes no difference. */
const leastFull = (hosts: readonly FlowHost[]): FlowHost | undefined =>
  hosts.toSorted((a, b) => stepOf(a.load) - stepOf(b.load) || a.flows.size - b.flows.size)[0]

/** Each step is ten times the load of the one before. */
const stepOf = (load: number): number => Math.floor(Math.log10(Math.max(load, 10)))
