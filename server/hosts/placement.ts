import type { FlowHost } from './flow-host.ts'

export interface PlacementRules {
  readonly maxHosts: number
  /** Whether a flow has ended its host lately. */
  readonly isStruck: (flow: string) => boolean
  /** Where it ran: it stays there rather than among others. */
  readonly from?: FlowHost | undefined
}

/** So many flows share a thread before another is opened: each costs a dozen megabytes. */
const FLOWS_BEFORE_SPREAD = 4

/**
 * The thread for a flow: the one with the fewest flows, or none if one more should be opened. Flows that
 * have ended their thread lately stay among themselves, as far as there may be threads.
 */
export function chooseHost(
  hosts: readonly FlowHost[],
  { maxHosts, isStruck, from }: PlacementRules,
  flow: string,
): FlowHost | undefined {
  const struck = isStruck(flow)
  const fitting = hosts.filter(({ flows }) => [...flows].every((other) => isStruck(other) === struck))
  const least = leastFull(fitting)
  if (
    hosts.length < maxHosts &&
    (least === undefined || (!struck && least.flows.size >= FLOWS_BEFORE_SPREAD))
  )
    return undefined
  return least ?? from ?? leastFull(hosts)
}

const leastFull = (hosts: readonly FlowHost[]): FlowHost | undefined =>
  hosts.reduce<FlowHost | undefined>(
    (least, host) => (least !== undefined && least.flows.size <= host.flows.size ? least : host),
    undefined,
  )
