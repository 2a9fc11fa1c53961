import { asc, eq } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import { type Access, changesOf } from './access.ts'
import { mqttKeys } from './schema/wirehouse.ts'
import type { SecretBox, SecretPlace } from './secret-box.ts'
import type { PreSharedKey, PreSharedKeyStore } from './store.ts'

/** Keys that devices share with the house, sealed. */
export class PreSharedKeys implements PreSharedKeyStore {
  readonly #access: Access
  readonly #box: SecretBox
  readonly #clock: Clock

  constructor(access: Access, box: SecretBox, clock: Clock) {
    this.#access = access
    this.#box = box
    this.#clock = clock
  }

  list(): readonly PreSharedKey[] {
    const { identity, user, createdAt } = mqttKeys
    const { read } = this.#access
    return read.select({ identity, user, createdAt }).from(mqttKeys).orderBy(asc(identity)).all()
  }

  async add(identity: string, user: string, key: Uint8Array): Promise<boolean> {
    const sealed = this.#box.seal(Buffer.from(key).toString('hex'), placeOf(identity))
    const row = { identity, user, sealed, createdAt: this.#clock.now() }
    const { read } = this.#access
    return changesOf(await this.#access.write(read.insert(mqttKeys).values(row).onConflictDoNothing())) > 0
  }

  async remove(identity: string): Promise<string | undefined> {
    const row = this.list().find((key) => key.identity === identity)
    await this.#access.write(this.#access.read.delete(mqttKeys).where(eq(mqttKeys.identity, identity)))
    return row?.user
  }

  key(identity: string): Buffer | undefined {
    const { read } = this.#access
    const row = read.select().from(mqttKeys).where(eq(mqttKeys.identity, identity)).get()
    const text = row && this.#box.open(row.sealed, placeOf(identity))
    return text === undefined ? undefined : Buffer.from(text, 'hex')
  }
}

const placeOf = (identity: string): SecretPlace => ({ connection: 'mqtt-pre-shared-key', field: identity })
