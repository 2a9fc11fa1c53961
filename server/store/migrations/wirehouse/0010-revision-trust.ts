/**
 * Whether the flow was trusted at each revision; nobody has noted it for the old ones. The document is last again:
 * reading what stands after it walks all its pages.
 */
export const revisionTrust = /* sql */ `
CREATE TABLE new_revisions (
  flow TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
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
INSERT INTO new_revisions (flow, number, at, by, message, hash, changes, document)
  SELECT flow, number, at, by, message, hash, changes, document FROM revisions;
DROP TABLE revisions;
ALTER TABLE new_revisions RENAME TO revisions;
`
