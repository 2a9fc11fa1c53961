import { SandboxHome } from './sandbox-home.ts'
import type { SandboxedFlow } from './sandboxed-flow.ts'
import type { SandboxedFunction } from './sandboxed-function.ts'

export interface HomeLimits {
  /** What the functions of a flow with a memory of its own may keep, in bytes. */
  readonly flowBytes: number
  /** What flows that share a memory may keep together. */
  readonly sharedBytes: number
  /** What all flows with a memory of their own may keep together. */
  readonly totalBytes: number
}

/**
 * So many flows share a memory: each memory takes 10 GB of addresses, of which a Raspberry Pi has 512, and
 * where one breaks, all in it start anew.
 */
const SHARING = 32
/** What a flow takes before it keeps anything, in bytes: mostly its function's own globals. */
const FURNITURE_BYTES = 256 * 1024

/**
 * Decides which flows live together. They begin in a shared memory. One that makes it grow too much, finds
 * none, or breaks it, has one of its own from then on.
 */
export class SandboxHomes {
  readonly #limits: HomeLimits
  readonly #log: (text: string) => void
  readonly #homes = new Set<SandboxHome>()

  constructor(limits: HomeLimits, log: (text: string) => void) {
    this.#limits = limits
    this.#log = log
  }

  get memoryBytes(): number {
    let sum = 0
    for (const { memoryBytes } of this.#homes) sum += memoryBytes
    return sum
  }

  /** A place for a new flow. */
  enter(flow: SandboxedFlow): SandboxHome {
    for (const home of this.#homes)
      if (home.isShared && home.flows.size < SHARING) return this.#add(flow, home)
    const { sharedBytes, flowBytes } = this.#limits
    return this.#add(flow, new SandboxHome(true, sharedBytes + flowBytes + SHARING * FURNITURE_BYTES))
  }

  leave(flow: SandboxedFlow): void {
    const { home } = flow
    home.takeGrowth() // what it was the last to take is no other's
    home.flows.delete(flow)
    if (home.flows.size === 0) this.#homes.delete(home)
  }

  /** Called after each run of a flow. */
  check(flow: SandboxedFlow): void {
    const { home } = flow
    const growth = home.takeGrowth()
    if (growth === 0) return
    flow.grownBytes += growth
    if (home.isShared) this.#checkShared(home)
    else this.#checkOwn()
  }

  /** A function has found no memory: it may have been taken by others. */
  starved(flow: SandboxedFlow): void {
    if (flow.home.isShared) this.#moveOut(flow)
  }

  /** The instance can be used no more. */
  broken(by: SandboxedFlow, culprit: SandboxedFunction): void {
    const { home } = by
    home.forget()
    for (const flow of home.flows) flow.lose(flow === by ? culprit : undefined)
    if (home.isShared) this.#settleApart(by)
  }

  #checkShared(home: SandboxHome): void {
    if (sumOf(home.flows) <= this.#limits.sharedBytes) return
    const flow = largestOf(home.flows)
    this.#warn(flow)
    this.#moveOut(flow)
  }

  #checkOwn(): void {
    const flows = [...this.#homes].filter(({ isShared }) => !isShared).flatMap(({ flows }) => [...flows])
    if (sumOf(flows) <= this.#limits.totalBytes) return
    const flow = largestOf(flows)
    this.#warn(flow)
    flow.home.forget()
    flow.lose()
  }

  /** What the flow has in the shared memory is freed. */
  #moveOut(flow: SandboxedFlow): void {
    const { home } = flow
    const wasFreed = flow.free()
    this.#settleApart(flow)
    flow.lose()
    if (wasFreed) return
    home.forget()
    for (const other of home.flows) other.lose()
  }

  #settleApart(flow: SandboxedFlow): void {
    this.leave(flow)
    flow.home = this.#add(flow, new SandboxHome(false, this.#limits.flowBytes))
  }

  #add(flow: SandboxedFlow, home: SandboxHome): SandboxHome {
    this.#homes.add(home)
    home.flows.add(flow)
    flow.grownBytes = 0
    return home
  }

  #warn({ id }: SandboxedFlow): void {
    this.#log(
      `The functions of flow ${id} keep the most of too much memory, and start anew. What they kept outside of state is gone.`,
    )
  }
}

const sumOf = (flows: Iterable<SandboxedFlow>): number => {
  let sum = 0
  for (const { grownBytes } of flows) sum += grownBytes
  return sum
}

const largestOf = (flows: Iterable<SandboxedFlow>): SandboxedFlow =>
  [...flows].reduce((largest, flow) => (flow.grownBytes > largest.grownBytes ? flow : largest))
