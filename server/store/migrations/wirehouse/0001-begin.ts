export const begin = /* sql */ `
CREATE TABLE flows (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  etag TEXT NOT NULL,
  hash TEXT NOT NULL,
  running INTEGER,
  updated_at INTEGER NOT NULL,
  draft TEXT NOT NULL
) STRICT;

CREATE TABLE revisions (
  flow TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  message TEXT NOT NULL,
  hash TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (flow, number)
) STRICT;

CREATE TABLE node_state (
  flow TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  node TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (flow, node, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE connections (
  id TEXT PRIMARY KEY NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  config TEXT NOT NULL
) STRICT;

CREATE TABLE secrets (
  connection TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  field TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (connection, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  name TEXT PRIMARY KEY NOT NULL,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY NOT NULL,
  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY NOT NULL,
  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_of_user ON tokens (user);
`
