import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Tables of `telemetry.db`. They must equal what the migrations build; `schema.test.ts` compares them. */

export const series = sqliteTable('series', {
  id: integer('id').primaryKey(),
  key: text('key').notNull().unique(),
  unit: text('unit').notNull(),
  /** Kept by triggers, for counting millions of rows takes seconds. */
  count: integer('count').notNull().default(0),
  lastAt: integer('last_at').notNull().default(0),
})

/**
 * Time first: what arrives together lies together, so a batch touches few pages. Series first would
 * cost an SD card twelve times the bytes (facts/devices.md, 6.2).
 */
export const samples = sqliteTable(
  'samples',
  {
    at: integer('at').notNull(),
    series: integer('series')
      .notNull()
      .references(() => series.id, { onDelete: 'cascade' }),
    value: real('value').notNull(),
  },
  (table) => [primaryKey({ columns: [table.at, table.series] })],
)
