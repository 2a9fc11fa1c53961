import { and, eq, sql } from 'drizzle-orm'
import { UserError } from '../user-error.ts'
import type { Access } from './access.ts'
import { flows, nodeState } from './schema/wirehouse.ts'
import type { NodeStateStore } from './store.ts'

/** What nodes remember, one row a key. */
export class NodeStates implements NodeStateStore {
  readonly #access: Access
  readonly #loadOf

  constructor(access: Access) {
    this.#access = access
    this.#loadOf = prepareLoad(access)
  }

  load(flow: string, node: string): Readonly<Record<string, unknown>> {
    const rows = this.#loadOf.all({ flow, node })
    return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value)]))
  }

  async save(flow: string, node: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const statements = Object.entries(changes).map(([key, value]) =>
      value === undefined
        ? this.#forget(flow, node, key)
        : this.#set(flow, node, key, toJson(flow, node, key, value)),
    )
    if (statements.length > 0) await this.#access.write(...statements)
  }

  #forget(flow: string, node: string, key: string) {
    const { flow: inFlow, node: ofNode, key: named } = nodeState
    return this.#access.read.delete(nodeState).where(and(eq(inFlow, flow), eq(ofNode, node), eq(named, key)))
  }

  /** Does nothing for a flow that was removed meanwhile, so that a new one of the same id starts afresh. */
  #set(flow: string, node: string, key: string, value: string) {
    const { read } = this.#access
    const row = read
      .select({
        flow: flows.id,
        node: sql<string>`${node}`.as('node'),
        key: sql<string>`${key}`.as('key'),
        value: sql<string>`${value}`.as('value'),
      })
      .from(flows)
      .where(eq(flows.id, flow))
    return read
      .insert(nodeState)
      .select(row)
      .onConflictDoUpdate({ target: [nodeState.flow, nodeState.node, nodeState.key], set: { value } })
  }
}

/** Prepared once: every node of the house asks at its start, and a statement takes 5 kB until it is collected. */
const prepareLoad = ({ read }: Access) =>
  read
    .select({ key: nodeState.key, value: nodeState.value })
    .from(nodeState)
    .where(and(eq(nodeState.flow, sql.placeholder('flow')), eq(nodeState.node, sql.placeholder('node'))))
    .prepare()

function toJson(flow: string, node: string, key: string, value: unknown): string {
  try {
    const text = JSON.stringify(value) as string | undefined
    if (text !== undefined) return text
  } catch (cause) {
    throw notJson(flow, node, key, (cause as Error).message)
  }
  throw notJson(flow, node, key, `it is a ${typeof value}`)
}

const notJson = (flow: string, node: string, key: string, reason: string): UserError =>
  new UserError(
    422,
    'STATE_NOT_JSON',
    `The state "${key}" of the node "${node}" in the flow "${flow}" cannot be stored, for it is no JSON value: ${reason}. Store numbers, texts, lists and plain objects.`,
  )
