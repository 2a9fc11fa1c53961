/**
 * What the owner sets, who may do what by MQTT, and bridges to other brokers. The rules that a house
 * begins with allow what was allowed before there were any.
 */
export const mqtt = /* sql */ `
CREATE TABLE house_settings (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE mqtt_rules (
  id TEXT PRIMARY KEY NOT NULL,
  subject TEXT NOT NULL,
  actions TEXT NOT NULL,
  filter TEXT NOT NULL,
  effect TEXT NOT NULL,
  max_qos INTEGER NOT NULL,
  retain INTEGER NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO mqtt_rules VALUES
  ('owners', '{"kind":"role","name":"owner"}', '["publish","subscribe","receive"]', '#', 'allow', 2, 1, '', 0),
  ('owners-statistics', '{"kind":"role","name":"owner"}', '["subscribe","receive"]', '$SYS/#', 'allow', 2, 1, '', 0),
  ('editors', '{"kind":"role","name":"editor"}', '["publish","subscribe","receive"]', '#', 'allow', 2, 1, '', 0),
  ('viewers', '{"kind":"role","name":"viewer"}', '["subscribe","receive"]', '#', 'allow', 2, 1, '', 0),
  ('devices', '{"kind":"role","name":"device"}', '["publish","subscribe","receive"]', '#', 'allow', 2, 1, '', 0),
  ('this-machine', '{"kind":"anonymous"}', '["publish","subscribe","receive"]', '#', 'allow', 2, 1, '', 0),
  ('bridge-states', '{"kind":"everyone"}', '["publish"]', '$SYS/broker/connection/+/state', 'allow', 2, 1, '', 0);

CREATE TABLE mqtt_clients (
  client_id TEXT PRIMARY KEY NOT NULL,
  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  since INTEGER NOT NULL
) STRICT;
CREATE INDEX mqtt_clients_of_user ON mqtt_clients (user);

CREATE TABLE mqtt_keys (
  identity TEXT PRIMARY KEY NOT NULL,
  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mqtt_keys_of_user ON mqtt_keys (user);

CREATE TABLE mqtt_certificates (
  serial TEXT PRIMARY KEY NOT NULL,
  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL
) STRICT;
CREATE INDEX mqtt_certificates_of_user ON mqtt_certificates (user);

CREATE TABLE mqtt_bridges (
  id TEXT PRIMARY KEY NOT NULL,
  bridge TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE http_publishes (
  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user, key)
) STRICT;
CREATE INDEX http_publishes_by_age ON http_publishes (at);
`
