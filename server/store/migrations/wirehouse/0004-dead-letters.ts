/** Messages that their flows could not handle, and what each flow wants done with them. */
export const deadLetters = /* sql */ `
CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  flow TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  node TEXT NOT NULL,
  port TEXT,
  message TEXT NOT NULL,
  topic TEXT,
  preview TEXT NOT NULL,
  error TEXT NOT NULL,
  path TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  at INTEGER NOT NULL,
  tried_at INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (flow, node, message)
) STRICT;
CREATE TABLE dead_letter_rules (
  flow TEXT PRIMARY KEY NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  rule TEXT NOT NULL
) STRICT;
`
