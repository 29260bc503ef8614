public import TocsinJSON
public import TocsinModel

/// Why a file with a notification is none.
public struct TemplateDataError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

extension TemplateData {
    /// A notification as webhooks get it, which is how `template render` takes its data. What is not there is empty,
    /// and keys count whatever their case, as in Go; what a group has in common is worked out unless the file says it.
    ///
    /// - Parameter zones: what the methods of times know.
    public init(json: JSONValue, zones: TimeZones = .utcOnly) throws(TemplateDataError) {
        guard json.members != nil else { throw TemplateDataError(description: "the data must be an object") }
        var alerts: [TemplateAlert] = []
        for (index, alert) in (try json.list("alerts")).enumerated() {
            do {
                alerts.append(try TemplateAlert(json: alert, zones: zones))
            } catch {
                throw TemplateDataError(description: "alerts[\(index)]: \(error.description)")
            }
        }
        self.receiver = try json.text("receiver")
        self.alerts = TemplateAlerts(alerts)
        self.status =
            try json.status("status") ?? Status(isFiring: alerts.contains { $0.status == .firing })
        self.reason = try json.text("notification_reason")
        self.groupLabels = try json.pairs("groupLabels") ?? TemplateKV([])
        self.commonLabels = try json.pairs("commonLabels") ?? TemplateKV(commonTo: alerts.map(\.labels))
        self.commonAnnotations =
            try json.pairs("commonAnnotations") ?? TemplateKV(commonTo: alerts.map(\.annotations))
        self.routeLabels = try json.pairs("routeLabels") ?? TemplateKV([])
        self.externalURL = try json.text("externalURL")
    }
}

extension TemplateAlert {
    fileprivate init(json: JSONValue, zones: TimeZones) throws(TemplateDataError) {
        guard json.members != nil else { throw TemplateDataError(description: "must be an object") }
        let endsAt = try json.time("endsAt")
        let labels = try json.pairs("labels") ?? TemplateKV([])
        let fingerprint = try json.text("fingerprint")
        let known = LabelSet(Dictionary(labels.pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
        self.init(
            status: try json.status("status") ?? TemplateData.Status(isFiring: endsAt.isZero),
            labels: labels,
            annotations: try json.pairs("annotations") ?? TemplateKV([]),
            startsAt: TemplateTime(try json.time("startsAt"), zones: zones),
            endsAt: TemplateTime(endsAt, zones: zones),
            generatorURL: try json.text("generatorURL"),
            fingerprint: fingerprint.isEmpty ? known.fingerprint.description : fingerprint
        )
    }
}

// MARK: - Members

extension JSONValue {
    /// The last one of that name, whatever its case; `nil` if there is none or it is null.
    private func member(_ name: String) -> JSONValue? {
        let wanted = name.lowercased()
        let value = (self.members ?? []).last { $0.name.lowercased() == wanted }?.value
        if case .null = value { return nil }
        return value
    }

    fileprivate func text(_ name: String) throws(TemplateDataError) -> String {
        guard let value = self.member(name) else { return "" }
        guard let text = value.string else { throw TemplateDataError(description: "`\(name)` must be a string") }
        return text
    }

    fileprivate func list(_ name: String) throws(TemplateDataError) -> [JSONValue] {
        guard let value = self.member(name) else { return [] }
        guard let list = value.array else { throw TemplateDataError(description: "`\(name)` must be a list") }
        return list
    }

    fileprivate func status(_ name: String) throws(TemplateDataError) -> TemplateData.Status? {
        let text = try self.text(name)
        guard !text.isEmpty else { return nil }
        guard let status = TemplateData.Status(rawValue: text) else {
            throw TemplateDataError(description: "`\(name)` must be `firing` or `resolved`")
        }
        return status
    }

    fileprivate func time(_ name: String) throws(TemplateDataError) -> Timestamp {
        let text = try self.text(name)
        guard !text.isEmpty else { return .distantPast }
        guard let time = Timestamp(rfc3339: text) else {
            throw TemplateDataError(description: "`\(name)` must be a time such as 2026-01-02T03:04:05Z")
        }
        return time
    }

    fileprivate func pairs(_ name: String) throws(TemplateDataError) -> TemplateKV? {
        guard let value = self.member(name) else { return nil }
        guard let members = value.members else {
            throw TemplateDataError(description: "`\(name)` must be an object of strings")
        }
        var texts: [String: String] = [:]
        for member in members {
            guard let text = member.value.string else {
                throw TemplateDataError(description: "`\(name)` must be an object of strings")
            }
            texts[member.name] = text
        }
        return TemplateKV(LabelSet(texts))
    }
}
