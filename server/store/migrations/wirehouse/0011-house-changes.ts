/** What was done to the house besides the drafts, so that it can be undone, and flows that were deleted lately. */
export const houseChanges = /* sql */ `
CREATE TABLE house_changes (
  number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  what TEXT NOT NULL,
  undoes INTEGER,
  undone_by INTEGER,
  before TEXT,
  after TEXT NOT NULL
) STRICT;

CREATE TABLE removed_flows (
  id TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  etag TEXT NOT NULL,
  hash TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  trusted INTEGER NOT NULL,
  draft TEXT NOT NULL
) STRICT;

CREATE TABLE removed_revisions (
  flow TEXT NOT NULL REFERENCES removed_flows (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  message TEXT NOT NULL,
  hash TEXT NOT NULL,
  changes INTEGER,
  trusted INTEGER,
  document TEXT NOT NULL,
  PRIMARY KEY (flow, number)
) STRICT;
`
