import { createHash, randomBytes } from 'node:crypto'
import { and, asc, desc, eq, isNotNull, lt, sql } from 'drizzle-orm'
import { diffRevisions } from '#flows/diff.ts'
import type { Flow } from '#flows/flow.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import { type Access, changesOf } from './access.ts'
import { logStatements } from './flow-log.ts'
import { flows, revisions } from './schema/wirehouse.ts'
import {
  type FlowStore,
  type FlowSummary,
  KEPT_REVISIONS,
  type PutOptions,
  type Quarantine,
  type Revision,
  type RevisionRange,
  type StoredFlow,
} from './store.ts'

const newest = sql<string | null>`(
  SELECT ${revisions.hash} FROM ${revisions} WHERE ${revisions.flow} = ${flows.id}
  ORDER BY ${revisions.number} DESC LIMIT 1)`

const keepFlow = `INSERT INTO removed_flows (id, at, name, description, etag, hash, updated_at, trusted, draft)
  SELECT id, ?, name, description, etag, hash, updated_at, trusted, draft FROM flows WHERE id = ?`
const revisionColumns = 'flow, number, at, by, message, hash, changes, trusted, document'
const keepRevisions = `INSERT INTO removed_revisions (${revisionColumns})
  SELECT ${revisionColumns} FROM revisions WHERE flow = ?`
/** Another flow may have taken the id meanwhile. */
const isRestored = (id: string): string =>
  `EXISTS (SELECT 1 FROM flows JOIN removed_flows USING (id, etag) WHERE id = ${id})`
const restoreFlow = `INSERT INTO flows (id, name, description, etag, hash, running, updated_at, trusted, quarantine, draft)
  SELECT id, name, description, etag, hash, NULL, updated_at, trusted, NULL, draft FROM removed_flows
  WHERE id = ? ON CONFLICT DO NOTHING`
const restoreRevisions = `INSERT INTO revisions (${revisionColumns})
  SELECT ${revisionColumns} FROM removed_revisions WHERE flow = ? AND ${isRestored('flow')}
  ON CONFLICT DO NOTHING`

const forgetRestored = `DELETE FROM removed_flows WHERE id = ? AND ${isRestored('removed_flows.id')}`

/** Drafts and revisions. What is stored was parsed before, and is not parsed again when it is read. */
export class Flows implements FlowStore {
  readonly #access: Access
  readonly #clock: Clock

  constructor(access: Access, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  list(): readonly FlowSummary[] {
    const { id, name, description, etag, hash, running, updatedAt, trusted, quarantine } = flows
    return this.#access.read
      .select({ id, name, description, etag, hash, running, updatedAt, trusted, quarantine, newest })
      .from(flows)
      .orderBy(asc(flows.name), asc(flows.id))
      .all()
      .map(({ running, quarantine, hash, newest, ...flow }) => ({
        ...flow,
        ...(running !== null && { running }),
        ...(quarantine && { quarantine }),
        changed: hash !== newest,
      }))
  }

  get(id: string): StoredFlow | undefined {
    const { draft, etag, trusted, quarantine } = flows
    const found = this.#access.read
      .select({ draft, etag, trusted, quarantine })
      .from(flows)
      .where(eq(flows.id, id))
      .get()
    if (!found) return undefined
    return {
      flow: JSON.parse(found.draft) as Flow,
      etag: found.etag,
      trusted: found.trusted,
      ...(found.quarantine && { quarantine: found.quarantine }),
    }
  }

  etag(id: string): string | undefined {
    return this.#access.read.select({ etag: flows.etag }).from(flows).where(eq(flows.id, id)).get()?.etag
  }

  nameOf(id: string): string | undefined {
    return this.#access.read.select({ name: flows.name }).from(flows).where(eq(flows.id, id)).get()?.name
  }

  async put(flow: Flow, options: PutOptions = {}): ReturnType<FlowStore['put']> {
    const { saved, statements } = this.toPut(flow, options)
    return changesOf(await this.#access.write(...statements)) > 0 ? saved : undefined
  }

  /** What saves a draft: as part of a transaction, too. The first statement changes a row, or the draft is not saved. */
  toPut(flow: Flow, { ifMatch, imported = false, change }: PutOptions) {
    const { id, ...written } = this.#draftOf(flow)
    const draft = { ...written, ...(imported && { trusted: false }) }
    const { read } = this.#access
    const query =
      ifMatch === undefined
        ? read
            .insert(flows)
            .values({ id, trusted: true, ...draft })
            .onConflictDoUpdate({ target: flows.id, set: draft })
        : read
            .update(flows)
            .set(draft)
            .where(and(eq(flows.id, id), eq(flows.etag, ifMatch)))
    const entry = change ? logStatements(id, change, draft) : []
    return { saved: { etag: draft.etag, at: draft.updatedAt }, statements: [query, ...entry] }
  }

  async remove(id: string): Promise<boolean> {
    const results = await this.#access.write(
      { sql: 'DELETE FROM removed_flows WHERE id = ?', params: [id] },
      { sql: keepFlow, params: [this.#clock.now(), id] },
      { sql: keepRevisions, params: [id] },
      this.#access.read.delete(flows).where(eq(flows.id, id)),
    )
    return (results[3]?.changes ?? 0) > 0
  }

  async restore(id: string): Promise<boolean> {
    const results = await this.#access.write(
      { sql: restoreFlow, params: [id] },
      { sql: restoreRevisions, params: [id] },
      { sql: forgetRestored, params: [id] },
    )
    return changesOf(results) > 0
  }

  async forgetRemoved(before: number): Promise<void> {
    await this.#access.write({ sql: 'DELETE FROM removed_flows WHERE at < ?', params: [before] })
  }

  revisions(id: string, { limit, before }: RevisionRange): readonly Revision[] {
    const { number, at, by, message, changes, trusted } = revisions
    return this.#access.read
      .select({ number, at, by, message, changes, trusted })
      .from(revisions)
      .where(and(eq(revisions.flow, id), before === undefined ? undefined : lt(number, before)))
      .orderBy(desc(number))
      .limit(limit)
      .all()
      .map(({ changes, trusted, ...revision }) => ({
        ...revision,
        ...(changes !== null && { changes }),
        ...(trusted !== null && { trusted }),
      }))
  }

  revision(id: string, number: number): Flow | undefined {
    const found = this.#access.read
      .select({ document: revisions.document })
      .from(revisions)
      .where(and(eq(revisions.flow, id), eq(revisions.number, number)))
      .get()
    return found && (JSON.parse(found.document) as Flow)
  }

  async deploy(flow: Flow, by: string, message: string): Promise<Revision> {
    const { read } = this.#access
    const { draft: document, hash, updatedAt: at, ...draft } = this.#draftOf(flow)
    const next = sql<number>`(SELECT coalesce(max(number), 0) + 1 FROM ${revisions} WHERE flow = ${flow.id})`
    const newestNumber = sql`(SELECT max(number) FROM ${revisions} WHERE flow = ${flow.id})`
    const changes = diffRevisions(this.#newestRevision(flow.id), flow).length
    const trusted = sql<boolean>`(SELECT trusted FROM ${flows} WHERE id = ${flow.id})`
    const [, recorded] = await this.#access.write(
      read
        .insert(flows)
        // nobody has vouched for a flow that was not put before
        .values({ ...draft, hash, updatedAt: at, trusted: false, draft: document })
        .onConflictDoNothing(),
      read
        .insert(revisions)
        .values({ flow: flow.id, number: next, at, by, message, hash, document, changes, trusted })
        .returning({ number: revisions.number, trusted: revisions.trusted }),
      read.update(flows).set({ running: newestNumber, quarantine: null }).where(eq(flows.id, flow.id)),
      read.delete(revisions).where(and(eq(revisions.flow, flow.id), tooOld(flow.id))),
    )
    const [row] = recorded?.rows ?? []
    return { number: Number(row?.['number']), at, by, message, changes, trusted: Boolean(row?.['trusted']) }
  }

  #newestRevision(id: string): Flow | undefined {
    const [newest] = this.revisions(id, { limit: 1 })
    return newest && this.revision(id, newest.number)
  }

  async stop(id: string): Promise<void> {
    await this.#access.write(this.#access.read.update(flows).set({ running: null }).where(eq(flows.id, id)))
  }

  trust(id: string, trusted: boolean): Promise<boolean> {
    return this.#set(id, { trusted })
  }

  quarantine(id: string, reason: Quarantine): Promise<boolean> {
    return this.#set(id, { running: null, quarantine: reason })
  }

  running(): ReturnType<FlowStore['running']> {
    return this.#access.read
      .select({ document: revisions.document, revision: revisions.number, trusted: flows.trusted })
      .from(flows)
      .innerJoin(revisions, and(eq(revisions.flow, flows.id), eq(revisions.number, flows.running)))
      .where(isNotNull(flows.running))
      .orderBy(asc(flows.name), asc(flows.id))
      .all()
      .map(({ document, ...rest }) => ({ flow: JSON.parse(document) as Flow, ...rest }))
  }

  async #set(id: string, values: Partial<typeof flows.$inferInsert>): Promise<boolean> {
    const query = this.#access.read.update(flows).set(values).where(eq(flows.id, id))
    return changesOf(await this.#access.write(query)) > 0
  }

  #draftOf(flow: Flow) {
    const draft = JSON.stringify(flow)
    return {
      id: flow.id,
      name: flow.name,
      description: flow.description,
      etag: randomBytes(12).toString('base64url'),
      hash: createHash('sha256').update(draft).digest('hex'),
      updatedAt: this.#clock.now(),
      draft,
    }
  }
}

/** Counted from the newest: those that are too many, or that take too much together with all that are newer. */
const tooOld = (flow: string) => sql`number IN (
  SELECT number FROM (
    SELECT number, row_number() OVER newer AS place, sum(octet_length(document)) OVER newer AS bytes
    FROM ${revisions} WHERE flow = ${flow} WINDOW newer AS (ORDER BY number DESC))
  WHERE place > ${KEPT_REVISIONS.most} OR (place > ${KEPT_REVISIONS.least} AND bytes > ${KEPT_REVISIONS.bytes}))`
