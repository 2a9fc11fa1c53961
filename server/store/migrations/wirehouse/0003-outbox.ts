/**
 * What is to leave the house. Bodies lie apart, so that counting a try up does not write a photo anew; the
 * newest post is never removed, so that its number is not given again.
 */
export const outbox = /* sql */ `
CREATE TABLE posts (
  number INTEGER PRIMARY KEY NOT NULL,
  key TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL,
  flow TEXT NOT NULL,
  node TEXT NOT NULL,
  tells INTEGER NOT NULL,
  connection TEXT NOT NULL,
  target TEXT NOT NULL,
  title TEXT NOT NULL,
  urgency TEXT NOT NULL,
  at_most_once INTEGER NOT NULL,
  alarm TEXT,
  fold TEXT,
  count INTEGER NOT NULL,
  at INTEGER NOT NULL,
  expires_at INTEGER,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  may_be_double INTEGER NOT NULL,
  paused_until INTEGER NOT NULL,
  target_paid_at INTEGER NOT NULL,
  connection_paid_at INTEGER NOT NULL,
  done_at INTEGER,
  error TEXT,
  receipt BLOB,
  keep BLOB
) STRICT;

CREATE TABLE post_bodies (
  post INTEGER PRIMARY KEY NOT NULL REFERENCES posts (number) ON DELETE CASCADE,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE folded_posts (
  key TEXT PRIMARY KEY NOT NULL,
  digest TEXT NOT NULL,
  post INTEGER NOT NULL REFERENCES posts (number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX folded_into ON folded_posts (post);

CREATE TABLE post_answers (
  post INTEGER NOT NULL REFERENCES posts (number) ON DELETE CASCADE,
  action TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (post, action)
) STRICT, WITHOUT ROWID;

CREATE TABLE post_news (
  id INTEGER PRIMARY KEY NOT NULL,
  flow TEXT NOT NULL,
  node TEXT NOT NULL,
  alarm TEXT,
  news BLOB NOT NULL
) STRICT;

CREATE TABLE connection_values (
  connection TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (connection, key)
) STRICT, WITHOUT ROWID;
`
