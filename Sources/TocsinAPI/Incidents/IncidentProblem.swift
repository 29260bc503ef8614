import TocsinCore
import TocsinJSON
import TocsinModel

/// What a refusal of the engine is to somebody who acts on incidents: each its own status, code and words.
extension APIProblem {
    /// - Parameter name: what the incident is called that was asked for.
    init(_ rejection: Rejection, of name: String) {
        switch rejection {
        case .unknownIncident: self = .unknownIncident(name)
        case .unknownDelivery:
            self.init(
                status: 404, code: "unknown-notification", title: "There is no such notification",
                detail: "no dead notification \(name) is kept, or its receiver is gone")
        case .incidentResolved:
            self.init(
                status: 409, code: "incident-resolved", title: "The incident is resolved",
                detail: "\(name) is resolved; reopen it first")
        case .incidentMerged:
            self.init(
                status: 409, code: "incident-merged", title: "The incident is part of another one",
                detail: "\(name) was merged; act on the one that it is part of")
        case .incidentSuperseded:
            self.init(
                status: 409, code: "incident-superseded", title: "Another incident about the same is open",
                detail: "\(name) cannot come back while another incident about the same is open")
        case .incidentChanged(_, let version):
            self.init(
                status: 412, code: "incident-changed", title: "The incident has changed meanwhile",
                detail: "\(name) is at version \(version) now; read it again")
        case .invalidSnooze:
            self.init(
                status: 422, code: "invalid-snooze", title: "Nobody can sleep until then",
                detail: "until must be in the future, and at most 30 days ahead")
        case .nobodyToEscalateTo:
            self.init(
                status: 409, code: "nobody-to-escalate-to", title: "There is nobody to call",
                detail: "\(name) has no escalation policy, or one that calls nobody")
        case .adminOnly:
            self.init(
                status: 403, code: "admin-only", title: "Only administrators may do that",
                detail: "merging, splitting, reopening late and pinning a P1 down are for administrators")
        case .cannotMerge:
            self.init(
                status: 409, code: "cannot-merge", title: "These two cannot be merged",
                detail: "\(name) cannot be merged into that incident: it is itself, or is not known any more")
        case .cannotSplit:
            self.init(
                status: 422, code: "cannot-split", title: "The incident cannot be split that way",
                detail: "of the groups of \(name), some must go, and some must stay")
        case .unknownPolicy(let policy):
            self.init(
                status: 422, code: "unknown-policy", title: "There is no such escalation policy",
                detail: "no escalation policy is called \(GoQuote.quote(Excerpt.cut(policy)))")
        case .requestKeyReused:
            self.init(
                status: 422, code: "request-key-reused", title: "The Idempotency-Key was used before",
                detail: "the same key came with another request within the last day")
        case .tooManyRequestKeys(let limit):
            self.init(status: 503, detail: "\(limit) keys of the last day are remembered, and no more")
        case .tooManyIncidents(let limit):
            self.init(status: 503, detail: "\(limit) incidents are held, and no more")
        case .tooManyAlerts, .unknownSilence, .silenceEndsInThePast, .tooManySilences, .silenceTooLarge:
            // Are not said of incidents.
            self.init(status: 409, detail: "\(rejection)")
        }
    }

    static func unknownIncident(_ name: String) -> APIProblem {
        APIProblem(
            status: 404, code: "unknown-incident", title: "There is no such incident",
            detail: "no incident is called \(GoQuote.quote(Excerpt.cut(name)))")
    }

    static let noVersion = APIProblem(
        status: 428, code: "precondition-required", title: "The request must say which version it changes",
        detail: "send If-Match with the ETag of the incident that you read, or * for whichever it is")

    static func notSaved(_ reason: String) -> APIProblem {
        APIProblem(
            status: 503, code: "not-saved", title: "In force, not saved",
            detail: "in force, not saved: \(reason); send the same again until it is")
    }
}

extension Rejection {
    /// The incident that the refusal is about, if it is another than the one asked for.
    var subject: ID<Incident>? {
        switch self {
        case .incidentResolved(let id), .incidentMerged(let id), .incidentSuperseded(let id),
            .incidentChanged(let id, _):
            id
        default: nil
        }
    }
}
