import Foundation

/// An alert as a sender posts it.
struct PostedAlert: Encodable, Sendable {
    var labels: [String: String]
    var annotations: [String: String] = [:]
    var startsAt: String?
    var endsAt: String?
    var generatorURL: String?

    init(_ name: String, severity: String, _ labels: [String: String] = [:], firingFor duration: TimeInterval = 3600) {
        self.labels = labels.merging(["alertname": name, "severity": severity]) { $1 }
        self.annotations = ["description": "\(name) happened"]
        self.startsAt = PostedAlert.text(Date(timeIntervalSinceNow: -60))
        self.endsAt = PostedAlert.text(Date(timeIntervalSinceNow: duration))
    }

    /// The same alert, which ended now.
    var resolved: PostedAlert {
        var alert = self
        alert.endsAt = PostedAlert.text(Date())
        return alert
    }

    private static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension [PostedAlert] {
    var json: [UInt8] {
        get throws { Array<UInt8>(try JSONEncoder().encode(self)) }
    }
}

/// An alert as `GET /api/v2/alerts` lists it.
struct ListedAlert: Decodable, Sendable {
    let labels: [String: String]
    let annotations: [String: String]
    let fingerprint: String
    let startsAt: String
    let endsAt: String
}

/// What Slack is told.
struct SlackMessage: Decodable, Sendable {
    struct Attachment: Decodable, Sendable {
        let title: String
        let text: String
        let titleLink: String?

        enum CodingKeys: String, CodingKey {
            case title, text
            case titleLink = "title_link"
        }
    }

    let channel: String
    let attachments: [Attachment]

    var title: String { self.attachments.first?.title ?? "" }
    var text: String { self.attachments.first?.text ?? "" }
}

/// What PagerDuty is told, by either version of its Events API.
struct PagerDutyEvent: Decodable, Sendable {
    let key: String
    /// `trigger` or `resolve`.
    let action: String
    /// What PagerDuty knows the incident by.
    let incident: String
    let summary: String
    let clientURL: String?

    private struct Payload: Decodable {
        let summary: String
    }

    private enum CodingKeys: String, CodingKey {
        case service_key, event_type, incident_key, description
        case routing_key, event_action, dedup_key, payload
        case client_url
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if fields.contains(.service_key) {
            self.key = try fields.decode(String.self, forKey: .service_key)
            self.action = try fields.decode(String.self, forKey: .event_type)
            self.incident = try fields.decode(String.self, forKey: .incident_key)
            self.summary = try fields.decode(String.self, forKey: .description)
        } else {
            self.key = try fields.decode(String.self, forKey: .routing_key)
            self.action = try fields.decode(String.self, forKey: .event_action)
            self.incident = try fields.decode(String.self, forKey: .dedup_key)
            self.summary = try fields.decode(Payload.self, forKey: .payload).summary
        }
        self.clientURL = try fields.decodeIfPresent(String.self, forKey: .client_url)
    }
}

extension Sink {
    /// As in the shipped configuration.
    static let slackPath = "/services/XXX/YYY/ZZZ"
    static let pagerDutyPath = "/pagerduty"

    func slackMessages() throws -> [SlackMessage] {
        try self.requests(Sink.slackPath).map { try $0.message.decoded() }
    }

    func pagerDutyEvents() throws -> [PagerDutyEvent] {
        try self.requests(Sink.pagerDutyPath).map { try $0.message.decoded() }
    }
}
