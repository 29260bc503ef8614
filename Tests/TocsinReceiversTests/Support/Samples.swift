import Foundation
import Testing
import TocsinJSON
import TocsinModel
import TocsinSettings
import TocsinTemplate

@testable import TocsinReceivers

extension SettingsNode {
    /// Settings as a test writes them.
    init(_ json: JSONValue, line: Int = 1) {
        let position = SettingsPosition(file: "test", line: line, column: 1)
        let content: Content =
            switch json {
            case .null: .null
            case .bool(let value): .scalar(SettingsScalar(value ? "true" : "false", kind: .boolean(value)))
            case .integer(let number): .scalar(SettingsScalar(String(number), kind: .integer(number)))
            case .double(let number): .scalar(SettingsScalar(String(number), kind: .float(number)))
            case .string(let text): .scalar(SettingsScalar(text))
            case .array(let elements): .sequence(elements.map { SettingsNode($0) })
            case .object(let members):
                .mapping(
                    members.map { member in
                        SettingsEntry(key: SettingsScalar(member.name), at: position, value: SettingsNode(member.value))
                    }
                )
            }
        self.init(content, at: position)
    }
}

extension ReceiverContext {
    /// What the tests read settings with: it reads JSON where the server reads YAML.
    static func sample(templates: TemplateSet = Receivers.templates, global: GlobalSettings = GlobalSettings()) -> Self
    {
        ReceiverContext(global: global, templates: templates, directory: "/etc/tocsin") { text in
            do {
                return SettingsNode(try JSONValue(parsing: text))
            } catch {
                return nil
            }
        }
    }
}

extension Receiver {
    init(_ settings: JSONValue, context: ReceiverContext = .sample()) throws {
        self = try Fields.read(SettingsNode(settings), as: Self.kind) { (fields) throws(SettingsError) in
            try Self(from: &fields, context: context)
        }
    }

    func send(
        _ notification: TocsinReceivers.Notification = .sample,
        with templates: TemplateSet = Receivers.templates
    ) throws(Refusal) -> RenderedRequest {
        try self.request(for: notification, with: templates)
    }
}

extension RenderedRequest {
    var json: JSONValue {
        get throws { try JSONValue(self.request.body) }
    }

    /// A mail line by line.
    var mailLines: [String] {
        String(decoding: self.request.body, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// What the request says: its JSON, or its parameters as an object, wherever they stand.
    var meaning: JSONValue {
        get throws {
            if self.request.mail != nil { return .array(self.mailLines.map(JSONValue.string)) }
            let type = self.request.headers.first { $0.name == "Content-Type" }?.value
            if type == "application/json" { return try self.json }
            let query = self.request.url.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init)
            let form = query ?? String(decoding: self.request.body, as: UTF8.self)
            return .object(
                try form.split(separator: "&", omittingEmptySubsequences: true).map { pair in
                    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    let value = parts[1].replacing("+", with: " ")
                    return JSONValue.Member(
                        String(parts[0]), .string(try #require(String(value).removingPercentEncoding)))
                }
            )
        }
    }
}

extension TocsinReceivers.Notification {
    static let sample = TemplateFunctions.sample

    static func about(_ alerts: [AnnouncedAlert], groupLabels: LabelSet = [:]) -> TocsinReceivers.Notification {
        TocsinReceivers.Notification(
            content: NotificationContent(
                receiver: "team",
                groupKey: "{}:{}",
                groupLabels: groupLabels,
                alerts: alerts,
                reason: .firstNotification,
                flushedAt: .epoch
            ),
            externalURL: "http://tocsin.example.org",
            now: .epoch
        )
    }

    /// From the form that golden files have.
    init(json: JSONValue) throws {
        let alerts = try #require(json["alerts"]?.array).map { alert in
            AnnouncedAlert(
                labels: alert.labels("labels"),
                details: AlertDetails(
                    annotations: alert.labels("annotations"),
                    generatorURL: alert["generatorURL"]?.string ?? ""
                ),
                startsAt: try alert.time("startsAt"),
                endedAt: alert["endedAt"] == nil ? nil : try alert.time("endedAt")
            )
        }
        self.init(
            content: NotificationContent(
                receiver: try json.text("receiver"),
                groupKey: try json.text("groupKey"),
                groupLabels: json.labels("groupLabels"),
                routeLabels: json.labels("routeLabels"),
                alerts: alerts,
                reason: try #require(NotificationReason(rawValue: try json.text("reason"))),
                flushedAt: try json.time("now")
            ),
            externalURL: try json.text("externalURL"),
            now: try json.time("now")
        )
    }
}

extension TemplateSet {
    /// The built-in templates, and some over them.
    static func with(_ templates: [String: String]) throws -> TemplateSet {
        var set = Receivers.templates
        for (name, text) in templates.sorted(by: { $0.key < $1.key }) { try set.add(text, name: name) }
        return set
    }
}

func rendered(_ source: String, _ notification: TocsinReceivers.Notification = .sample) throws -> String {
    try Receivers.templates.render(
        try Receivers.templates.compile(source),
        data: TemplateData(notification).value
    )
}

extension Conversation {
    /// So many requests were taken, by answers that say no more.
    static func taken(_ count: Int) -> Conversation {
        var conversation = Conversation(.plain(202, ""), meaning: .delivered)
        for _ in 1..<max(count, 1) { conversation.append(.plain(202, ""), meaning: .delivered) }
        return conversation
    }
}
