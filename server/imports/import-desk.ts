import type { Catalogue } from '#flows/catalogue.ts'
import type { Flow } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'
import type { ConnectionDesk, NewConnection } from '#server/house/connection-desk.ts'
import type { ImportedFlow } from '#server/house/house.ts'
import { flowUnknown } from '#server/house/house-errors.ts'
import type { DraftDesk, PreparedDraft } from '../drafts/draft-desk.ts'
import { isShippedExample } from '../examples.ts'
import type { FlowStore, ImportStore } from '../store/store.ts'
import type { Turns } from '../turns.ts'
import { UserError } from '../user-error.ts'
import { type FlowPreview, previewImport } from './import-preview.ts'
import { type ImportRequest, readImport } from './import-request.ts'

export interface ImportDeskOptions {
  readonly catalogue: Catalogue
  readonly flows: Pick<FlowStore, 'etag'>
  readonly imports: ImportStore
  readonly connections: Pick<ConnectionDesk, 'list' | 'adoptable'>
  readonly drafts: Pick<DraftDesk, 'prepare'>
  /** Shared with all else that is done to a flow. */
  readonly turns: Turns
  readonly lint: (flow: Flow) => readonly Problem[]
  /** After all of it is on disk. */
  readonly onImported: (flows: readonly { readonly id: string; readonly etag: string }[]) => void
  readonly onNewConnections: () => void
}

/** What an import comes to. */
interface Plan {
  readonly flows: readonly PlannedFlow[]
  readonly connections: readonly NewConnection[]
}

interface PlannedFlow {
  /** With the id that it gets. */
  readonly flow: Flow
  readonly replaces: boolean
  readonly trusted: boolean
}

/**
 * Takes in files of flows, all of a request or nothing. What a request would come to is worked out in one place,
 * for who only asks and for who means it: both get the same answer, and are refused for the same reasons.
 */
export class ImportDesk {
  readonly #options: ImportDeskOptions

  constructor(options: ImportDeskOptions) {
    this.#options = options
  }

  /** Says what an import would bring, and changes nothing. Throws what `carryOut` would throw. */
  preview(text: string): readonly FlowPreview[] {
    const request = readImport(text)
    const { flows } = this.#plan(request)
    const { catalogue, connections, flows: stored, lint } = this.#options
    const drawings = request.flows.map(({ flow }) => flow)
    return previewImport(drawings, {
      catalogue,
      connections: connections.list(),
      hasFlow: (id) => stored.etag(id) !== undefined,
      lint,
    }).map((preview, index) => ({ ...preview, becomes: flows[index]?.flow.id ?? preview.flow.id }))
  }

  /** Stores all of it in one transaction. What is deployed afterwards is up to the caller. */
  async carryOut(text: string, by: string): Promise<readonly ImportedFlow[]> {
    const request = readImport(text)
    for (;;) {
      const ids = idsOf(this.#plan(request))
      const stored = await this.#inTurnOf(ids, async () => {
        const plan = this.#plan(request)
        // somebody else may have taken an id by the time its turn comes
        return idsOf(plan).join() === ids.join() ? await this.#store(plan, by) : undefined
      })
      if (stored) return stored
    }
  }

  #plan({ flows, secrets }: ImportRequest): Plan {
    const taken = new Set<string>()
    const planned = flows.map(({ flow, replaces }): PlannedFlow => {
      const id = replaces ? this.#standing(flow.id, taken) : this.#freeId(flow.id, taken)
      taken.add(id)
      return { flow: { ...flow, id }, replaces, trusted: !replaces && isShippedExample(flow) }
    })
    const brought = flows.flatMap(({ flow }) => flow.connections)
    return { flows: planned, connections: this.#options.connections.adoptable(brought, secrets) }
  }

  #standing(id: string, taken: ReadonlySet<string>): string {
    if (this.#options.flows.etag(id) === undefined) throw flowUnknown(id)
    if (!taken.has(id)) return id
    throw new UserError(
      422,
      'IMPORT_TWICE',
      `Two flows are to take the place of "${id}". Let one of them become a new flow.`,
      { values: { id } },
    )
  }

  #freeId(id: string, taken: ReadonlySet<string>): string {
    const stem = id.slice(0, 58)
    let free = id
    for (let count = 2; taken.has(free) || this.#options.flows.etag(free) !== undefined; count++)
      free = `${stem}-${count}`
    return free
  }

  /** Each import waits for the turns of its flows in the same order, so that two never wait for each other. */
  #inTurnOf<Result>(ids: readonly string[], command: () => Promise<Result>): Promise<Result> {
    const { turns } = this.#options
    const nested = ids
      .toSorted()
      .reduceRight((inner, id) => () => turns.take(id, inner), command as () => Promise<Result>)
    return nested()
  }

  async #store({ flows, connections }: Plan, by: string): Promise<readonly ImportedFlow[]> {
    const { imports, drafts, onImported, onNewConnections, lint } = this.#options
    const problems = flows.map(({ flow }) => lint(flow))
    const prepared = flows.map(({ flow, trusted }): PreparedDraft => {
      const label = { code: 'outside', count: flow.nodes.length } as const
      return drafts.prepare(flow, { by, label, imported: !trusted })
    })
    const saved = await imports.apply({ connections, drafts: prepared })
    for (const [index, draft] of prepared.entries()) {
      const about = saved[index]
      if (about) draft.onStored(about)
    }
    if (connections.length > 0) onNewConnections()
    onImported(flows.map(({ flow }, index) => ({ id: flow.id, etag: saved[index]?.etag ?? '' })))
    return flows.map(({ flow, trusted, replaces }, index) => ({
      ...{ id: flow.id, name: flow.name, problems: problems[index] ?? [], deployed: false, trusted },
      ...(replaces && { replaced: true }),
    }))
  }
}

const idsOf = ({ flows }: Plan): readonly string[] => flows.map(({ flow }) => flow.id)
