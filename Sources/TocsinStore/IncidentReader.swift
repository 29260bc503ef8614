import GRDB
import TocsinCore
import TocsinJSON
import TocsinModel

/// Statements into rows of incidents.
enum IncidentReader {
    static func incident(_ row: Row) throws -> Incident {
        var response = Incident.Response(
            respondBy: row.instant("respond_by"), dueSoonAt: row.instant(ifAny: "due_soon_at"))
        response.firstRespondedAt = row.instant(ifAny: "first_responded_at")
        response.breachedAt = row.instant(ifAny: "breached_at")
        response.isBreached = row["is_breached"]
        guard let priority = Priority(rawValue: row["priority"]) else { throw Damage(column: "priority") }
        var incident = Incident(
            id: ID(row["id"]),
            reference: row["reference"],
            title: try row.text("title"),
            priority: priority,
            labels: try row.labels("labels"),
            correlation: try row.text("correlation"),
            receiver: try row.text("receiver"),
            openedAt: row.instant("first_triggered_at"),
            response: response,
            escalation: try self.escalation(row)
        )
        incident.status = try self.word("status", in: row)
        incident.version = row["version"]
        incident.isPriorityPinned = row["is_pinned"]
        incident.severity = try row.text("severity")
        incident.triggeredAt = row.instant("triggered_at")
        incident.spell = row["spell"]
        incident.occurrence = row["occurrence"]
        incident.acknowledgement = try self.acknowledgement(row)
        incident.resolution = try self.resolution(row)
        incident.assignees = try IncidentText.strings(try row.json("assignees"))
        incident.suppression = try self.suppression(row)
        incident.flapping.returns = try IncidentText.times(try row.json("returns"))
        incident.flapping.holdUntil = row.instant(ifAny: "hold_until")
        incident.groups = try IncidentText.strings(try row.json("groups")).map { GroupKey($0) }
        incident.previous = (row["previous"] as Int64?).map { ID($0) }
        incident.mergedInto = (row["merged_into"] as Int64?).map { ID($0) }
        incident.isStorm = row["is_storm"]
        incident.lastNewsAt = row.instant("last_news_at")
        return incident
    }

    private static func word<Word: RawRepresentable<String>>(_ column: String, in row: Row) throws -> Word {
        guard let word = Word(rawValue: row[column]) else { throw Damage(column: column) }
        return word
    }

    private static func escalation(_ row: Row) throws -> Escalation {
        let hasPolicy = (row["policy"] as String?) != nil
        var escalation = Escalation(policy: hasPolicy ? try IncidentText.policy(try row.json("policy")) : nil)
        escalation.state = try self.word("escalation_state", in: row)
        escalation.level = row["escalation_level"]
        escalation.round = row["escalation_round"]
        escalation.nextAt = row.instant(ifAny: "next_escalation_at")
        escalation.remaining = (row["escalation_remaining"] as Int64?).map { .milliseconds($0) }
        escalation.checkPagesAt = row.instant(ifAny: "check_pages_at")
        escalation.hasFallenBack = row["has_fallen_back"]
        return escalation
    }

    private static func acknowledgement(_ row: Row) throws -> Incident.Acknowledgement? {
        guard let at = row.instant(ifAny: "acknowledged_at") else { return nil }
        var acknowledgement = Incident.Acknowledgement(
            kind: try self.word("ack_kind", in: row),
            by: try IncidentText.actor(try row.json("acknowledged_by")),
            at: at,
            expiresAt: row.instant(ifAny: "ack_expires_at"),
            remindAt: row.instant(ifAny: "ack_remind_at")
        )
        guard let others = try row.json("also_acknowledged_by").array else {
            throw Damage(column: "also_acknowledged_by")
        }
        acknowledgement.alsoBy = try others.map { try IncidentText.actor($0) }
        return acknowledgement
    }

    private static func resolution(_ row: Row) throws -> Incident.Resolution? {
        guard let at = row.instant(ifAny: "resolved_at") else { return nil }
        var resolution = Incident.Resolution(
            at: at,
            by: try IncidentText.actor(try row.json("resolved_by")),
            reason: try self.word("resolve_reason", in: row)
        )
        resolution.stillFiring = try row.fingerprints("still_firing")
        resolution.heldUntil = row.instant(ifAny: "held_until")
        return resolution
    }

    private static func suppression(_ row: Row) throws -> Incident.Suppression? {
        guard let since = row.instant(ifAny: "suppressed_since") else { return nil }
        let reasons = try IncidentText.strings(try row.json("suppressed_by")).map { text in
            guard let reason = SuppressionReason(rawValue: text) else { throw Damage(column: "suppressed_by") }
            return reason
        }
        return Incident.Suppression(reasons: reasons, since: since)
    }

    static func entry(_ row: Row) throws -> TimelineEntry {
        TimelineEntry(
            sequence: row["sequence"],
            incident: ID(row["incident"]),
            at: row.instant("at"),
            kind: try self.word("kind", in: row),
            actor: try IncidentText.actor(try row.json("actor")),
            details: try row.labels("details")
        )
    }
}
