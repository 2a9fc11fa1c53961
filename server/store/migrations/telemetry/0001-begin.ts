export const begin = /* sql */ `
CREATE TABLE series (
  id INTEGER PRIMARY KEY NOT NULL,
  key TEXT NOT NULL UNIQUE,
  unit TEXT NOT NULL,
  count INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE samples (
  at INTEGER NOT NULL,
  series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  value REAL NOT NULL,
  PRIMARY KEY (at, series)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sample_added AFTER INSERT ON samples BEGIN
  UPDATE series SET count = count + 1, last_at = max(last_at, new.at) WHERE id = new.series;
END;

CREATE TRIGGER sample_removed AFTER DELETE ON samples BEGIN
  UPDATE series SET count = count - 1 WHERE id = old.series;
END;
`
