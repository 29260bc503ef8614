import GRDB
import TocsinCore
import TocsinModel

/// Rows of incidents into statements.
extension RowWriter {
    private static let columns = [
        "id", "reference", "title", "status", "version", "created_at", "priority", "is_pinned", "severity", "labels",
        "correlation", "receiver", "triggered_at", "first_triggered_at", "spell", "occurrence", "respond_by",
        "due_soon_at", "first_responded_at", "breached_at", "is_breached", "ack_kind", "acknowledged_at",
        "acknowledged_by", "ack_expires_at", "ack_remind_at", "also_acknowledged_by", "resolved_at", "resolved_by",
        "resolve_reason", "still_firing", "held_until", "policy", "escalation_state", "escalation_level",
        "escalation_round", "next_escalation_at", "escalation_remaining", "check_pages_at", "has_fallen_back",
        "assignees", "suppressed_by", "suppressed_since", "returns", "hold_until", "groups", "previous",
        "merged_into", "is_storm", "last_news_at",
    ]

    /// One row changes in place: `REPLACE` would drop another open incident about the same instead of refusing.
    private static let upsert = """
        INSERT INTO incident (\(columns.joined(separator: ", ")))
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT (id) DO UPDATE SET
            \(columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
        """

    func write(_ incident: Incident) throws {
        try self.run(RowWriter.upsert) {
            $0.bindBeginning(of: incident)
            $0.bindAnswers(to: incident)
            $0.bindRest(of: incident)
        }
    }

    func write(_ entry: TimelineEntry) throws {
        try self.run(
            "INSERT OR IGNORE INTO timeline (sequence, incident, at, kind, actor, details) VALUES (?, ?, ?, ?, ?, ?)"
        ) {
            $0.bind(entry.sequence)
            $0.bind(entry.incident.number)
            $0.bindNumber(entry.at)
            $0.bind(entry.kind.rawValue)
            $0.bind(IncidentText.actor(entry.actor))
            $0.bind(RowText.labels(entry.details))
        }
    }

    func write(_ letter: DeadLetter) throws {
        try self.run(
            """
            INSERT OR REPLACE INTO dead_letter (id, group_key, receiver, kind, destination, ordinal,
                integration_index, content, firing, resolved, send_resolved, kept_for, attempts, failures,
                next_attempt_at, is_told_to_wait, may_have_arrived, decide_again, reason, died_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.bind(letter.delivery)
            $0.bind(RowText.text(letter.reason))
            $0.bindNumber(letter.at)
        }
    }

    func write(_ request: PastRequest, under key: RequestKey) throws {
        try self.run(
            "INSERT OR REPLACE INTO request (sender, key, content, incident, changed, at) VALUES (?, ?, ?, ?, ?, ?)"
        ) {
            $0.bind(RowText.text(key.sender))
            $0.bind(RowText.text(key.key))
            $0.bind(Int64(bitPattern: request.content))
            $0.bind(request.answer.incident.number)
            $0.bind(request.answer.changed)
            $0.bindNumber(request.at)
        }
    }

    /// Incidents that ended before then, with their histories. What is open is never forgotten.
    func forgetIncidents(before: Timestamp) throws {
        let old = "SELECT id FROM incident WHERE resolved_at < ?"
        try self.run("DELETE FROM timeline WHERE incident IN (\(old))") { $0.bindNumber(before) }
        try self.run("DELETE FROM incident WHERE resolved_at < ?") { $0.bindNumber(before) }
    }
}

extension Binder {
    /// What it is, and what was promised.
    fileprivate mutating func bindBeginning(of incident: Incident) {
        self.bind(incident.id.number)
        self.bind(incident.reference)
        self.bind(RowText.text(incident.title))
        self.bind(incident.status.rawValue)
        self.bind(Int64(incident.version))
        self.bindNumber(incident.createdAt)
        self.bind(Int64(incident.priority.rawValue))
        self.bind(incident.isPriorityPinned)
        self.bind(RowText.text(incident.severity))
        self.bind(RowText.labels(incident.labels))
        self.bind(RowText.text(incident.correlation))
        self.bind(RowText.text(incident.receiver))
        self.bindNumber(incident.triggeredAt)
        self.bindNumber(incident.firstTriggeredAt)
        self.bind(Int64(incident.spell))
        self.bind(Int64(incident.occurrence))
        self.bindNumber(incident.response.respondBy)
        self.bindNumber(incident.response.dueSoonAt)
        self.bindNumber(incident.response.firstRespondedAt)
        self.bindNumber(incident.response.breachedAt)
        self.bind(incident.response.isBreached)
    }

    /// Who has it, and how it ended.
    fileprivate mutating func bindAnswers(to incident: Incident) {
        let (acknowledgement, resolution) = (incident.acknowledgement, incident.resolution)
        self.bind(acknowledgement.map { Array($0.kind.rawValue.utf8) })
        self.bindNumber(acknowledgement?.at)
        self.bind(acknowledgement.map { IncidentText.actor($0.by) })
        self.bindNumber(acknowledgement?.expiresAt)
        self.bindNumber(acknowledgement?.remindAt)
        self.bind(acknowledgement.map { IncidentText.actors($0.alsoBy) })
        self.bindNumber(resolution?.at)
        self.bind(resolution.map { IncidentText.actor($0.by) })
        self.bind(resolution.map { Array($0.reason.rawValue.utf8) })
        self.bind(resolution.map { RowText.fingerprints($0.stillFiring) })
        self.bindNumber(resolution?.heldUntil)
    }

    /// Who is called, and where it belongs.
    fileprivate mutating func bindRest(of incident: Incident) {
        let escalation = incident.escalation
        self.bind(escalation.policy.map { IncidentText.policy($0) })
        self.bind(escalation.state.rawValue)
        self.bind(Int64(escalation.level))
        self.bind(Int64(escalation.round))
        self.bindNumber(escalation.nextAt)
        self.bind(escalation.remaining?.milliseconds)
        self.bindNumber(escalation.checkPagesAt)
        self.bind(escalation.hasFallenBack)
        self.bind(IncidentText.strings(incident.assignees))
        self.bind(incident.suppression.map { IncidentText.strings($0.reasons.map(\.rawValue)) })
        self.bindNumber(incident.suppression?.since)
        self.bind(IncidentText.times(incident.flapping.returns))
        self.bindNumber(incident.flapping.holdUntil)
        self.bind(IncidentText.strings(incident.groups.map(\.text)))
        self.bind(incident.previous?.number)
        self.bind(incident.mergedInto?.number)
        self.bind(incident.isStorm)
        self.bindNumber(incident.lastNewsAt)
    }
}
