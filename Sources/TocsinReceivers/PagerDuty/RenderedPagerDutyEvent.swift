import TocsinJSON

/// An event whose texts are all there. It can still be made smaller.
struct RenderedPagerDutyEvent {
    enum Key {
        /// Version 1 of the Events API.
        case service(String)
        /// Version 2.
        case routing(String)

        var text: String {
            switch self {
            case .service(let text), .routing(let text): text
            }
        }
    }

    let key: Key
    /// The same for all that is said about one group.
    let deduplicationKey: String
    let isTrigger: Bool
    let summary: String
    var source: String
    let severity: String
    var eventClass: String
    var component: String
    var group: String
    var client: String
    var clientURL: String
    /// Sorted by their names.
    var details: [JSONValue.Member]
    var images: [JSONValue]
    var links: [JSONValue]

    /// PagerDuty takes 512 KB.
    static let maximumSize = 512_000
}

// MARK: - JSON

extension RenderedPagerDutyEvent {
    func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        switch self.key {
        case .service(let key): self.writeVersion1(key, to: &writer)
        case .routing(let key): self.writeVersion2(key, to: &writer)
        }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func writeVersion1(_ key: String, to writer: inout JSONWriter) {
        writer.member("service_key", key)
        writer.member("incident_key", self.deduplicationKey)
        writer.member("event_type", self.isTrigger ? "trigger" : "resolve")
        writer.member("description", self.summary)
        writer.member("event_action", "")
        writer.member("payload", JSONValue.null)
        if self.isTrigger {
            writer.optionalMember("client", self.client)
            writer.optionalMember("client_url", self.clientURL)
        }
        if !self.details.isEmpty { writer.member("details", .object(self.details)) }
    }

    private func writeVersion2(_ key: String, to writer: inout JSONWriter) {
        writer.member("routing_key", key)
        writer.member("dedup_key", self.deduplicationKey)
        writer.member("event_action", self.isTrigger ? "trigger" : "resolve")
        writer.key("payload")
        writer.beginObject()
        writer.member("summary", self.summary)
        writer.member("source", self.source)
        writer.member("severity", self.severity)
        writer.optionalMember("class", self.eventClass)
        writer.optionalMember("component", self.component)
        writer.optionalMember("group", self.group)
        if !self.details.isEmpty { writer.member("custom_details", .object(self.details)) }
        writer.endObject()
        writer.optionalMember("client", self.client)
        writer.optionalMember("client_url", self.clientURL)
        if !self.images.isEmpty { writer.member("images", .array(self.images)) }
        if !self.links.isEmpty { writer.member("links", .array(self.links)) }
    }
}

// MARK: - Making it smaller

extension RenderedPagerDutyEvent {
    /// The event as JSON, made smaller step by step until PagerDuty takes it: what helps least goes first.
    mutating func encodedWithinLimit() -> [UInt8] {
        let steps: [(inout RenderedPagerDutyEvent) -> Void] = [
            { $0.dropFromAlerts("annotations") },
            { $0.capAlerts() },
            { $0.dropFromAlerts("labels") },
            { ($0.images, $0.links) = ([], []) },
            { $0.removeDetails() },
            { $0.cutTexts() },
        ]
        var body = self.encoded()
        for step in steps where body.count > RenderedPagerDutyEvent.maximumSize {
            step(&self)
            body = self.encoded()
        }
        return body
    }

    /// Nothing but what PagerDuty asks for.
    mutating func reduceToPlain() {
        (self.images, self.links) = ([], [])
        (self.eventClass, self.component, self.group) = ("", "", "")
        self.details = [
            JSONValue.Member("error", "Details have been left out because PagerDuty refused the whole event")
        ]
        self.cutTexts()
    }

    /// How many alerts of a list stay when it is too long.
    private static let cappedCount = 50

    /// The alerts of a detail that lists them, as `toJson` writes them. The user may have such lists, too.
    private static func alerts(in member: JSONValue.Member) -> [JSONValue]? {
        guard let alerts = member.value.array, alerts.first?["fingerprint"] != nil else { return nil }
        return alerts
    }

    private mutating func dropFromAlerts(_ name: String) {
        self.details = self.details.map { member in
            guard let alerts = RenderedPagerDutyEvent.alerts(in: member) else { return member }
            let smaller = alerts.map { alert in
                alert.members.map { members in .object(members.filter { $0.name != name }) } ?? alert
            }
            return JSONValue.Member(member.name, .array(smaller))
        }
    }

    private mutating func capAlerts() {
        self.details = self.details.map { member in
            guard let alerts = RenderedPagerDutyEvent.alerts(in: member) else { return member }
            let omitted = alerts.count - RenderedPagerDutyEvent.cappedCount
            guard omitted > 0 else { return member }
            let shown = alerts.prefix(RenderedPagerDutyEvent.cappedCount)
            return JSONValue.Member(member.name, .array(shown + [.string("+ \(omitted) more")]))
        }
    }

    private mutating func removeDetails() {
        // Alertmanager's text: people look for it.
        let note = "Custom details have been removed because the original event exceeds the maximum size of 512KB"
        self.details = [JSONValue.Member("error", .string(note))]
    }

    private mutating func cutTexts() {
        let limit = 1024
        self.source = self.source.truncated(toScalars: limit)
        self.eventClass = self.eventClass.truncated(toScalars: limit)
        self.component = self.component.truncated(toScalars: limit)
        self.group = self.group.truncated(toScalars: limit)
        self.client = self.client.truncated(toScalars: limit)
        // Half an address is of no use.
        if self.clientURL.utf8.count > 4 * limit { self.clientURL = "" }
    }
}
