import type { Catalogue } from '#flows/catalogue.ts'
import { expandSubflows } from '#flows/expand-subflows.ts'
import type { Flow } from '#flows/flow.ts'
import { type ChainHouse, type Guarantee, guaranteeOf } from '#flows/guarantee.ts'
import type { FlowSummary } from '#server/store/store.ts'

interface GuaranteesOptions {
  readonly catalogue: Catalogue
  readonly house: ChainHouse
  /** The draft of a flow. */
  readonly read: (flow: string) => Flow | undefined
}

/** What the drafts of a house guarantee. Each is looked at once, when somebody asks, and again when it has changed. */
export class Guarantees {
  readonly #options: GuaranteesOptions
  #known = new Map<string, { readonly etag: string; readonly guarantee: Guarantee }>()

  constructor(options: GuaranteesOptions) {
    this.#options = options
  }

  /** By the flow's id. */
  of(flows: readonly Pick<FlowSummary, 'id' | 'etag'>[]): ReadonlyMap<string, Guarantee> {
    this.#known = new Map(flows.map(({ id, etag }) => [id, { etag, guarantee: this.#guarantee(id, etag) }]))
    return new Map([...this.#known].map(([id, { guarantee }]) => [id, guarantee]))
  }

  /** A connection has changed, and with it what flows may rely on. */
  forget(): void {
    this.#known.clear()
  }

  #guarantee(id: string, etag: string): Guarantee {
    const known = this.#known.get(id)
    if (known?.etag === etag) return known.guarantee
    const { catalogue, house, read } = this.#options
    const flow = read(id)
    return flow ? guaranteeOf(expandSubflows(flow, catalogue), catalogue, house) : nothing
  }
}

const nothing: Guarantee = { kind: 'none', safeSources: [], breaks: [] }
