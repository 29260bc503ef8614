import TocsinJSON

/// A request that Slack or PagerDuty would have taken, and what people would see of it there.
struct DemoMessage: Sendable {
    enum Channel: Sendable { case slack, pagerDuty, other }
    enum State: Sendable { case firing, resolved }

    let channel: Channel
    /// `#zakenak-alerts`, `PagerDuty`, or a host.
    let place: String
    let state: State
    /// How many alerts fire, where the message says so in a number.
    var firingCount: Int?
    let lines: [DemoText]

    /// All its words, to look for some of them.
    var text: String { self.lines.map { $0.text(.plain) }.joined(separator: "\n") }

    var bar: DemoText.Look { self.state == .firing ? .red : .green }
}

/// Why Slack or PagerDuty would not have taken a request.
struct DemoRefusal: Error {
    /// For the demo's user.
    let reason: String
    let status: Int
    /// What the other side answers then.
    let body: [UInt8]
}

// MARK: - Slack

extension DemoMessage {
    /// What an incoming webhook of Slack makes of a request.
    static func slack(path: String, _ body: [UInt8]) throws(DemoRefusal) -> DemoMessage {
        func refusal(_ code: String, status: Int = 400) -> DemoRefusal {
            DemoRefusal(reason: "Slack would have answered: \(code)", status: status, body: Array(code.utf8))
        }
        let isWebhook = path.hasPrefix("/services/") && path.split(separator: "/").count == 4
        guard isWebhook || path == "/api/chat.postMessage" else { throw refusal("no_service", status: 404) }
        guard let json = JSONValue.document(body), json.members != nil else { throw refusal("invalid_payload") }
        let attachments = json["attachments"]?.array ?? []
        guard attachments.allSatisfy({ $0.members != nil }) else { throw refusal("invalid_attachments") }

        let own = json["text"]?.string ?? ""
        var lines = DemoMessage.slackLines(own)
        for attachment in attachments {
            if let title = attachment["title"]?.string, !title.isEmpty {
                lines.append(DemoText(title, .strong))
            }
            lines += ["pretext", "text"].flatMap { DemoMessage.slackLines(attachment[$0]?.string ?? "") }
        }
        guard !lines.isEmpty else { throw refusal("no_text") }
        let isGood = attachments.contains { $0["color"]?.string == "good" }
        let channel = json["channel"]?.string ?? ""
        return DemoMessage(
            channel: .slack,
            place: channel.isEmpty ? "Slack" : channel,
            state: isGood ? .resolved : .firing,
            lines: lines
        )
    }

    private static func slackLines(_ text: String) -> [DemoText] {
        text.split(separator: "\n").map { DemoText(slack: $0) }
    }
}

// MARK: - PagerDuty

/// PagerDuty's view of things: what belongs together is one incident, and only its first event pages somebody.
struct DemoIncidents: Sendable {
    private(set) var count = 0
    /// The numbers of those that are open, by the key of the events about them.
    private(set) var open: [String: Int] = [:]

    /// What the Events API makes of a request: version 1 where it holds a `service_key`, else version 2.
    mutating func take(_ body: [UInt8]) throws(DemoRefusal) -> DemoMessage {
        let event = try DemoEvent(body)
        let number = self.open[event.key]
        let news: String
        switch (event.isTrigger, number) {
        case (true, nil):
            self.count += 1
            self.open[event.key] = self.count
            news = "trigger: incident \(self.count) opens, somebody is paged"
        case (true, let number?):
            let count = event.firingCount.map { $0 == 1 ? "has 1 alert now" : "has \($0) alerts now" } ?? "goes on"
            news = "trigger: incident \(number) \(count), no new page"
        case (false, let number):
            self.open[event.key] = nil
            news = number.map { "resolve: incident \($0) is over" } ?? "resolve: of no open incident"
        }
        return DemoMessage(
            channel: .pagerDuty,
            place: "PagerDuty",
            state: event.isTrigger ? .firing : .resolved,
            firingCount: event.firingCount,
            lines: [DemoText(news, .strong), DemoText(event.summary)]
        )
    }
}

/// An event of either version of PagerDuty's API, with all that must be in it.
private struct DemoEvent {
    let key: String
    let isTrigger: Bool
    let summary: String
    let firingCount: Int?

    init(_ body: [UInt8]) throws(DemoRefusal) {
        guard let json = JSONValue.document(body), json.members != nil else {
            throw DemoEvent.refusal(["the body is not a JSON object"])
        }
        let isFirst = json["service_key"] != nil
        let kind = json[isFirst ? "event_type" : "event_action"]?.string ?? ""
        let key = json[isFirst ? "incident_key" : "dedup_key"]?.string ?? ""
        let payload = isFirst ? json : json["payload"] ?? .null
        let summary = payload[isFirst ? "description" : "summary"]?.string ?? ""

        var missing: [String] = []
        let secret = isFirst ? "service_key" : "routing_key"
        if (json[secret]?.string ?? "").isEmpty { missing.append("`\(secret)` is missing") }
        if kind != "trigger" && kind != "resolve" { missing.append("the event is neither trigger nor resolve") }
        if kind == "resolve" && key.isEmpty { missing.append("a resolve must say of what") }
        if kind == "trigger" && summary.isEmpty { missing.append("the description is missing") }
        if kind == "trigger" && !isFirst {
            let severity = payload["severity"]?.string ?? ""
            let severities = ["critical", "error", "warning", "info"]
            if !severities.contains(severity) { missing.append("`payload.severity` is none of PagerDuty's") }
            if (payload["source"]?.string ?? "").isEmpty { missing.append("`payload.source` is missing") }
        }
        guard missing.isEmpty else { throw DemoEvent.refusal(missing) }
        self.key = key
        self.isTrigger = kind == "trigger"
        self.summary = summary
        self.firingCount = payload[isFirst ? "details" : "custom_details"]?["num_firing"]?.integer.map { Int($0) }
    }

    private static func refusal(_ errors: [String]) -> DemoRefusal {
        let answer: JSONValue = [
            "status": "invalid event", "message": "Event object is invalid",
            "errors": .array(errors.map(JSONValue.string)),
        ]
        let reason = "PagerDuty would have answered: \(errors.joined(separator: ", "))"
        return DemoRefusal(reason: reason, status: 400, body: answer.encoded())
    }
}

extension JSONValue {
    /// `nil` if the bytes are no JSON document.
    static func document(_ bytes: [UInt8]) -> JSONValue? {
        do {
            return try JSONValue(bytes)
        } catch {
            return nil
        }
    }
}
