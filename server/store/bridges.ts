import { asc, eq } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import { type Access, changesOf } from './access.ts'
import { mqttBridges } from './schema/wirehouse.ts'
import type { BridgeStore } from './store.ts'

/** Bridges to other brokers; what stands in one is known to who reads it. */
export class StoredBridges implements BridgeStore {
  readonly #access: Access
  readonly #clock: Clock

  constructor(access: Access, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  list() {
    return this.#access.read
      .select()
      .from(mqttBridges)
      .orderBy(asc(mqttBridges.createdAt), asc(mqttBridges.id))
      .all()
      .map(({ id, bridge }) => ({ id, bridge }))
  }

  async put(id: string, bridge: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#access.write(
      this.#access.read
        .insert(mqttBridges)
        .values({ id, bridge, createdAt: this.#clock.now() })
        .onConflictDoUpdate({ target: mqttBridges.id, set: { bridge } }),
    )
  }

  async remove(id: string): Promise<boolean> {
    const removed = this.#access.read.delete(mqttBridges).where(eq(mqttBridges.id, id))
    return changesOf(await this.#access.write(removed)) > 0
  }
}
