import { eq } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Access } from './access.ts'
import { isMosquittoHash } from './mosquitto-hash.ts'
import { hashPassword } from './passwords.ts'
import { houseSettings, mqttRules, users } from './schema/wirehouse.ts'
import type { TakenOver, TakeoverStore } from './store.ts'

/** Writes what comes from another broker, in one transaction. */
export class Takeovers implements TakeoverStore {
  readonly #access: Access
  readonly #clock: Clock

  constructor(access: Access, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  async apply({ accounts, rules, removedRules, settings }: TakenOver): Promise<void> {
    const createdAt = this.#clock.now()
    const { read } = this.#access
    const rows: (typeof users.$inferInsert)[] = []
    for (const { user, secret } of accounts) rows.push({ ...user, password: await hashOf(secret), createdAt })
    await this.#access.write(
      ...rows.map((row) => read.insert(users).values(row).onConflictDoNothing()),
      ...removedRules.map((id) => read.delete(mqttRules).where(eq(mqttRules.id, id))),
      ...rules.map((rule) => read.insert(mqttRules).values({ ...rule, createdAt })),
      ...Object.entries(settings).map(([key, value]) =>
        read
          .insert(houseSettings)
          .values({ key, value })
          .onConflictDoUpdate({ target: houseSettings.key, set: { value } }),
      ),
    )
  }
}

async function hashOf(secret: TakenOver['accounts'][number]['secret']): Promise<string> {
  if ('password' in secret) return await hashPassword(secret.password)
  if (!isMosquittoHash(secret.hash)) throw new TypeError('a password file of Mosquitto holds no such hash')
  return secret.hash
}
