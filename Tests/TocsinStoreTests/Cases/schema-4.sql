-- A database as the schema's version 4 wrote it. Never changed: such files are out there.
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
, incident INTEGER) STRICT;
INSERT INTO "alert_group" VALUES(1700000000000000001,'{}:{alertname="Disk"}','{"alertname":"Disk"}','slack','{}','2023-11-14T22:18:20Z',1,NULL);
CREATE TABLE dead_letter (
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
    decide_again INTEGER NOT NULL CHECK (decide_again IN (0, 1)),
    reason TEXT NOT NULL,
    died_at INTEGER NOT NULL
) STRICT;
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
, reserved_reference INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "engine" VALUES(1,1700000000000000009,5,'2023-11-14T22:13:20Z',0);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 alerts, groups, deliveries');
INSERT INTO "grdb_migrations" VALUES('2 silences');
INSERT INTO "grdb_migrations" VALUES('3 taken over from Alertmanager');
INSERT INTO "grdb_migrations" VALUES('4 incidents');
CREATE TABLE incident (
    id INTEGER PRIMARY KEY,
    reference INTEGER NOT NULL UNIQUE,
    title TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('triggered', 'acknowledged', 'resolved')),
    version INTEGER NOT NULL CHECK (version > 0),
    created_at INTEGER NOT NULL,
    priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 4),
    is_pinned INTEGER NOT NULL CHECK (is_pinned IN (0, 1)),
    severity TEXT NOT NULL,
    labels TEXT NOT NULL,
    correlation TEXT NOT NULL,
    receiver TEXT NOT NULL,
    triggered_at INTEGER NOT NULL,
    first_triggered_at INTEGER NOT NULL,
    spell INTEGER NOT NULL CHECK (spell > 0),
    occurrence INTEGER NOT NULL CHECK (occurrence > 0),
    respond_by INTEGER NOT NULL,
    due_soon_at INTEGER,
    first_responded_at INTEGER,
    breached_at INTEGER,
    is_breached INTEGER NOT NULL CHECK (is_breached IN (0, 1)),
    ack_kind TEXT CHECK (ack_kind IN ('ack', 'snooze')),
    acknowledged_at INTEGER,
    acknowledged_by TEXT,
    ack_expires_at INTEGER,
    ack_remind_at INTEGER,
    also_acknowledged_by TEXT,
    resolved_at INTEGER,
    resolved_by TEXT,
    resolve_reason TEXT
        CHECK (resolve_reason IN ('alerts', 'manual', 'pagerduty', 'slack', 'stale', 'merged')),
    still_firing TEXT,
    held_until INTEGER,
    policy TEXT,
    escalation_state TEXT NOT NULL
        CHECK (escalation_state IN ('none', 'active', 'paused', 'exhausted', 'stopped')),
    escalation_level INTEGER NOT NULL,
    escalation_round INTEGER NOT NULL,
    next_escalation_at INTEGER,
    escalation_remaining INTEGER,
    check_pages_at INTEGER,
    has_fallen_back INTEGER NOT NULL CHECK (has_fallen_back IN (0, 1)),
    assignees TEXT NOT NULL,
    suppressed_by TEXT,
    suppressed_since INTEGER,
    returns TEXT NOT NULL,
    hold_until INTEGER,
    groups TEXT NOT NULL,
    previous INTEGER,
    merged_into INTEGER,
    is_storm INTEGER NOT NULL CHECK (is_storm IN (0, 1)),
    last_news_at INTEGER NOT NULL,
    CHECK (status <> 'acknowledged' OR acknowledged_at IS NOT NULL),
    CHECK (status <> 'triggered' OR acknowledged_at IS NULL),
    CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
    CHECK (status <> 'resolved' OR (next_escalation_at IS NULL AND ack_expires_at IS NULL)),
    CHECK (merged_into IS NULL OR status = 'resolved'),
    CHECK ((escalation_state = 'active') = (next_escalation_at IS NOT NULL)),
    CHECK ((suppressed_by IS NULL) = (suppressed_since IS NULL))
) STRICT;
INSERT INTO "incident" VALUES(1700000000000000004,1,'"Disk"','triggered',1,1700000000000000000,1,0,'"critical"','{"alertname":"Disk"}','"Disk"','"slack"',1700000000000000000,1700000000000000000,1,1,1700000900000000000,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,1,NULL,NULL,NULL,0,'[]',NULL,NULL,'[]',NULL,'[]',NULL,NULL,0,1700000000000000000);
CREATE TABLE inherited (
    group_key TEXT NOT NULL,
    receiver TEXT NOT NULL,
    kind TEXT NOT NULL,
    integration_index INTEGER NOT NULL,
    firing TEXT NOT NULL,
    told_at TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (group_key, receiver, kind, integration_index)
) STRICT, WITHOUT ROWID;
INSERT INTO "inherited" VALUES('{}:{alertname="Old"}','slack','slack',0,'["00000000000000bb"]','2023-11-14T22:13:20Z','2023-11-14T22:13:20Z','2023-11-19T22:13:20Z');
CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    mark TEXT NOT NULL
) STRICT;
INSERT INTO "installation" VALUES(1,'0123456789abcdef0123456789abcdef');
CREATE TABLE request (
    sender TEXT NOT NULL,
    key TEXT NOT NULL,
    content INTEGER NOT NULL,
    incident INTEGER NOT NULL,
    changed INTEGER NOT NULL CHECK (changed IN (0, 1)),
    at INTEGER NOT NULL,
    PRIMARY KEY (sender, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE silence (
    id INTEGER PRIMARY KEY,
    matcher_sets TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    comment TEXT NOT NULL,
    annotations TEXT NOT NULL
, foreign_name TEXT) STRICT;
INSERT INTO "silence" VALUES(1700000000000000003,'[[["alertname","=","Disk"]]]','2023-11-14T22:13:20Z','2033-11-14T22:13:20Z','2023-11-14T22:13:20Z','"ana"','"while the disk is changed"','{}',NULL);
CREATE TABLE timeline (
    sequence INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;
INSERT INTO "timeline" VALUES(1,1700000000000000004,1700000000000000000,'triggered','{"kind":"system","name":"tocsin","via":"alerts"}','{}');
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
CREATE UNIQUE INDEX incident_open ON incident (correlation) WHERE status <> 'resolved';
CREATE INDEX incident_triggered ON incident (triggered_at, id);
CREATE INDEX incident_resolved ON incident (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE TRIGGER incident_merged_stays BEFORE UPDATE ON incident
    WHEN OLD.merged_into IS NOT NULL AND NEW.merged_into IS NULL
    BEGIN SELECT RAISE(ABORT, 'a merged incident cannot come back'); END;
CREATE TRIGGER incident_version_grows BEFORE UPDATE ON incident
    WHEN NEW.version < OLD.version
        OR (OLD.status = 'resolved' AND NEW.status <> 'resolved' AND NEW.version = OLD.version)
    BEGIN SELECT RAISE(ABORT, 'an incident cannot go back to an earlier version'); END;
CREATE INDEX timeline_incident ON timeline (incident, sequence);
CREATE TRIGGER timeline_stays BEFORE UPDATE ON timeline
    BEGIN SELECT RAISE(ABORT, 'history does not change'); END;
COMMIT;
