import Logging
import TocsinCore
import TocsinModel

extension FactLine {
    /// What happened to an incident; `nil` for facts of another kind. What people wrote into its history does not go
    /// into the log.
    init?(incident fact: Fact, in engine: Engine) {
        func reference(_ id: ID<Incident>) -> Logger.MetadataValue {
            engine.incidents[id].map { "INC-\($0.reference)" } ?? "\(engine.name(of: id))"
        }
        switch fact {
        case .incidentOpened(let id, let priority):
            self.init(.info, "incident opened", ["incident": reference(id), "priority": "\(priority)"])
        case .incidentMoved(let id, let from, let to, let source):
            let message = to == .triggered ? "incident triggered again" : "incident \(to.rawValue)"
            self.init(
                .info, message,
                ["incident": reference(id), "from": "\(from.rawValue)", "source": "\(source.rawValue)"])
        case .incidentChanged(let entry):
            self.init(
                .debug, "incident's history",
                ["incident": reference(entry.incident), "kind": "\(entry.kind.rawValue)"])
        case .incidentAnswered(let priority, let duration):
            self.init(.debug, "incident answered", ["priority": "\(priority)", "after": "\(duration)"])
        case .incidentOver(let priority, let duration):
            self.init(.debug, "incident over", ["priority": "\(priority)", "after": "\(duration)"])
        case .responseBreached(let id, let priority):
            self.init(
                .warning, "nobody acknowledged the incident in time",
                ["incident": reference(id), "priority": "\(priority)"])
        case .acknowledgementExpired(let id):
            self.init(.info, "acknowledgement expired", ["incident": reference(id)])
        case .escalated(let id, let policy, let level):
            self.init(
                .info, "escalated",
                ["incident": reference(id), "policy": "\(policy)", "level": .stringConvertible(level)])
        case .escalationExhausted(let id):
            self.init(.warning, "everybody was called and nobody came", ["incident": reference(id)])
        case .incidentRepaired(let id):
            self.init(
                .error, "an incident had no future and was given one; please report this",
                ["incident": reference(id)])
        default: return nil
        }
    }
}
