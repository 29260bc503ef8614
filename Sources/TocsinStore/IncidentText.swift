import TocsinCore
import TocsinJSON
import TocsinModel

/// The parts of an incident that are JSON in its row: who did something, whom to call.
enum IncidentText {
    static func actor(_ actor: Actor) -> [UInt8] {
        var writer = JSONWriter(.plain)
        self.write(actor, to: &writer)
        return writer.bytes
    }

    static func actors(_ actors: [Actor]) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.beginArray()
        for actor in actors { self.write(actor, to: &writer) }
        writer.endArray()
        return writer.bytes
    }

    private static func write(_ actor: Actor, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", actor.kind.rawValue)
        writer.member("name", actor.name)
        writer.member("via", actor.via.rawValue)
        if let behalf = actor.onBehalfOf { writer.member("on_behalf_of", behalf) }
        writer.endObject()
    }

    static func policy(_ policy: EscalationPolicy) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("name", policy.name)
        writer.key("rounds")
        writer.integer(Int64(policy.rounds))
        writer.key("on_breach")
        self.write(policy.onBreach, to: &writer)
        writer.key("steps")
        writer.beginArray()
        for step in policy.steps {
            writer.beginObject()
            writer.key("after")
            writer.integer(step.after.milliseconds)
            writer.key("notify")
            self.write(step.notify, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    static func strings(_ strings: [String]) -> [UInt8] {
        var writer = JSONWriter(.plain)
        self.write(strings, to: &writer)
        return writer.bytes
    }

    private static func write(_ strings: [String], to writer: inout JSONWriter) {
        writer.beginArray()
        for string in strings { writer.string(string) }
        writer.endArray()
    }

    static func times(_ times: [Timestamp]) -> [UInt8] {
        var writer = JSONWriter(.plain)
        writer.beginArray()
        for time in times { writer.integer(time.nanosecondsSince1970) }
        writer.endArray()
        return writer.bytes
    }

    // MARK: Reading

    static func actor(_ json: JSONValue) throws -> Actor {
        guard let kind = json["kind"]?.string.flatMap({ Actor.Kind(rawValue: $0) }), let name = json["name"]?.string,
            let via = json["via"]?.string.flatMap({ Actor.Source(rawValue: $0) })
        else { throw Damage(column: "actor") }
        return Actor(kind, name, via: via, onBehalfOf: json["on_behalf_of"]?.string)
    }

    static func policy(_ json: JSONValue) throws -> EscalationPolicy {
        guard let name = json["name"]?.string, let steps = json["steps"]?.array, let rounds = json["rounds"]?.integer
        else { throw Damage(column: "policy") }
        return EscalationPolicy(
            name: name,
            steps: try steps.map { step in
                guard let after = step["after"]?.integer else { throw Damage(column: "policy") }
                return EscalationPolicy.Step(after: .milliseconds(after), notify: try self.strings(step["notify"]))
            },
            rounds: Int(rounds),
            onBreach: try self.strings(json["on_breach"])
        )
    }

    static func strings(_ json: JSONValue?) throws -> [String] {
        guard let values = json?.array else { throw Damage(column: "strings") }
        return try values.map { value in
            guard let text = value.string else { throw Damage(column: "strings") }
            return text
        }
    }

    static func times(_ json: JSONValue) throws -> [Timestamp] {
        guard let values = json.array else { throw Damage(column: "times") }
        return try values.map { value in
            guard let number = value.integer else { throw Damage(column: "times") }
            return Timestamp(nanosecondsSince1970: number)
        }
    }
}

extension Duration {
    var milliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
