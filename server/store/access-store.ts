import { asc, eq, sql } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import type { AccessRule } from '#server/access/access-control.ts'
import { type Access, changesOf } from './access.ts'
import { mqttClients, mqttKeys, mqttRules } from './schema/wirehouse.ts'
import type { AccessStore, ClientIdOwner } from './store.ts'

/** Who may do what by MQTT, and whose a client id is. */
export class StoredAccess implements AccessStore {
  readonly #access: Access
  readonly #clock: Clock

  constructor(access: Access, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  rules(): readonly AccessRule[] {
    const rows = this.#access.read
      .select()
      .from(mqttRules)
      .orderBy(asc(mqttRules.createdAt), asc(sql`rowid`))
      .all()
    return rows.map(({ createdAt, ...rule }) => rule)
  }

  async putRule({ id, ...rule }: AccessRule): Promise<void> {
    await this.#access.write(
      this.#access.read
        .insert(mqttRules)
        .values({ id, ...rule, createdAt: this.#clock.now() })
        .onConflictDoUpdate({ target: mqttRules.id, set: rule }),
    )
  }

  async removeRule(id: string): Promise<boolean> {
    return (
      changesOf(await this.#access.write(this.#access.read.delete(mqttRules).where(eq(mqttRules.id, id)))) > 0
    )
  }

  clientIds(): readonly ClientIdOwner[] {
    return this.#access.read.select().from(mqttClients).orderBy(asc(mqttClients.since)).all()
  }

  async bindClientId(owner: ClientIdOwner): Promise<void> {
    await this.#access.write(this.#access.read.insert(mqttClients).values(owner).onConflictDoNothing())
  }

  async releaseClientId(clientId: string): Promise<void> {
    await this.#access.write(this.#access.read.delete(mqttClients).where(eq(mqttClients.clientId, clientId)))
  }

  userOfKey(identity: string): string | undefined {
    const { user } = mqttKeys
    return this.#access.read.select({ user }).from(mqttKeys).where(eq(mqttKeys.identity, identity)).get()
      ?.user
  }
}
