/** Browsers that show notifications, and the keys by which they know the house. */
export const browsers = /* sql */ `
CREATE TABLE house_keys (
  id TEXT PRIMARY KEY NOT NULL,
  public_key TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE browsers (
  id TEXT PRIMARY KEY NOT NULL,
  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  endpoint TEXT NOT NULL,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX browsers_of_user ON browsers (user);
`
