import { blob, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Quarantine, Role } from '../store.ts'

/** Tables of `wirehouse.db`. They must equal what the migrations build; `schema.test.ts` compares them. */

export const flows = sqliteTable('flows', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  description: text('description').notNull(),
  etag: text('etag').notNull(),
  /** SHA-256 of `draft`: tells a draft from a revision without reading either. */
  hash: text('hash').notNull(),
  /** Number of the revision that runs. */
  running: integer('running'),
  updatedAt: integer('updated_at').notNull(),
  /** Whether its functions run outside of the sandbox. */
  trusted: integer('trusted', { mode: 'boolean' }).notNull(),
  /** Why it is kept from running. */
  quarantine: text('quarantine', { mode: 'json' }).$type<Quarantine>(),
  /** Last, because a long text spills into overflow pages, and reading what stands after it would walk them. */
  draft: text('draft').notNull(),
})

export const revisions = sqliteTable(
  'revisions',
  {
    flow: text('flow')
      .notNull()
      .references(() => flows.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    at: integer('at').notNull(),
    by: text('by').notNull(),
    message: text('message').notNull(),
    hash: text('hash').notNull(),
    document: text('document').notNull(),
  },
  (table) => [primaryKey({ columns: [table.flow, table.number] })],
)

export const nodeState = sqliteTable(
  'node_state',
  {
    flow: text('flow')
      .notNull()
      .references(() => flows.id, { onDelete: 'cascade' }),
    node: text('node').notNull(),
    key: text('key').notNull(),
    /** JSON. */
    value: text('value').notNull(),
  },
  (table) => [primaryKey({ columns: [table.flow, table.node, table.key] })],
)

export const connections = sqliteTable('connections', {
  id: text('id').primaryKey(),
  type: text('type').notNull(),
  name: text('name').notNull(),
  config: text('config', { mode: 'json' }).notNull().$type<Readonly<Record<string, unknown>>>(),
})

export const secrets = sqliteTable(
  'secrets',
  {
    connection: text('connection')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    field: text('field').notNull(),
    /** Written by `SecretBox`. */
    sealed: blob('sealed', { mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.connection, table.field] })],
)

export const users = sqliteTable('users', {
  name: text('name').primaryKey(),
  role: text('role').notNull().$type<Role>(),
  /** argon2id in PHC form. */
  password: text('password').notNull(),
  createdAt: integer('created_at').notNull(),
})

export const sessions = sqliteTable('sessions', {
  /** SHA-256 of the secret, in hex. */
  hash: text('hash').primaryKey(),
  user: text('user')
    .notNull()
    .references(() => users.name, { onDelete: 'cascade' }),
  createdAt: integer('created_at').notNull(),
  seenAt: integer('seen_at').notNull(),
})

export const tokens = sqliteTable('tokens', {
  id: text('id').primaryKey(),
  user: text('user')
    .notNull()
    .references(() => users.name, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  /** SHA-256 of the token, in hex. */
  hash: text('hash').notNull().unique(),
  createdAt: integer('created_at').notNull(),
})
