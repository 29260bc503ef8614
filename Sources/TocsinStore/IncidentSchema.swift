extension Migrations {
    /// Times of incidents are nanoseconds since 1970, durations milliseconds, so that reports can count with them.
    /// The constraints refuse what the rules should never write.
    static let fourth = """
        ALTER TABLE engine ADD COLUMN reserved_reference INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE alert_group ADD COLUMN incident INTEGER;

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

        CREATE TABLE timeline (
            sequence INTEGER PRIMARY KEY,
            incident INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            details TEXT NOT NULL
        ) STRICT;

        CREATE INDEX timeline_incident ON timeline (incident, sequence);

        CREATE TRIGGER timeline_stays BEFORE UPDATE ON timeline
            BEGIN SELECT RAISE(ABORT, 'history does not change'); END;

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

        CREATE TABLE request (
            sender TEXT NOT NULL,
            key TEXT NOT NULL,
            content INTEGER NOT NULL,
            incident INTEGER NOT NULL,
            changed INTEGER NOT NULL CHECK (changed IN (0, 1)),
            at INTEGER NOT NULL,
            PRIMARY KEY (sender, key)
        ) STRICT, WITHOUT ROWID;
        """
}
