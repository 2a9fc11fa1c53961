/** Alarms, what their nodes are still to be told of them, and which messages have raised them. */
export const alarms = /* sql */ `
CREATE TABLE alarms (
  id TEXT PRIMARY KEY NOT NULL,
  flow TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  node TEXT NOT NULL,
  key TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  step INTEGER NOT NULL,
  steps_at TEXT NOT NULL,
  steps_from INTEGER NOT NULL,
  told INTEGER NOT NULL,
  told_at INTEGER,
  repeat_after INTEGER,
  close_after INTEGER,
  acknowledged_by TEXT,
  acknowledged_at INTEGER,
  quiet_by TEXT,
  quiet_until INTEGER,
  closed_by TEXT,
  closed_at INTEGER,
  due_at INTEGER,
  message BLOB
) STRICT;
CREATE UNIQUE INDEX standing_alarms ON alarms (flow, node, key) WHERE state <> 'closed';
CREATE INDEX alarms_by_state ON alarms (state, last_at);
CREATE INDEX due_alarms ON alarms (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE alarm_news (
  alarm TEXT NOT NULL REFERENCES alarms (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  event TEXT NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (alarm, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm_causes (
  number INTEGER PRIMARY KEY NOT NULL,
  message TEXT NOT NULL,
  flow TEXT NOT NULL,
  node TEXT NOT NULL,
  alarm TEXT NOT NULL
) STRICT;
CREATE INDEX alarm_causes_by_message ON alarm_causes (message);
`
