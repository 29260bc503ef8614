-- A database as the schema's version 2 wrote it. Never changed: such files are out there.
PRAGMA application_id = 1416586099;
BEGIN TRANSACTION;
CREATE TABLE alert (
    id INTEGER PRIMARY KEY,
    fingerprint INTEGER NOT NULL UNIQUE,
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL,
    generator_url TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    ends_by_timeout INTEGER NOT NULL CHECK (ends_by_timeout IN (0, 1)),
    ended_at TEXT,
    groups TEXT NOT NULL,
    departed_from TEXT NOT NULL
) STRICT;
INSERT INTO "alert" VALUES(1,-4616189618054758400,'{"alertname":"Disk","host":"a"}','{"summary":"full"}','http://p/','2023-11-14T22:13:20+01:00','2023-11-14T22:18:20Z','2023-11-14T22:13:20Z',0,NULL,'[1700000000000000001]','[]');
CREATE TABLE alert_group (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    labels TEXT NOT NULL,
    receiver TEXT NOT NULL,
    route TEXT NOT NULL,
    due_at TEXT NOT NULL,
    has_flushed INTEGER NOT NULL CHECK (has_flushed IN (0, 1))
) STRICT;
INSERT INTO "alert_group" VALUES(1700000000000000001,'{}:{alertname="Disk"}','{"alertname":"Disk"}','slack','{}','2023-11-14T22:18:20Z',1);
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    group_key TEXT NOT NULL,
    receiver TEXT NOT NULL,
    kind TEXT NOT NULL,
    destination INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    integration_index INTEGER NOT NULL,
    content TEXT NOT NULL,
    firing TEXT NOT NULL,
    resolved TEXT NOT NULL,
    send_resolved INTEGER NOT NULL CHECK (send_resolved IN (0, 1)),
    kept_for INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    is_told_to_wait INTEGER NOT NULL CHECK (is_told_to_wait IN (0, 1)),
    may_have_arrived INTEGER NOT NULL CHECK (may_have_arrived IN (0, 1)),
    decide_again INTEGER NOT NULL CHECK (decide_again IN (0, 1))
) STRICT;
INSERT INTO "delivery" VALUES(1700000000000000002,'{}:{alertname="Disk"}','slack','webhook',2,0,0,'{"reason":"first notification","group_labels":{"alertname":"Disk"},"route_labels":{},"alerts":[],"flushed_at":"2023-11-14T22:13:20Z"}','["00000000000000aa"]','[]',1,28800000,1,1,'2023-11-14T22:13:22Z',0,1,0);
CREATE TABLE engine (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_number INTEGER NOT NULL,
    routing INTEGER NOT NULL,
    now TEXT NOT NULL
) STRICT;
INSERT INTO "engine" VALUES(1,1700000000000000009,5,'2023-11-14T22:13:20Z');
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 alerts, groups, deliveries');
INSERT INTO "grdb_migrations" VALUES('2 silences');
CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    mark TEXT NOT NULL
) STRICT;
INSERT INTO "installation" VALUES(1,'0123456789abcdef0123456789abcdef');
CREATE TABLE silence (
    id INTEGER PRIMARY KEY,
    matcher_sets TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    comment TEXT NOT NULL,
    annotations TEXT NOT NULL
) STRICT;
INSERT INTO "silence" VALUES(1700000000000000003,'[[["alertname","=","Disk"]]]','2023-11-14T22:13:20Z','2033-11-14T22:13:20Z','2023-11-14T22:13:20Z','"ana"','"while the disk is changed"','{}');
CREATE TABLE told (
    group_key TEXT NOT NULL,
    receiver TEXT NOT NULL,
    kind TEXT NOT NULL,
    destination INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    integration_index INTEGER NOT NULL,
    send_resolved INTEGER NOT NULL CHECK (send_resolved IN (0, 1)),
    firing TEXT,
    resolved TEXT,
    flushed_at TEXT,
    may_believe TEXT NOT NULL,
    kept_for INTEGER NOT NULL,
    noted_at TEXT NOT NULL,
    PRIMARY KEY (group_key, receiver, kind, destination, ordinal),
    CHECK ((flushed_at IS NULL) = (firing IS NULL) AND (flushed_at IS NULL) = (resolved IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO "told" VALUES('{}:{alertname="Disk"}','slack','slack',1,0,0,1,'["00000000000000aa"]','[]','2023-11-14T22:13:20Z','["00000000000000aa"]',28800000,'2023-11-14T22:13:21Z');
COMMIT;
