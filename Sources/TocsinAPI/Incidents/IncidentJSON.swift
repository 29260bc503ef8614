import TocsinCore
import TocsinJSON
import TocsinModel

/// Incidents as our own API shows them.
struct IncidentJSON {
    private let engine: Engine
    private let now: Timestamp

    init(_ engine: Engine, at now: Timestamp) {
        self.engine = engine
        self.now = now
    }

    static func tag(of incident: Incident) -> (name: String, value: String) {
        ("ETag", "\"v\(incident.version)\"")
    }

    static func name(_ incident: Incident) -> String { "INC-\(incident.reference)" }

    /// The incident as a value of its own.
    func encoded(_ incident: Incident) -> [UInt8] {
        var writer = JSONWriter(.plain)
        self.write(incident, to: &writer)
        return writer.bytes
    }

    func value(_ incident: Incident) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(self.encoded(incident))
        } catch {
            preconditionFailure("what the writer wrote must be JSON: \(error)")
        }
    }

    /// - Parameter complete: adds members at the end.
    func write(
        _ incident: Incident,
        to writer: inout JSONWriter,
        adding complete: (inout JSONWriter) -> Void = { _ in }
    ) {
        let target = self.engine.routing.incidents.target(of: incident.priority)
        writer.beginObject()
        writer.member("id", self.engine.name(of: incident.id))
        writer.member("ref", IncidentJSON.name(incident))
        writer.member("version", incident.version)
        writer.member("title", incident.title)
        writer.member("status", incident.status.rawValue)
        writer.member("priority", incident.priority.description)
        writer.member("priority_source", incident.isPriorityPinned ? "manual" : "auto")
        writer.member("urgency", target.urgency.rawValue)
        writer.member("severity", incident.severity)
        writer.time("created_at", incident.createdAt)
        writer.time("first_triggered_at", incident.firstTriggeredAt)
        writer.time("triggered_at", incident.triggeredAt)
        writer.time("acknowledged_at", incident.acknowledgement?.at)
        writer.time("resolved_at", incident.resolution?.at)
        self.write(incident.response, of: incident, target, to: &writer)
        self.write(incident.acknowledgement, to: &writer)
        self.write(incident.resolution, to: &writer)
        self.write(incident.escalation, to: &writer)
        writer.key("assignees")
        writer.strings(incident.assignees)
        writer.key("suppressed_by")
        writer.strings(incident.suppression?.reasons.map(\.rawValue) ?? [])
        writer.time("suppressed_since", incident.suppression?.since)
        writer.key("labels")
        writer.labelObject(incident.labels)
        writer.key("groups")
        writer.strings(incident.groups.map(\.text))
        self.write(self.counts(of: incident), to: &writer)
        // Things made at other services have no row yet.
        writer.key("external_refs")
        writer.strings([])
        writer.member("spell", incident.spell)
        writer.member("is_flapping", incident.flapping.isFlapping)
        writer.member("is_storm", incident.isStorm)
        writer.text("previous_incident", incident.previous.map { self.engine.name(of: $0) })
        writer.text("merged_into", incident.mergedInto.map { self.engine.name(of: $0) })
        writer.key("links")
        writer.beginObject()
        writer.member("self", "/api/v1/incidents/\(IncidentJSON.name(incident))")
        writer.member("ui", "/i/\(IncidentJSON.name(incident))")
        writer.endObject()
        complete(&writer)
        writer.endObject()
    }

    // MARK: Parts

    private func write(
        _ response: Incident.Response,
        of incident: Incident,
        _ target: ResponseTarget,
        to writer: inout JSONWriter
    ) {
        writer.key("response")
        writer.beginObject()
        writer.member("target_seconds", target.respondWithin.wholeSeconds)
        writer.time("respond_by", response.respondBy)
        writer.time("first_responded_at", response.firstRespondedAt)
        writer.key("time_to_ack_seconds")
        if let responded = response.firstRespondedAt {
            writer.integer((responded - incident.firstTriggeredAt).wholeSeconds)
        } else {
            writer.null()
        }
        writer.member("breached", response.breachedAt != nil)
        writer.endObject()
    }

    private func write(_ acknowledgement: Incident.Acknowledgement?, to writer: inout JSONWriter) {
        writer.key("acknowledgement")
        guard let acknowledgement else { return writer.null() }
        writer.beginObject()
        writer.key("by")
        writer.actor(acknowledgement.by)
        writer.time("expires_at", acknowledgement.expiresAt)
        writer.member("kind", acknowledgement.kind.rawValue)
        writer.key("also_by")
        writer.beginArray()
        for other in acknowledgement.alsoBy { writer.actor(other) }
        writer.endArray()
        writer.endObject()
    }

    private func write(_ resolution: Incident.Resolution?, to writer: inout JSONWriter) {
        writer.key("resolution")
        guard let resolution else { return writer.null() }
        writer.beginObject()
        writer.key("by")
        writer.actor(resolution.by)
        writer.member("reason", resolution.reason.rawValue)
        writer.endObject()
    }

    private func write(_ escalation: Escalation, to writer: inout JSONWriter) {
        writer.key("escalation")
        writer.beginObject()
        writer.text("policy", escalation.policy?.name)
        writer.member("level", escalation.level)
        writer.member("round", escalation.round)
        writer.member("state", escalation.state.rawValue)
        writer.time("next_at", escalation.nextAt)
        writer.endObject()
    }

    // MARK: Alerts

    private struct Counts {
        var firing = 0
        var resolved = 0
        var suppressed = 0
        var isTruncated = false
    }

    /// Beyond this many alerts of one incident counting ends.
    static let countedAlerts = 1000

    private func counts(of incident: Incident) -> Counts {
        var counts = Counts()
        guard incident.isOpen else { return counts }
        for member in IncidentMembers(of: incident.id, in: self.engine, at: self.now) {
            if counts.firing + counts.resolved + counts.suppressed >= IncidentJSON.countedAlerts {
                counts.isTruncated = true
                break
            }
            switch member.state {
            case .firing: counts.firing += 1
            case .resolved: counts.resolved += 1
            case .suppressed: counts.suppressed += 1
            }
        }
        return counts
    }

    private func write(_ counts: Counts, to writer: inout JSONWriter) {
        writer.key("alerts")
        writer.beginObject()
        writer.member("firing", counts.firing)
        writer.member("resolved", counts.resolved)
        writer.member("suppressed", counts.suppressed)
        if counts.isTruncated { writer.member("truncated", true) }
        writer.endObject()
    }
}

/// The alerts of an incident as they are now, each once, in the order of its groups.
struct IncidentMembers: Sequence, IteratorProtocol {
    enum State: String {
        case firing
        case resolved
        /// It fires, but nobody is told.
        case suppressed
    }

    struct Member {
        let alert: Alert
        let state: State
        let suppression: Suppression
    }

    private let engine: Engine
    private let now: Timestamp
    private var groups: ArraySlice<Group>
    private var left: ArraySlice<Fingerprint> = []
    private var muting: [String] = []
    private var seen: Set<Fingerprint> = []

    init(of incident: ID<Incident>, in engine: Engine, at now: Timestamp) {
        self.engine = engine
        self.now = now
        self.groups = engine.groups(of: incident)[...]
    }

    mutating func next() -> Member? {
        while true {
            if let fingerprint = self.left.popFirst() {
                guard let known = self.engine.alerts[fingerprint], self.seen.insert(fingerprint).inserted else {
                    continue
                }
                return self.member(known)
            }
            guard let group = self.groups.popFirst() else { return nil }
            self.left = group.members.filter { !group.departed.contains($0) }[...]
            self.muting = Suppression.of(group, in: self.engine, at: self.now)
        }
    }

    private func member(_ known: KnownAlert) -> Member {
        if known.hasEnded || known.alert.isResolved(at: self.now) {
            return Member(alert: known.alert, state: .resolved, suppression: .none)
        }
        var suppression = Suppression.of(known.alert, in: self.engine, at: self.now)
        suppression.mutedBy = self.muting
        return Member(
            alert: known.alert, state: suppression.isNone ? .firing : .suppressed, suppression: suppression)
    }
}

// MARK: - Words that all of it uses

extension JSONWriter {
    mutating func text(_ name: String, _ text: String?) {
        self.key(name)
        if let text { self.string(text) } else { self.null() }
    }

    mutating func time(_ name: String, _ time: Timestamp?) { self.text(name, time?.rfc3339Milliseconds) }

    mutating func strings(_ texts: [String]) {
        self.beginArray()
        for text in texts { self.string(text) }
        self.endArray()
    }

    mutating func labelObject(_ labels: LabelSet) {
        self.beginObject()
        labels.forEachBytes { name, value in
            self.key(name)
            self.string(value)
        }
        self.endObject()
    }

    mutating func actor(_ actor: Actor) {
        self.beginObject()
        self.member("kind", actor.kind.rawValue)
        self.member("id", actor.name)
        self.member("via", actor.via.rawValue)
        if let behalf = actor.onBehalfOf { self.member("on_behalf_of", behalf) }
        self.endObject()
    }

    /// A line of an incident's history. Its number is a string: it has more digits than a script's number.
    mutating func entry(_ entry: TimelineEntry, of installation: InstallationID) {
        self.beginObject()
        self.member("sequence", "\(entry.sequence)")
        self.member("incident", installation.incidentName(entry.incident.number))
        self.time("at", entry.at)
        self.member("kind", entry.kind.rawValue)
        self.key("actor")
        self.actor(entry.actor)
        self.key("details")
        self.labelObject(entry.details)
        self.endObject()
    }
}

extension Duration {
    /// Rounded down.
    var wholeSeconds: Int64 { self.components.seconds }
}
