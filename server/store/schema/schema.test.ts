import Database from 'better-sqlite3'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, test } from 'vitest'
import { type DatabaseName, migrations } from '../migrations/migrations.ts'
import * as telemetry from './telemetry.ts'
import * as wirehouse from './wirehouse.ts'

const schemas: Readonly<Record<DatabaseName, object>> = { wirehouse, telemetry }

interface ColumnInfo {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly pk: number
}

/** What a table is, as SQLite tells it. */
function migratedTables(name: DatabaseName): Record<string, unknown> {
  const database = new Database(':memory:')
  for (const migration of migrations[name]) database.exec(migration)
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all()
  return Object.fromEntries(
    (names as string[]).map((table) => {
      const columns = database.pragma(`table_info(${table})`) as ColumnInfo[]
      const keys = database.pragma(`foreign_key_list(${table})`) as Record<string, string>[]
      return [
        table,
        {
          columns: columns.map(({ name, type, notnull }) => ({
            name,
            type: type.toLowerCase(),
            notNull: notnull === 1,
          })),
          primaryKey: columns
            .filter(({ pk }) => pk > 0)
            .sort((a, b) => a.pk - b.pk)
            .map(({ name }) => name),
          references: keys
            .map((key) => `${key['from']} ${key['table']}.${key['to']} ${key['on_delete']?.toLowerCase()}`)
            .sort(),
          unique: uniqueColumns(database, table),
        },
      ]
    }),
  )
}

function uniqueColumns(database: Database.Database, table: string): string[] {
  const indexes = database.pragma(`index_list(${table})`) as { name: string; origin: string }[]
  return indexes
    .filter(({ origin }) => origin === 'u')
    .flatMap(({ name }) =>
      (database.pragma(`index_info(${name})`) as { name: string }[]).map((column) => column.name),
    )
    .sort()
}

/** The same, as drizzle tells it. */
function drizzleTables(schema: object): Record<string, unknown> {
  const tables = Object.values(schema).filter((value): value is SQLiteTable => is(value, SQLiteTable))
  return Object.fromEntries(
    tables.map((table) => {
      const { name, columns, primaryKeys, foreignKeys, uniqueConstraints } = getTableConfig(table)
      const keyed = primaryKeys.flatMap((key) => key.columns)
      return [
        name,
        {
          columns: columns.map((column) => ({
            name: column.name,
            type: column.getSQLType(),
            notNull: column.notNull || column.primary,
          })),
          primaryKey: [...keyed, ...columns.filter((column) => column.primary)].map((column) => column.name),
          references: foreignKeys
            .map((key) => {
              const { columns, foreignTable, foreignColumns } = key.reference()
              return `${columns[0]?.name} ${getTableConfig(foreignTable).name}.${foreignColumns[0]?.name} ${key.onDelete}`
            })
            .sort(),
          unique: [
            ...columns.filter((column) => column.isUnique),
            ...uniqueConstraints.flatMap((together) => together.columns),
          ]
            .map((column) => column.name)
            .sort(),
        },
      ]
    }),
  )
}

describe.each(Object.entries(schemas) as [DatabaseName, object][])('%s', (name, schema) => {
  test('what the migrations build is what drizzle believes', () => {
    expect(migratedTables(name)).toEqual(drizzleTables(schema))
  })

  test('every table checks the types of its values', () => {
    for (const migration of migrations[name])
      expect(migration.match(/CREATE TABLE/g)?.length).toBe(migration.match(/\) STRICT/g)?.length)
  })
})
