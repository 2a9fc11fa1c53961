import { and, asc, eq } from 'drizzle-orm'
import { UserError } from '../user-error.ts'
import { type Access, changesOf } from './access.ts'
import { connections, secrets } from './schema/wirehouse.ts'
import type { SecretBox } from './secret-box.ts'
import type { ConnectionStore, StoredConnection } from './store.ts'

/** Connections: what may be shown in one table, what may not sealed in another. */
export class Connections implements ConnectionStore {
  readonly #access: Access
  readonly #box: SecretBox

  constructor(access: Access, box: SecretBox) {
    this.#access = access
    this.#box = box
  }

  list(): readonly StoredConnection[] {
    const stored = this.#access.read
      .select()
      .from(connections)
      .orderBy(asc(connections.name), asc(connections.id))
      .all()
    return stored.map((connection) => ({ ...connection, secretsSet: this.#fieldsOf(connection.id) }))
  }

  get(id: string): StoredConnection | undefined {
    const stored = this.#access.read.select().from(connections).where(eq(connections.id, id)).get()
    return stored && { ...stored, secretsSet: this.#fieldsOf(id) }
  }

  /** Throws `SECRET_UNREADABLE` if the key that sealed them is gone. */
  secrets(id: string): Readonly<Record<string, string>> {
    const sealed = this.#access.read.select().from(secrets).where(eq(secrets.connection, id)).all()
    return Object.fromEntries(sealed.map((secret) => [secret.field, this.#open(secret)]))
  }

  async put(
    { id, type, name, config }: Omit<StoredConnection, 'secretsSet'>,
    changes: Readonly<Record<string, string | null>>,
  ): Promise<void> {
    const shown = { type, name, config }
    const { read } = this.#access
    await this.#access.write(
      read
        .insert(connections)
        .values({ id, ...shown })
        .onConflictDoUpdate({ target: connections.id, set: shown }),
      ...Object.entries(changes).map(([field, text]) => this.#change(id, field, text)),
    )
  }

  /** What adds a connection, as part of a transaction, where none stands by that id. */
  toAdd(
    { id, type, name, config }: Omit<StoredConnection, 'secretsSet'>,
    fields: Readonly<Record<string, string>>,
  ) {
    const { read } = this.#access
    const rows = Object.entries(fields).map(([field, text]) => ({
      ...{ connection: id, field },
      sealed: this.#box.seal(text, { connection: id, field }),
    }))
    return [
      read.insert(connections).values({ id, type, name, config }).onConflictDoNothing(),
      ...rows.map((row) => read.insert(secrets).values(row).onConflictDoNothing()),
    ]
  }

  async remove(id: string): Promise<boolean> {
    const { read } = this.#access
    return changesOf(await this.#access.write(read.delete(connections).where(eq(connections.id, id)))) > 0
  }

  sealed(id: string): Readonly<Record<string, string>> {
    const rows = this.#access.read.select().from(secrets).where(eq(secrets.connection, id)).all()
    return Object.fromEntries(rows.map(({ field, sealed }) => [field, sealed.toString('base64')]))
  }

  async restore(
    { id, type, name, config }: Omit<StoredConnection, 'secretsSet'>,
    sealed: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { read } = this.#access
    const rows = Object.entries(sealed).map(([field, text]) => ({
      ...{ connection: id, field },
      sealed: Buffer.from(text, 'base64'),
    }))
    await this.#access.write(
      read.delete(connections).where(eq(connections.id, id)),
      read.insert(connections).values({ id, type, name, config }),
      ...rows.map((row) => read.insert(secrets).values(row)),
    )
  }

  #fieldsOf(id: string): readonly string[] {
    const { field, connection } = secrets
    return this.#access.read
      .select({ field })
      .from(secrets)
      .where(eq(connection, id))
      .orderBy(asc(field))
      .all()
      .map((secret) => secret.field)
  }

  #change(connection: string, field: string, text: string | null) {
    const { read } = this.#access
    if (text === null)
      return read.delete(secrets).where(and(eq(secrets.connection, connection), eq(secrets.field, field)))
    const sealed = this.#box.seal(text, { connection, field })
    return read
      .insert(secrets)
      .values({ connection, field, sealed })
      .onConflictDoUpdate({ target: [secrets.connection, secrets.field], set: { sealed } })
  }

  #open({ connection, field, sealed }: typeof secrets.$inferSelect): string {
    const text = this.#box.open(sealed, { connection, field })
    if (text !== undefined) return text
    const name = this.get(connection)?.name || connection
    throw new UserError(
      409,
      'SECRET_UNREADABLE',
      `The secret "${field}" of the connection "${name}" cannot be read: it was saved with another secret.key. Put that file back into the data folder, or enter the secret again.`,
      { connection, field },
    )
  }
}
