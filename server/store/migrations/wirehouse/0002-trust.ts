/**
 * Whether a flow is trusted, and why it is kept from running. What stands was drawn by the owner, or
 * taken in when nothing was kept apart: it is trusted. The table is built anew, so that `draft` stays last.
 */
export const trust = /* sql */ `
CREATE TABLE flows_with_trust (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  etag TEXT NOT NULL,
  hash TEXT NOT NULL,
  running INTEGER,
  updated_at INTEGER NOT NULL,
  trusted INTEGER NOT NULL,
  quarantine TEXT,
  draft TEXT NOT NULL
) STRICT;
INSERT INTO flows_with_trust
  SELECT id, name, description, etag, hash, running, updated_at, 1, NULL, draft FROM flows;
DROP TABLE flows;
ALTER TABLE flows_with_trust RENAME TO flows;
`
