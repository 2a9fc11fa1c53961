/** What was done to the drafts: for undo, and for editors that were away for a while. */
export const flowChanges = /* sql */ `
CREATE TABLE flow_changes (
  flow TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  id TEXT NOT NULL,
  step TEXT NOT NULL,
  undoes TEXT,
  imported INTEGER NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  code TEXT NOT NULL,
  count INTEGER NOT NULL,
  etag TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  operations TEXT NOT NULL,
  inverse TEXT NOT NULL,
  PRIMARY KEY (flow, seq),
  UNIQUE (flow, id)
) STRICT;
CREATE INDEX flow_changes_by_age ON flow_changes (at);
`
