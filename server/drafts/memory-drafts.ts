import type { Flow } from '#flows/flow.ts'
import type { FlowChange, FlowLogStore, NewFlowChange, PutOptions, StoredFlow } from '../store/store.ts'
import { Turns } from '../turns.ts'
import { DraftDesk, type DraftDeskOptions } from './draft-desk.ts'

/** Drafts in memory, for tests: a desk needs nothing else. */
export class MemoryDrafts {
  readonly stored = new Map<string, StoredFlow>()
  #saves = 0

  get = (id: string): StoredFlow | undefined => this.stored.get(id)
  etag = (id: string): string | undefined => this.stored.get(id)?.etag

  async put(flow: Flow, { ifMatch, imported = false, change }: PutOptions = {}) {
    const before = this.stored.get(flow.id)
    if (ifMatch !== undefined && before?.etag !== ifMatch) return undefined
    const saved = { etag: `v${++this.#saves}`, at: this.#saves }
    this.stored.set(flow.id, {
      // What is stored is text: nobody holds a part of it.
      flow: structuredClone(flow),
      etag: saved.etag,
      trusted: !imported && (before?.trusted ?? true),
    })
    if (change) await this.log.add(flow.id, change, saved)
    return saved
  }

  trust(id: string): void {
    const before = this.stored.get(id)
    if (before) this.stored.set(id, { ...before, trusted: true })
  }

  readonly log = new MemoryFlowLog()

  /** A desk on them. */
  desk(options: Partial<DraftDeskOptions> = {}): DraftDesk {
    return new DraftDesk({
      ...{ flows: this, log: this.log, turns: new Turns(), clock: { now: () => 0 } },
      adopt: async () => {},
      withConnections: (flow) => flow,
      onTaken: () => {},
      onTrustLost: () => {},
      ...options,
    })
  }
}

class MemoryFlowLog implements FlowLogStore {
  readonly #changes = new Map<string, FlowChange[]>()

  async add(flow: string, change: NewFlowChange, draft: { readonly etag: string; readonly at: number }) {
    this.#changes.set(flow, [...this.#of(flow), structuredClone({ ...change, ...draft })])
  }
  newest = (flow: string): number => this.#of(flow).at(-1)?.seq ?? 0
  since = (flow: string, seq: number) => this.#of(flow).filter((change) => change.seq > seq)
  find = (flow: string, id: string) => this.#of(flow).find((change) => change.id === id)
  ofStep = (flow: string, step: string) => this.#of(flow).filter((change) => change.step === step)
  list = (flow: string, limit: number) => this.#of(flow).slice(-limit)
  ofPerson = (flow: string, by: string, limit: number) => {
    const changes = this.#of(flow)
    const barrier = changes.findLastIndex(({ label }) => label.code === 'trust')
    return changes
      .slice(barrier + 1)
      .filter((change) => change.by === by)
      .slice(-limit)
  }
  async prune(before: number): Promise<void> {
    for (const [flow, changes] of this.#changes)
      this.#changes.set(
        flow,
        changes.filter(({ at }, index) => at >= before || index === changes.length - 1),
      )
  }
  #of = (flow: string): readonly FlowChange[] => this.#changes.get(flow) ?? []
}
