import { and, eq, sql } from 'drizzle-orm'
import { UserError } from '../user-error.ts'
import type { Access } from './access.ts'
import { nodeState } from './schema/wirehouse.ts'
import type { NodeStateStore } from './store.ts'
import type { WriteStatement } from './writer/commit-group.ts'

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

  nodes(flow: string): readonly string[] {
    const { read } = this.#access
    const rows = read
      .selectDistinct({ node: nodeState.node })
      .from(nodeState)
      .where(eq(nodeState.flow, flow))
      .all()
    return rows.map(({ node }) => node)
  }

  async save(flow: string, node: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const entries = Object.entries(changes)
    const gone = entries.filter(([, value]) => value === undefined)
    const set = entries.filter(([, value]) => value !== undefined)
    const statements: WriteStatement[] = [
      { sql: FORGET, params: [], many: gone.map(([key]) => [flow, node, key]) },
      {
        sql: SET,
        params: [],
        many: set.map(([key, value]) => [node, key, toJson(flow, node, key, value), flow]),
      },
    ]
    if (entries.length > 0) await this.#access.write(...statements)
  }
}

// As text: every second there may be hundreds, and drizzle takes a tenth of a millisecond for each.
const FORGET = 'DELETE FROM node_state WHERE flow = ? AND node = ? AND key = ?'
/** Does nothing for a flow that was removed meanwhile, so that a new one of the same id starts afresh. */
const SET = `INSERT INTO node_state (flow, node, key, value) SELECT id, ?, ?, ? FROM flows WHERE id = ?
  ON CONFLICT (flow, node, key) DO UPDATE SET value = excluded.value`

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
    { values: { key } },
  )
