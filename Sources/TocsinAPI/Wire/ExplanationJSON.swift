import TocsinCore
import TocsinJSON
import TocsinModel

/// Writes an explanation as `/api/v1/explain` shows it. The names are in docs/api.md and never change.
struct ExplanationJSON {
    private let explanation: Explanation
    private let engine: Engine
    private let now: Timestamp

    init(_ explanation: Explanation, in engine: Engine, at now: Timestamp) {
        self.explanation = explanation
        self.engine = engine
        self.now = now
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("labels")
        writer.object(self.explanation.labels)
        writer.member("fingerprint", self.explanation.labels.fingerprint.description)
        self.writeAlert(to: &writer)
        writer.key("dropped")
        if let dropped = self.explanation.dropped {
            writer.beginObject()
            writer.member("reason", dropped.reason.rawValue)
            writer.member("text", ExplanationText.dropped(dropped))
            writer.member("first_at", dropped.firstAt)
            writer.member("last_at", dropped.lastAt)
            writer.member("times", dropped.times)
            writer.endObject()
        } else {
            writer.null()
        }
        self.writeSilences(to: &writer)
        self.writeInhibition(to: &writer)
        writer.key("routes")
        writer.beginArray()
        for route in self.explanation.routes { self.write(route, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private func writeAlert(to writer: inout JSONWriter) {
        writer.key("alert")
        guard let known = self.explanation.known else { return writer.null() }
        let isOver = known.hasEnded || known.alert.isResolved(at: self.now)
        writer.beginObject()
        writer.member("status", isOver ? "resolved" : "firing")
        writer.member("starts_at", known.alert.startsAt)
        writer.member("ends_at", known.alert.endsAt)
        writer.member("updated_at", known.alert.updatedAt)
        writer.endObject()
    }

    private func writeSilences(to writer: inout JSONWriter) {
        writer.key("silenced_by")
        writer.beginArray()
        for silence in self.explanation.silences {
            writer.beginObject()
            writer.member("id", self.engine.name(of: silence.id))
            writer.member("created_by", silence.createdBy)
            writer.member("comment", silence.comment)
            writer.member("ends_at", silence.endsAt)
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeInhibition(to writer: inout JSONWriter) {
        writer.key("inhibited_by")
        guard let inhibition = self.explanation.inhibition else { return writer.null() }
        writer.beginObject()
        writer.member("fingerprint", inhibition.source.fingerprint.description)
        writer.key("labels")
        writer.object(inhibition.source)
        writer.key("rule")
        writer.beginObject()
        writer.member("number", inhibition.place + 1)
        writer.member("name", inhibition.rule.name)
        writer.member("source_matchers", .array(inhibition.rule.source.map { .string($0.description) }))
        writer.member("target_matchers", .array(inhibition.rule.target.map { .string($0.description) }))
        writer.member("equal", .array(inhibition.rule.equal.map { .string($0) }))
        writer.endObject()
        writer.endObject()
    }
}

// MARK: - A route

extension ExplanationJSON {
    private func write(_ route: RouteExplanation, to writer: inout JSONWriter) {
        let text = ExplanationText(self.explanation, route, self.engine.installation)
        writer.beginObject()
        writer.member("receiver", route.route.receiver)
        writer.key("path")
        writer.beginArray()
        for step in route.path {
            writer.beginObject()
            writer.member("matchers", .array(step.matchers.map { .string($0.description) }))
            writer.member("line", step.line.map { .integer(Int64($0)) } ?? .null)
            writer.member("continue", step.continues)
            writer.endObject()
        }
        writer.endArray()
        writer.member("group_wait", route.route.groupWait.prometheusText)
        writer.member("group_interval", route.route.groupInterval.prometheusText)
        writer.member("repeat_interval", route.route.repeatInterval.prometheusText)
        writer.key("muted_by")
        if let muting = route.muting {
            writer.beginObject()
            writer.member("reason", muting.reason.rawValue)
            writer.member("intervals", .array(muting.intervals.map { .string($0) }))
            writer.endObject()
        } else {
            writer.null()
        }
        self.writeGroup(of: route, to: &writer)
        writer.key("destinations")
        writer.beginArray()
        for destination in route.destinations {
            self.write(destination, text.sentence(destination), to: &writer)
        }
        writer.endArray()
        writer.member("text", route.destinations.isEmpty ? .string(text.nobody) : .null)
        self.write(route.history, to: &writer)
        writer.endObject()
    }

    private func writeGroup(of route: RouteExplanation, to writer: inout JSONWriter) {
        writer.key("group")
        writer.beginObject()
        writer.member("key", route.groupKey.text)
        writer.key("labels")
        writer.object(route.groupLabels)
        writer.member("exists", route.group != nil)
        writer.member("has_alert", route.isMember)
        writer.member("alerts", route.group.map { $0.members.count - $0.departed.count } ?? 0)
        // A group's number is the time at which it was made.
        writer.member("made_at", route.group.map { Timestamp(nanosecondsSince1970: $0.id.number) })
        writer.member("next_flush_at", route.nextFlushAt)
        writer.endObject()
    }

    private func write(_ destination: DestinationExplanation, _ text: String, to writer: inout JSONWriter) {
        let alert = self.explanation.labels.fingerprint
        writer.beginObject()
        writer.member("integration", destination.integration.id.description)
        writer.member("verdict", destination.verdict.code)
        writer.member("text", text)
        writer.key("told")
        if let entry = destination.told?.entry {
            writer.beginObject()
            writer.member("flushed_at", entry.flushedAt)
            writer.member("firing", entry.firing.count)
            writer.member("resolved", entry.resolved.count)
            writer.member("has_alert", entry.firing.contains(alert) || entry.resolved.contains(alert))
            writer.endObject()
        } else {
            writer.null()
        }
        writer.key("pending")
        if let pending = destination.pending {
            writer.beginObject()
            writer.member("reason", pending.content.reason.rawValue)
            writer.member("attempts", pending.attempts)
            writer.member("is_under_way", pending.isUnderWay)
            writer.member("next_attempt_at", pending.isUnderWay ? nil : pending.nextAttemptAt)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("next_reminder_at", destination.nextReminderAt)
        writer.endObject()
    }
}

// MARK: - What happened

extension ExplanationJSON {
    private func write(_ history: GroupHistory?, to writer: inout JSONWriter) {
        writer.key("flushes")
        writer.beginArray()
        for flush in history?.flushes ?? [] {
            writer.beginObject()
            writer.member("first_at", flush.firstAt)
            writer.member("last_at", flush.lastAt)
            writer.member("times", flush.times)
            writer.member("firing", flush.seen.firing)
            writer.member("resolved", flush.seen.resolved)
            writer.member("inhibited", flush.seen.inhibited)
            writer.member("silenced", flush.seen.silenced)
            writer.member("muted", flush.seen.muted)
            writer.endObject()
        }
        writer.endArray()
        writer.key("messages")
        writer.beginArray()
        for message in history?.messages ?? [] { ExplanationJSON.write(message, to: &writer) }
        writer.endArray()
    }

    private static func write(_ message: GroupHistory.Message, to writer: inout JSONWriter) {
        let (state, error): (String, String?) =
            switch message.state {
            case .begun: ("begun", nil)
            case .delivered: ("delivered", nil)
            case .failed(let reason): ("failed", reason)
            case .refused(let reason): ("refused", reason)
            case .replaced: ("replaced", nil)
            }
        writer.beginObject()
        writer.member("integration", message.integration.description)
        writer.member("reason", message.reason.rawValue)
        writer.member("firing", message.firing)
        writer.member("resolved", message.resolved)
        writer.member("decided_at", message.decidedAt)
        writer.member("attempts", message.attempts)
        writer.member("state", state)
        writer.member("changed_at", message.changedAt)
        writer.member("error", error.map { .string($0) } ?? .null)
        writer.endObject()
    }
}

extension Verdict {
    /// What programs look at.
    fileprivate var code: String {
        switch self {
        case .notified: "notified"
        case .endTold: "end_told"
        case .sending: "sending"
        case .failing: "failing"
        case .refused: "refused"
        case .silenced: "silenced"
        case .inhibited: "inhibited"
        case .muted: "muted"
        case .waiting: "waiting"
        case .endWaiting: "end_waiting"
        case .endNotWanted: "end_not_wanted"
        case .endedUntold: "ended_untold"
        case .wouldBeNotified: "would_be_notified"
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ time: Timestamp?) {
        self.member(name, time.map { .string($0.utc.rfc3339Milliseconds) } ?? .null)
    }

    fileprivate mutating func object(_ labels: LabelSet) {
        self.beginObject()
        labels.forEachBytes { name, value in
            self.key(name)
            self.string(value)
        }
        self.endObject()
    }
}
