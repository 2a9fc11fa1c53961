import { desc, eq, getTableColumns } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Access } from './access.ts'
import { houseChanges } from './schema/wirehouse.ts'
import type { HouseChange, HouseChangeStore, KeptHouseChange, NewHouseChange } from './store.ts'

/** So many stay, and so long. */
const MOST = 300
const DAYS = 30
const DAY_MS = 86_400_000

const forget = `DELETE FROM house_changes WHERE at < ?
  OR number <= (SELECT max(number) FROM house_changes) - ?`

const { before: _before, after: _after, ...shown } = getTableColumns(houseChanges)

/** What was done to connections, settings and flows as such. How it was before, secrets sealed, stays in here. */
export class HouseChanges implements HouseChangeStore {
  readonly #access: Access
  readonly #clock: Clock

  constructor(access: Access, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  list(): readonly HouseChange[] {
    const rows = this.#access.read.select(shown).from(houseChanges).orderBy(desc(houseChanges.number)).all()
    return rows.map(withoutNull)
  }

  get(number: number): KeptHouseChange | undefined {
    const row = this.#access.read.select().from(houseChanges).where(eq(houseChanges.number, number)).get()
    if (!row) return undefined
    const { before, after, ...rest } = row
    return { ...withoutNull(rest), after, ...(before !== null && { before: JSON.parse(before) as unknown }) }
  }

  async add({ before, ...change }: NewHouseChange): Promise<HouseChange> {
    const { read } = this.#access
    const at = this.#clock.now()
    const row = { ...change, at, before: before === undefined ? null : JSON.stringify(before) }
    const [added] = await this.#access.write(
      read.insert(houseChanges).values(row).returning({ number: houseChanges.number }),
      { sql: forget, params: [at - DAYS * DAY_MS, MOST] },
    )
    const number = Number(added?.rows[0]?.['number'])
    if (change.undoes !== undefined)
      await this.#access.write(
        read.update(houseChanges).set({ undoneBy: number }).where(eq(houseChanges.number, change.undoes)),
      )
    const { after: _, ...told } = change
    return { ...told, at, number }
  }
}

type Row = Omit<typeof houseChanges.$inferSelect, 'before' | 'after'>

const withoutNull = ({ undoes, undoneBy, ...row }: Row): HouseChange => ({
  ...row,
  ...(undoes !== null && { undoes }),
  ...(undoneBy !== null && { undoneBy }),
})
