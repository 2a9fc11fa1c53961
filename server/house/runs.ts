import type { Logger } from 'pino'
import type { Catalogue } from '#flows/catalogue.ts'
import { expandSubflows } from '#flows/expand-subflows.ts'
import type { Flow } from '#flows/flow.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import { giveUpHeld } from '#kit/runtime/give-up-held.ts'
import type { DeadLetterDesk } from '#server/dead-letters/dead-letter-desk.ts'
import { DeployError } from '#server/engine/deploy-error.ts'
import { KeptState } from '#server/engine/state.ts'
import type { KeptDeliveries } from '#server/hosts/kept-deliveries.ts'
import type { Supervisor } from '#server/hosts/supervisor.ts'
import type { Outbox } from '#server/outbox/outbox.ts'
import type { Quarantine, Store } from '#server/store/store.ts'
import type { Turns } from '#server/turns.ts'
import type { WriteBehind } from '#server/write-behind.ts'
import { discarded, invalid, quarantined } from './house-errors.ts'
import type { HouseNews } from './house-news.ts'

export interface RunsOptions {
  readonly store: Store
  readonly catalogue: Catalogue
  readonly flows: Supervisor
  readonly kept: KeptDeliveries | undefined
  readonly state: WriteBehind
  readonly outbox: Pick<Outbox, 'flowRuns'>
  readonly letters: Pick<DeadLetterDesk, 'giveUp'>
  readonly news: HouseNews
  readonly turns: Turns
  readonly clock: Clock
  readonly log: Logger
  readonly withConnections: (flow: Flow) => Flow
  /** Held back flows are started by hand. */
  readonly onStartAgain: () => void
}

type StoredRun = ReturnType<Store['flows']['running']>[number]

/** Which flows run, and since when: what the store says and what the hosts do is the same. */
export class Runs {
  readonly #options: RunsOptions
  /** Flows that ran when the server ended and wait for somebody to start them. */
  readonly #heldBack = new Set<string>()

  constructor(options: RunsOptions) {
    this.#options = options
    this.#discardUnwanted()
  }

  get heldBack(): ReadonlySet<string> {
    return this.#heldBack
  }

  /** Starts every flow that ran at the last stop. A node that cannot start becomes a placeholder; the rest runs. */
  async startAll(): Promise<void> {
    await Promise.all(this.#options.store.flows.running().map((stored) => this.#startAsItRan(stored)))
  }

  /** Leaves what ran stopped, until it is started one by one or by `startHeldBack`. */
  holdBack(): void {
    for (const { flow } of this.#options.store.flows.running()) this.#heldBack.add(flow.id)
  }

  async startHeldBack({ by }: { readonly by: string }): Promise<void> {
    if (this.#heldBack.size === 0) return
    this.#options.log.warn({ by }, 'the flows that were held back are started')
    this.#options.onStartAgain()
    this.#heldBack.clear()
    await this.startAll()
    this.#tellHeldBack()
  }

  /** Lets a draft run, and records it as a revision. In the turn of the flow. 422 `FLOW_CANNOT_START`; then what ran still does. */
  async deploy(
    flow: Flow,
    isTrusted: boolean,
    { by, message }: { readonly by: string; readonly message: string },
  ) {
    const { store, catalogue, flows, outbox, news, log } = this.#options
    const { id } = flow
    news.errors.forget(id)
    try {
      await flows.deploy(flow, { isTrusted })
    } catch (error) {
      if (error instanceof DeployError) throw invalid('FLOW_CANNOT_START', error.problems)
      throw error
    }
    this.#release(id)
    outbox.flowRuns(id)
    const revision = await store.flows
      .deploy({ ...flow, connections: [] }, by, message)
      .catch(async (error: unknown) => {
        await this.#takeBack(id)
        throw error
      })
    const nodes = new Set(expandSubflows(flow, catalogue).nodes.map((node) => node.id))
    this.#discard(id, nodes)
    await this.#forgetNodes(id, nodes)
    news.events.emit('flow:deployed', { flow: id, revision: revision.number })
    log.info({ flow: id, revision: revision.number, by }, 'flow deployed')
    return revision
  }

  /** Its nodes are at work no more. */
  async end(id: string): Promise<void> {
    await this.#options.flows.stop(id)
    this.#options.news.errors.forget(id)
  }

  /** The store, too, knows now that it does not run: nothing waits for it any more. */
  ended(id: string): void {
    this.#discard(id)
    this.#release(id)
  }

  /** A change of trust takes effect in what runs. */
  async trustChanged(id: string): Promise<void> {
    const stored = this.#stored(id)
    if (stored && !this.#heldBack.has(id)) await this.#deployStored(stored)
  }

  /**
   * Keeps a flow stopped that brought its host down again and again, until somebody deploys it. Whoever calls this
   * has stopped it; the culprit's sentence is shown at its node.
   */
  quarantine(id: string, culprit: Omit<Quarantine, 'at'>): Promise<void> {
    const { store, turns, clock, log, news } = this.#options
    return turns.take(id, async () => {
      const quarantine = { at: clock.now(), ...culprit }
      if (!(await store.flows.quarantine(id, quarantine))) return
      const { node, code } = culprit
      log.error({ flow: id, node, code }, 'flow quarantined')
      news.events.emit('flow:quarantined', { flow: id, quarantine })
      news.note(id, 'error', quarantined(store.flows.get(id)?.flow.name ?? id), node)
    })
  }

  async #startAsItRan({ flow, revision, trusted }: StoredRun): Promise<void> {
    const { flows, outbox, log } = this.#options
    try {
      await flows.deploy(flow, { isTrusted: trusted, tolerant: true })
      outbox.flowRuns(flow.id)
      log.info({ flow: flow.id, revision }, 'flow started')
    } catch (error) {
      log.error({ flow: flow.id, err: error }, 'flow could not start')
    }
  }

  /** What nodes remember that were removed while the flow did not run; what waited in them is given up. */
  async #forgetNodes(id: string, except: ReadonlySet<string>): Promise<void> {
    const { store, state: states, letters, log } = this.#options
    for (const node of store.nodeState.nodes(id)) {
      if (except.has(node)) continue
      const state = new KeptState(states, id, node)
      await giveUpHeld(state, undefined, (port, message, error) =>
        letters.giveUp({ flow: id, node }, port, message, error),
      ).catch((error: unknown) => log.error({ flow: id, node, err: error }, 'not given up'))
      state.clear()
    }
  }

  /** What runs is what is stored: a deploy that could not be recorded is undone. */
  async #takeBack(id: string): Promise<void> {
    const stored = this.#stored(id)
    if (stored) await this.#deployStored(stored)
    else await this.#options.flows.stop(id)
  }

  #stored(id: string): StoredRun | undefined {
    return this.#options.store.flows.running().find(({ flow }) => flow.id === id)
  }

  async #deployStored({ flow, trusted }: StoredRun): Promise<void> {
    const { flows, withConnections } = this.#options
    await flows.deploy(withConnections(flow), { isTrusted: trusted, tolerant: true })
  }

  /** What waits for nodes that will not stand again. A person has stopped or changed the flow, and so decided. */
  #discard(flow: string, except?: ReadonlySet<string>): void {
    const { kept, log, news } = this.#options
    const count = kept?.discard(flow, except) ?? 0
    if (count === 0) return
    log.warn({ flow, count }, 'messages that waited for a flow were discarded with it')
    news.note(flow, 'warn', discarded(count))
  }

  /** What the last process has left for flows that were stopped or deleted just before it ended. */
  #discardUnwanted(): void {
    const { kept, store } = this.#options
    const flows = new Map(store.flows.list().map((flow) => [flow.id, flow]))
    for (const id of kept?.flows ?? []) {
      const flow = flows.get(id)
      if (flow?.running === undefined && !flow?.quarantine) this.#discard(id)
    }
  }

  /** The flow is no longer among those that wait for a start. */
  #release(id: string): void {
    if (this.#heldBack.delete(id)) this.#tellHeldBack()
  }

  #tellHeldBack(): void {
    this.#options.news.events.emit('flows:held-back', { flows: [...this.#heldBack] })
  }
}
