import { type Sentence, type SentenceValues, spoken } from '#kit/sentence.ts'

/** What has failed at a node since its flow was deployed. */
export interface NodeErrorsEvent {
  readonly flow: string
  readonly node: string
  /** 0: nothing any more, for the flow was deployed anew. */
  readonly count: number
  /** The last failure. */
  readonly last?: {
    readonly at: number
    readonly text: string
    readonly code?: string
    readonly values?: SentenceValues
  }
}

/** Counts what fails at each node, for those who look at the flow later. */
export class NodeErrors {
  readonly #flows = new Map<string, Map<string, NodeErrorsEvent>>()
  readonly #tell: (event: NodeErrorsEvent) => void

  constructor(tell: (event: NodeErrorsEvent) => void) {
    this.#tell = tell
  }

  count(flow: string, { node, ...failure }: Sentence & { readonly node: string }, count: number, at: number) {
    const nodes = this.#flows.get(flow) ?? new Map<string, NodeErrorsEvent>()
    this.#flows.set(flow, nodes)
    const { code, message, values } = failure
    const last = { at, ...spoken({ code, message, ...(values && { values }) }) }
    const event = { flow, node, count: count + (nodes.get(node)?.count ?? 0), last }
    nodes.set(node, event)
    this.#tell(event)
  }

  of(flow: string): readonly NodeErrorsEvent[] {
    return [...(this.#flows.get(flow)?.values() ?? [])]
  }

  /** The flow begins anew, or ends. */
  forget(flow: string): void {
    const nodes = [...(this.#flows.get(flow)?.keys() ?? [])]
    this.#flows.delete(flow)
    for (const node of nodes) this.#tell({ flow, node, count: 0 })
  }
}
