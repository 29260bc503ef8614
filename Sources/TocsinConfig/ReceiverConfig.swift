import TocsinCore
import TocsinModel
import TocsinReceivers
import TocsinSettings

/// One entry of `receivers`: a name, and the integrations that are told what is sent to it.
struct ReceiverConfig {
    let name: Positioned<String>
    /// What it can be selected by in the API; `name` is always among them.
    let labels: [String: String]
    /// In the order in which they are told.
    let integrations: [(id: IntegrationID, receiver: any Receiver)]

    /// - Parameter fields: the document's.
    static func readAll(
        from fields: inout Fields,
        kinds: [any Receiver.Type],
        context: ReceiverContext
    ) -> [ReceiverConfig] {
        let doc = "Whom notifications go to."
        let receivers = fields.nestedList("receivers", called: "receiver", doc: doc) { fields, _ in
            ReceiverConfig(from: &fields, kinds: kinds, context: context)
        }
        // Compared as Swift compares, so that no two are the same key of a dictionary.
        var known: Set<String> = []
        for receiver in receivers ?? [] where !receiver.name.value.isEmpty {
            if known.insert(receiver.name.value).inserted { continue }
            fields.report(
                "notification config name \(receiver.name.value.quotedForMessage) is not unique",
                at: receiver.name.position
            )
        }
        return receivers ?? []
    }

    private init(from fields: inout Fields, kinds: [any Receiver.Type], context: ReceiverContext) {
        let name = fields.optional("name", default: "", doc: "What routes call it.")
        if name.isEmpty { fields.report("missing name in receiver", at: "name") }
        self.name = Positioned(name, at: fields.position(of: "name"))
        self.labels = ReceiverConfig.readLabels(of: name, from: &fields)

        var integrations: [(IntegrationID, any Receiver)] = []
        for kind in ReceiverConfig.ordered(kinds) {
            integrations += ReceiverConfig.read(kind, of: name, from: &fields, context: context)
        }
        self.integrations = integrations
        let supported = Set(kinds.map { $0.kind })
        for kind in Receivers.alertmanagerKinds where !supported.contains(kind) {
            fields.unsupported("\(kind)_configs")
        }
    }

    private static func readLabels(of name: String, from fields: inout Fields) -> [String: String] {
        let doc = "What it can be selected by in the API; `name` is always among them."
        var labels: [String: String] = [:]
        for (label, value) in fields.map("labels", of: String.self, doc: doc) {
            if label.value.isEmpty { fields.report("invalid label name \"\" in receiver labels", at: label.position) }
            if label.value == "name", value.value != name {
                fields.report("the label `name` of a receiver is its name", at: value.position)
            }
            labels[label.value] = value.value
        }
        labels["name"] = name
        return labels
    }

    private static func read<Kind: Receiver>(
        _ kind: Kind.Type,
        of name: String,
        from fields: inout Fields,
        context: ReceiverContext
    ) -> [(IntegrationID, any Receiver)] {
        let doc = "Integrations of the kind \(Kind.kind)."
        let read = fields.nestedList("\(Kind.kind)_configs", doc: doc) { (fields, index) throws(SettingsError) in
            (
                IntegrationID(receiver: name, kind: Kind.kind, index: index),
                try Kind(from: &fields, context: context) as any Receiver
            )
        }
        return read ?? []
    }

    /// Kinds of our own come after Alertmanager's.
    private static func ordered(_ kinds: [any Receiver.Type]) -> [any Receiver.Type] {
        let order = Receivers.alertmanagerKinds
        return order.compactMap { name in kinds.first { $0.kind == name } }
            + kinds.filter { !order.contains($0.kind) }
    }
}

// MARK: - What the rules and the shell need

extension ReceiverConfig {
    static func integrations(of receivers: [ReceiverConfig]) -> [String: [Integration]] {
        let pairs = receivers.map { receiver in
            var ordinals: [UInt64: Int] = [:]
            let integrations = receiver.integrations.map { id, receiver in
                let destination = stableHash(receiver.destination)
                let ordinal = ordinals[destination, default: 0]
                ordinals[destination] = ordinal + 1
                return Integration(
                    id: id,
                    sendResolved: receiver.sendResolved,
                    destination: destination,
                    ordinal: ordinal
                )
            }
            return (receiver.name.value, integrations)
        }
        // Names that stand twice are a mistake that has been reported.
        return Dictionary(pairs) { first, _ in first }
    }

    static func receivers(of receivers: [ReceiverConfig]) -> [IntegrationID: any Receiver] {
        Dictionary(receivers.flatMap(\.integrations).map { ($0.id, $0.receiver) }) { first, _ in first }
    }
}
