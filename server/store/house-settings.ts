import { eq } from 'drizzle-orm'
import type * as z from 'zod'
import type { Access } from './access.ts'
import { houseSettings } from './schema/wirehouse.ts'
import type { HouseSettings } from './store.ts'

/** What the owner sets in the editor: one JSON value for each key, in the form of its schema. */
export class StoredSettings implements HouseSettings {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  read<Schema extends z.ZodType>(key: string, schema: Schema): z.output<Schema> {
    const row = this.#access.read.select().from(houseSettings).where(eq(houseSettings.key, key)).get()
    return schema.parse(row?.value ?? {})
  }

  async write(key: string, value: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#access.write(
      this.#access.read
        .insert(houseSettings)
        .values({ key, value })
        .onConflictDoUpdate({ target: houseSettings.key, set: { value } }),
    )
  }
}
