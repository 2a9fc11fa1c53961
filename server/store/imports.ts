import type { Access } from './access.ts'
import type { Connections } from './connections.ts'
import type { Flows } from './flows.ts'
import type { Import, ImportStore, SavedDraft } from './store.ts'

/** Writes what files bring, in one transaction. */
export class Imports implements ImportStore {
  readonly #access: Access
  readonly #flows: Flows
  readonly #connections: Connections

  constructor(access: Access, flows: Flows, connections: Connections) {
    this.#access = access
    this.#flows = flows
    this.#connections = connections
  }

  async apply({ connections, drafts }: Import): Promise<readonly SavedDraft[]> {
    const puts = drafts.map(({ flow, put }) => this.#flows.toPut(flow, put))
    await this.#access.write(
      ...connections.flatMap(({ connection, secrets }) => this.#connections.toAdd(connection, secrets)),
      ...puts.flatMap(({ statements }) => statements),
    )
    return puts.map(({ saved }) => saved)
  }
}
