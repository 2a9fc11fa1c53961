import { blob, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { StepCode } from '#flows/operations/change.ts'
import type { QoS } from '#kit/mqtt.ts'
import type { Alarm, AlarmNews, Urgency } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { AccessAction, AccessRule, RuleSubject } from '#server/access/access-control.ts'
import type { DeadLetterRule, HouseChange, PathStep, PostState, Quarantine, Role } from '../store.ts'

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
    changes: integer('changes'),
    trusted: integer('trusted', { mode: 'boolean' }),
    document: text('document').notNull(),
  },
  (table) => [primaryKey({ columns: [table.flow, table.number] })],
)

/** What was done to the drafts, in the order in which it was taken. */
export const flowChanges = sqliteTable(
  'flow_changes',
  {
    flow: text('flow')
      .notNull()
      .references(() => flows.id, { onDelete: 'cascade' }),
    seq: integer('seq').notNull(),
    /** Chosen by the editor, so that what is sent again is known. */
    id: text('id').notNull(),
    step: text('step').notNull(),
    undoes: text('undoes'),
    imported: integer('imported', { mode: 'boolean' }).notNull(),
    by: text('by').notNull(),
    at: integer('at').notNull(),
    code: text('code').notNull().$type<StepCode>(),
    count: integer('count').notNull(),
    /** Of the draft from then on. */
    etag: text('etag').notNull(),
    /** Of the two that follow, which are JSON. */
    bytes: integer('bytes').notNull(),
    operations: text('operations').notNull(),
    inverse: text('inverse').notNull(),
  },
  (table) => [primaryKey({ columns: [table.flow, table.seq] }), unique().on(table.flow, table.id)],
)

/** What was done to the house besides the drafts. */
export const houseChanges = sqliteTable('house_changes', {
  number: integer('number').primaryKey({ autoIncrement: true }),
  at: integer('at').notNull(),
  by: text('by').notNull(),
  kind: text('kind').notNull().$type<HouseChange['kind']>(),
  id: text('id').notNull(),
  name: text('name').notNull(),
  what: text('what').notNull().$type<HouseChange['what']>(),
  undoes: integer('undoes'),
  undoneBy: integer('undone_by'),
  /** How the thing was, as JSON; secrets in it are sealed. None if it was not there. */
  before: text('before'),
  /** A digest of how it was after that. */
  after: text('after').notNull(),
})

/** Flows that were deleted lately. */
export const removedFlows = sqliteTable('removed_flows', {
  id: text('id').primaryKey(),
  at: integer('at').notNull(),
  name: text('name').notNull(),
  description: text('description').notNull(),
  etag: text('etag').notNull(),
  hash: text('hash').notNull(),
  updatedAt: integer('updated_at').notNull(),
  trusted: integer('trusted', { mode: 'boolean' }).notNull(),
  draft: text('draft').notNull(),
})

export const removedRevisions = sqliteTable(
  'removed_revisions',
  {
    flow: text('flow')
      .notNull()
      .references(() => removedFlows.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    at: integer('at').notNull(),
    by: text('by').notNull(),
    message: text('message').notNull(),
    hash: text('hash').notNull(),
    changes: integer('changes'),
    trusted: integer('trusted', { mode: 'boolean' }),
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

/** Pairs of keys by which others know this house. */
export const houseKeys = sqliteTable('house_keys', {
  id: text('id').primaryKey(),
  publicKey: text('public_key').notNull(),
  /** The private one, written by `SecretBox`. */
  sealed: blob('sealed', { mode: 'buffer' }).notNull(),
})

/** Browsers that show notifications. */
export const browsers = sqliteTable('browsers', {
  id: text('id').primaryKey(),
  user: text('user')
    .notNull()
    .references(() => users.name, { onDelete: 'cascade' }),
  endpoint: text('endpoint').notNull(),
  p256dh: text('p256dh').notNull(),
  auth: text('auth').notNull(),
  createdAt: integer('created_at').notNull(),
})

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

export const posts = sqliteTable('posts', {
  /** Rises with each post of the house. */
  number: integer('number').primaryKey(),
  /** Flow, node, message and how-manieth of that: the same again when the message runs again. */
  key: text('key').notNull().unique(),
  /** Of target and body: what has the same key and another content is another post. */
  digest: text('digest').notNull(),
  flow: text('flow').notNull(),
  node: text('node').notNull(),
  /** Whether the node still is: news of what a deleted flow has posted are for nobody. */
  tells: integer('tells', { mode: 'boolean' }).notNull(),
  connection: text('connection').notNull(),
  target: text('target').notNull(),
  title: text('title').notNull(),
  urgency: text('urgency').notNull().$type<Urgency>(),
  atMostOnce: integer('at_most_once', { mode: 'boolean' }).notNull(),
  alarm: text('alarm'),
  fold: text('fold'),
  count: integer('count').notNull(),
  at: integer('at').notNull(),
  expiresAt: integer('expires_at'),
  state: text('state').notNull().$type<PostState>(),
  attempts: integer('attempts').notNull(),
  mayBeDouble: integer('may_be_double', { mode: 'boolean' }).notNull(),
  /** The other end has asked for silence to this target until then. */
  pausedUntil: integer('paused_until').notNull(),
  /** How far the last try has used up the pace of its target and of its connection; see `Rate`. */
  targetPaidAt: integer('target_paid_at').notNull(),
  connectionPaidAt: integer('connection_paid_at').notNull(),
  doneAt: integer('done_at'),
  error: text('error', { mode: 'json' }).$type<Sentence>(),
  /** These two by `v8.serialize`. */
  receipt: blob('receipt', { mode: 'buffer' }),
  keep: blob('keep', { mode: 'buffer' }),
})

/** What is to be sent, by `v8.serialize`, until it has been. */
export const postBodies = sqliteTable('post_bodies', {
  post: integer('post')
    .primaryKey()
    .references(() => posts.number, { onDelete: 'cascade' }),
  body: blob('body', { mode: 'buffer' }).notNull(),
})

/** Keys of posts that have become part of another. */
export const foldedPosts = sqliteTable('folded_posts', {
  key: text('key').primaryKey(),
  digest: text('digest').notNull(),
  post: integer('post')
    .notNull()
    .references(() => posts.number, { onDelete: 'cascade' }),
})

/** What people did with a post, and who was first. */
export const postAnswers = sqliteTable(
  'post_answers',
  {
    post: integer('post')
      .notNull()
      .references(() => posts.number, { onDelete: 'cascade' }),
    action: text('action').notNull(),
    by: text('by').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.post, table.action] })],
)

/** What a node, or an alarm, has not been told yet. */
export const postNews = sqliteTable('post_news', {
  id: integer('id').primaryKey(),
  flow: text('flow').notNull(),
  node: text('node').notNull(),
  /** The alarm that is told, in place of the node. */
  alarm: text('alarm'),
  /** By `v8.serialize`. */
  news: blob('news', { mode: 'buffer' }).notNull(),
})

/** What connections remember. */
export const connectionValues = sqliteTable(
  'connection_values',
  {
    connection: text('connection').notNull(),
    key: text('key').notNull(),
    /** JSON. */
    value: text('value').notNull(),
  },
  (table) => [primaryKey({ columns: [table.connection, table.key] })],
)
export const alarms = sqliteTable('alarms', {
  id: text('id').primaryKey(),
  flow: text('flow')
    .notNull()
    .references(() => flows.id, { onDelete: 'cascade' }),
  node: text('node').notNull(),
  key: text('key').notNull(),
  title: text('title').notNull(),
  state: text('state').notNull().$type<Alarm['state']>(),
  since: integer('since').notNull(),
  lastAt: integer('last_at').notNull(),
  count: integer('count').notNull(),
  step: integer('step').notNull(),
  stepsAtMs: text('steps_at', { mode: 'json' }).notNull().$type<readonly number[]>(),
  stepsFrom: integer('steps_from').notNull(),
  told: integer('told').notNull(),
  toldAt: integer('told_at'),
  repeatAfterMs: integer('repeat_after'),
  closeAfterMs: integer('close_after'),
  acknowledgedBy: text('acknowledged_by'),
  acknowledgedAt: integer('acknowledged_at'),
  quietBy: text('quiet_by'),
  quietUntil: integer('quiet_until'),
  closedBy: text('closed_by'),
  closedAt: integer('closed_at'),
  dueAt: integer('due_at'),
  /** Of v8's serializer. None once the alarm is closed and its node knows. Last, because it may be long. */
  message: blob('message', { mode: 'buffer' }),
})

/** What nodes are still to be told. */
export const alarmNews = sqliteTable(
  'alarm_news',
  {
    alarm: text('alarm')
      .notNull()
      .references(() => alarms.id, { onDelete: 'cascade' }),
    /** Counts up within the alarm. */
    number: integer('number').notNull(),
    event: text('event').notNull().$type<AlarmNews['event']>(),
    step: integer('step').notNull(),
  },
  (table) => [primaryKey({ columns: [table.alarm, table.number] })],
)

/** The newest messages that have raised alarms, so that one that runs again does not raise one twice. */
export const alarmCauses = sqliteTable('alarm_causes', {
  number: integer('number').primaryKey(),
  message: text('message').notNull(),
  flow: text('flow').notNull(),
  node: text('node').notNull(),
  alarm: text('alarm').notNull(),
})

export const deadLetters = sqliteTable(
  'dead_letters',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    flow: text('flow')
      .notNull()
      .references(() => flows.id, { onDelete: 'cascade' }),
    /** Where the message enters the flow again … */
    node: text('node').notNull(),
    /** … and by which port it leaves this node; without one, it is a packet that the node takes in. */
    port: text('port'),
    /** The message's id: each has one letter at a node. */
    message: text('message').notNull(),
    topic: text('topic'),
    preview: text('preview').notNull(),
    error: text('error', { mode: 'json' }).notNull().$type<Sentence>(),
    path: text('path', { mode: 'json' }).notNull().$type<readonly PathStep[]>(),
    attempts: integer('attempts').notNull(),
    at: integer('at').notNull(),
    triedAt: integer('tried_at').notNull(),
    bytes: integer('bytes').notNull(),
    /** The message or packet, as `v8.serialize` writes it. Last, for it may be long. */
    content: blob('content', { mode: 'buffer' }).notNull(),
  },
  (table) => [unique().on(table.flow, table.node, table.message)],
)

export const deadLetterRules = sqliteTable('dead_letter_rules', {
  flow: text('flow')
    .primaryKey()
    .references(() => flows.id, { onDelete: 'cascade' }),
  rule: text('rule').notNull().$type<DeadLetterRule>(),
})

/** What the owner sets in the editor, as JSON. */
export const houseSettings = sqliteTable('house_settings', {
  key: text('key').primaryKey(),
  value: text('value', { mode: 'json' }).notNull().$type<Readonly<Record<string, unknown>>>(),
})

export const mqttRules = sqliteTable('mqtt_rules', {
  id: text('id').primaryKey(),
  subject: text('subject', { mode: 'json' }).notNull().$type<RuleSubject>(),
  actions: text('actions', { mode: 'json' }).notNull().$type<readonly AccessAction[]>(),
  filter: text('filter').notNull(),
  effect: text('effect').notNull().$type<AccessRule['effect']>(),
  maxQoS: integer('max_qos').notNull().$type<QoS>(),
  retain: integer('retain', { mode: 'boolean' }).notNull(),
  note: text('note').notNull(),
  createdAt: integer('created_at').notNull(),
})

/** Whose a client id is: who used it first. */
export const mqttClients = sqliteTable('mqtt_clients', {
  clientId: text('client_id').primaryKey(),
  user: text('user')
    .notNull()
    .references(() => users.name, { onDelete: 'cascade' }),
  since: integer('since').notNull(),
})

/** Pre-shared keys for TLS. */
export const mqttKeys = sqliteTable('mqtt_keys', {
  identity: text('identity').primaryKey(),
  user: text('user')
    .notNull()
    .references(() => users.name, { onDelete: 'cascade' }),
  sealed: blob('sealed', { mode: 'buffer' }).notNull(),
  createdAt: integer('created_at').notNull(),
})

/** Certificates of devices that the house has made and not taken back. */
export const mqttCertificates = sqliteTable('mqtt_certificates', {
  serial: text('serial').primaryKey(),
  user: text('user')
    .notNull()
    .references(() => users.name, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  createdAt: integer('created_at').notNull(),
  validUntil: integer('valid_until').notNull(),
})

export const mqttBridges = sqliteTable('mqtt_bridges', {
  id: text('id').primaryKey(),
  bridge: text('bridge', { mode: 'json' }).notNull().$type<Readonly<Record<string, unknown>>>(),
  createdAt: integer('created_at').notNull(),
})

/** Requests over HTTP that named a key of their own: sent again, they are answered and not published again. */
export const httpPublishes = sqliteTable(
  'http_publishes',
  {
    user: text('user')
      .notNull()
      .references(() => users.name, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    digest: text('digest').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.user, table.key] })],
)
