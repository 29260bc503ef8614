import TocsinJSON
import TocsinModel
import TocsinRegex
public import TocsinTemplate

/// What a notification's templates see: Alertmanager's `Data`. Webhooks get the same as JSON.
public struct TemplateData: Sendable {
    /// The receiver's name with a backslash before every character that means something in a regular expression, as
    /// links into Alertmanager's user interface want it.
    let receiver: String
    let status: Status
    let alerts: TemplateAlerts
    let reason: String
    let groupLabels: TemplateKV
    let commonLabels: TemplateKV
    let commonAnnotations: TemplateKV
    let routeLabels: TemplateKV
    let externalURL: String

    enum Status: String, Sendable {
        case firing, resolved

        init(isFiring: Bool) { self = isFiring ? .firing : .resolved }
    }

    public init(_ notification: Notification) {
        self.init(notification, cleaned: { $0 })
    }

    /// - Parameter cleaned: what takes the place of each text that a sender of alerts has chosen.
    init(_ notification: Notification, cleaned: (String) -> String) {
        let content = notification.content
        let alerts = content.alerts.map { TemplateAlert($0, zones: notification.zones, cleaned: cleaned) }
        self.init(
            receiver: Regex.requoted(content.receiver),
            alerts: alerts,
            reason: content.reason.rawValue,
            groupLabels: TemplateKV(content.groupLabels, cleaned: cleaned),
            commonLabels: TemplateKV(commonTo: alerts.map(\.labels)),
            commonAnnotations: TemplateKV(commonTo: alerts.map(\.annotations)),
            routeLabels: TemplateKV(content.routeLabels, cleaned: cleaned),
            externalURL: notification.externalURL
        )
    }

    /// From its parts.
    init(
        receiver: String,
        alerts: [TemplateAlert],
        reason: String,
        groupLabels: TemplateKV,
        commonLabels: TemplateKV,
        commonAnnotations: TemplateKV,
        routeLabels: TemplateKV,
        externalURL: String
    ) {
        self.receiver = receiver
        self.status = Status(isFiring: alerts.contains { $0.status == .firing })
        self.alerts = TemplateAlerts(alerts)
        self.reason = reason
        self.groupLabels = groupLabels
        self.commonLabels = commonLabels
        self.commonAnnotations = commonAnnotations
        self.routeLabels = routeLabels
        self.externalURL = externalURL
    }

    /// The same with labels and annotations of the first so many alerts only.
    func withDetails(of count: Int) -> TemplateData {
        let alerts = self.alerts.alerts.enumerated().map { index, alert in
            index < count ? alert : alert.withoutDetails
        }
        return TemplateData(
            receiver: self.receiver,
            alerts: alerts,
            reason: self.reason,
            groupLabels: self.groupLabels,
            commonLabels: self.commonLabels,
            commonAnnotations: self.commonAnnotations,
            routeLabels: self.routeLabels,
            externalURL: self.externalURL
        )
    }

    /// What `.` is.
    public var value: Value { .object(self) }

    /// The members in the order of Alertmanager's payload.
    var members: [JSONValue.Member] {
        [
            JSONValue.Member("receiver", .string(self.receiver)),
            JSONValue.Member("status", .string(self.status.rawValue)),
            JSONValue.Member("alerts", .array(self.alerts.alerts.map(\.json))),
            JSONValue.Member("notification_reason", .string(self.reason)),
            JSONValue.Member("groupLabels", self.groupLabels.json),
            JSONValue.Member("commonLabels", self.commonLabels.json),
            JSONValue.Member("commonAnnotations", self.commonAnnotations.json),
            JSONValue.Member("routeLabels", self.routeLabels.json),
            JSONValue.Member("externalURL", .string(self.externalURL)),
        ]
    }
}

extension TemplateData: TemplateObject {
    public var typeName: String { "template.Data" }
    public var isPointer: Bool { true }

    public var underlying: Underlying {
        .structure(TemplateData.fieldNames.map { Underlying.Field($0, self.field($0) ?? .null) })
    }

    private static let fieldNames = [
        "Receiver", "Status", "Alerts", "NotificationReason", "GroupLabels", "CommonLabels", "CommonAnnotations",
        "RouteLabels", "ExternalURL",
    ]

    public func field(_ name: String) -> Value? {
        switch name {
        case "Receiver": .string(self.receiver)
        case "Status": .string(self.status.rawValue)
        case "Alerts": .object(self.alerts)
        case "NotificationReason": .string(self.reason)
        case "GroupLabels": .object(self.groupLabels)
        case "CommonLabels": .object(self.commonLabels)
        case "CommonAnnotations": .object(self.commonAnnotations)
        case "RouteLabels": .object(self.routeLabels)
        case "ExternalURL": .string(self.externalURL)
        default: nil
        }
    }
}

/// The alerts of a notification as templates see them.
struct TemplateAlerts: TemplateObject {
    let alerts: [TemplateAlert]
    private let list: Value.List

    init(_ alerts: [TemplateAlert]) {
        self.alerts = alerts
        self.list = TemplateAlerts.list(alerts)
    }

    var typeName: String { "template.Alerts" }
    var underlying: Underlying { .value(.list(self.list)) }

    private static func list(_ alerts: [TemplateAlert]) -> Value.List {
        Value.List(alerts.map { .object($0) }, typeName: "[]template.Alert")
    }

    func slice(_ range: Range<Int>) -> Value { .object(TemplateAlerts(Array(self.alerts[range]))) }

    func method(_ name: String) -> TemplateFunction? {
        let status: TemplateData.Status
        switch name {
        case "Firing": status = .firing
        case "Resolved": status = .resolved
        default: return nil
        }
        return TemplateFunction(name) { (_) throws(TemplateError) in
            .list(TemplateAlerts.list(self.alerts.filter { $0.status == status }))
        }
    }
}

/// One alert as templates see it.
struct TemplateAlert: Sendable {
    let status: TemplateData.Status
    let labels: TemplateKV
    let annotations: TemplateKV
    let startsAt: TemplateTime
    /// Go's zero time while it fires.
    let endsAt: TemplateTime
    let generatorURL: String
    let fingerprint: String

    init(_ alert: AnnouncedAlert, zones: TimeZones, cleaned: (String) -> String) {
        self.init(
            status: TemplateData.Status(isFiring: alert.isFiring),
            labels: TemplateKV(alert.labels, cleaned: cleaned),
            annotations: TemplateKV(alert.annotations, cleaned: cleaned),
            startsAt: TemplateTime(alert.startsAt, zones: zones),
            endsAt: TemplateTime(alert.endedAt ?? .distantPast, zones: zones),
            generatorURL: cleaned(alert.generatorURL),
            fingerprint: alert.fingerprint.description
        )
    }

    init(
        status: TemplateData.Status,
        labels: TemplateKV,
        annotations: TemplateKV,
        startsAt: TemplateTime,
        endsAt: TemplateTime,
        generatorURL: String,
        fingerprint: String
    ) {
        self.status = status
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.generatorURL = generatorURL
        self.fingerprint = fingerprint
    }

    var withoutDetails: TemplateAlert {
        TemplateAlert(
            status: self.status,
            labels: TemplateKV([]),
            annotations: TemplateKV([]),
            startsAt: self.startsAt,
            endsAt: self.endsAt,
            generatorURL: "",
            fingerprint: self.fingerprint
        )
    }

    var json: JSONValue {
        [
            "status": .string(self.status.rawValue),
            "labels": self.labels.json,
            "annotations": self.annotations.json,
            "startsAt": .string(self.startsAt.jsonText),
            "endsAt": .string(self.endsAt.jsonText),
            "generatorURL": .string(self.generatorURL),
            "fingerprint": .string(self.fingerprint),
        ]
    }
}

extension TemplateAlert: TemplateObject {
    var typeName: String { "template.Alert" }

    var underlying: Underlying {
        .structure(TemplateAlert.fieldNames.map { Underlying.Field($0, self.field($0) ?? .null) })
    }

    private static let fieldNames = [
        "Status", "Labels", "Annotations", "StartsAt", "EndsAt", "GeneratorURL", "Fingerprint",
    ]

    func field(_ name: String) -> Value? {
        switch name {
        case "Status": .string(self.status.rawValue)
        case "Labels": .object(self.labels)
        case "Annotations": .object(self.annotations)
        case "StartsAt": .object(self.startsAt)
        case "EndsAt": .object(self.endsAt)
        case "GeneratorURL": .string(self.generatorURL)
        case "Fingerprint": .string(self.fingerprint)
        default: nil
        }
    }
}
