internal import TocsinJSON
package import TocsinModel

/// What another Alertmanager (or Grafana, which speaks the same) posts to a webhook receiver.
package enum WebhookJSON {
    /// One message: its alerts, and what it says about itself.
    package struct Message: Sendable {
        package internal(set) var alerts = DecodedAlerts()
        /// Where the sender shows itself; empty if it did not say. It stands for the sender.
        package internal(set) var externalURL = ""
        package internal(set) var groupKey = ""
        /// The sender's name for the receiver that led here.
        package internal(set) var receiver = ""
        /// How many alerts of the group the sender left out for the message's size.
        package internal(set) var truncatedAlerts = 0
    }

    /// Reads a message of version 2 to 4. A firing alert ends `expireAfter` from now unless it is heard of again,
    /// because a webhook is not told that an alert goes on except by `repeat_interval`. Alerts that a message no longer
    /// names are not in the batch: the sender also leaves out what it silences.
    ///
    /// Throws only if nothing can be taken; what is wrong with single alerts is in ``DecodedAlerts/problem``.
    package static func decode(
        body: UnsafeRawBufferPointer,
        now: Timestamp,
        expireAfter: Duration,
        syntax: MatcherSyntax = .fallback
    ) throws(RequestProblem) -> Message {
        var decoder = WebhookDecoder(body, now: now, expireAfter: expireAfter)
        decoder.message.alerts.syntax = syntax
        if decoder.reader.isAtEnd() { throw .missing("message") }
        do throws(JSONError) {
            try decoder.readDocument()
        } catch {
            throw .unparsable(WebhookDecoder.parameter, error)
        }
        if let misfit = decoder.misfit { throw misfit }
        return decoder.message
    }
}

private struct WebhookDecoder: ~Copyable {
    static let parameter = "message"

    var reader: JSONReader
    var message = WebhookJSON.Message()
    /// Why the document is no message of a version that is known here.
    var misfit: RequestProblem?
    private var hasAlerts = false
    private var fields = AlertFields()
    private let now: Timestamp
    private let expireAfter: Duration

    init(_ body: UnsafeRawBufferPointer, now: Timestamp, expireAfter: Duration) {
        self.reader = JSONReader(body)
        self.now = now
        self.expireAfter = expireAfter
    }

    mutating func readDocument() throws(JSONError) {
        if try self.reader.enterObject() {
            while let key = try self.reader.nextKey() { try self.readMember(key.string) }
            if !self.hasAlerts, self.misfit == nil { self.misfit = .missing("alerts") }
        } else {
            let kind = try self.reader.kind()
            self.misfit = .unparsable(
                WebhookDecoder.parameter,
                because: "json: cannot unmarshal \(kind.rawValue) into Go value of type webhook.Message"
            )
            try self.reader.skipValue()
        }
        try self.reader.finish()
    }

    private mutating func readMember(_ name: String) throws(JSONError) {
        switch name {
        case "version":
            let version = try self.readText(name)
            // Alertmanager before 0.4 named none.
            if let version, !["", "2", "3", "4"].contains(version) {
                let text = Array(version.utf8).withUnsafeBytes { Excerpt.quoted($0) }
                self.misfit = .handler(status: 400, text: "unsupported webhook version \(text), only 2 to 4 are known")
            }
        case "alerts": try self.readAlerts()
        case "externalURL": self.message.externalURL = try self.readText(name) ?? ""
        case "groupKey": self.message.groupKey = try self.readText(name) ?? ""
        case "receiver": self.message.receiver = try self.readText(name) ?? ""
        case "truncatedAlerts":
            if let number = try self.reader.takeNumber() {
                self.message.truncatedAlerts = JSONNumber.integer(number).flatMap { Int(exactly: $0) } ?? 0
            } else {
                try self.reader.skipValue()
            }
        default: try self.reader.skipValue()
        }
        self.reader.forgetTexts()
    }

    private mutating func readText(_ name: String) throws(JSONError) -> String? {
        if let text = try self.reader.takeString() { return text.string }
        if try self.reader.takeNull() { return nil }
        try self.skip(into: "struct field Message.\(name) of type string")
        return nil
    }

    /// Goes past a member of the wrong type and notes it.
    private mutating func skip(into target: String) throws(JSONError) {
        let kind = try self.reader.kind()
        let reason = "json: cannot unmarshal \(kind.rawValue) into Go \(target)"
        self.message.alerts.note(mistyped: .unparsable(WebhookDecoder.parameter, because: reason))
        try self.reader.skipValue()
    }
}

// MARK: - Alerts

extension WebhookDecoder {
    private mutating func readAlerts() throws(JSONError) {
        self.hasAlerts = true
        // Of several lists the last one counts, but what was noted about other members stays.
        self.message.alerts.forgetAlerts()
        guard try self.reader.enterArray() else {
            if try !self.reader.takeNull() {
                try self.skip(into: "struct field Message.alerts of type template.Alerts")
            }
            return
        }
        var index = 0
        while try self.reader.nextElement() {
            if try self.reader.enterObject() {
                try self.fields.read(from: &self.reader)
                self.takeAlert(index)
            } else {
                let kind = try self.reader.kind()
                let reason = "json: cannot unmarshal \(kind.rawValue) into Go value of type template.Alert"
                self.message.alerts.refuse(mistyped: .unparsable(WebhookDecoder.parameter, because: reason))
                try self.reader.skipValue()
            }
            self.reader.forgetTexts()
            index += 1
        }
    }

    private mutating func takeAlert(_ index: Int) {
        if let mistake = self.fields.mistake {
            self.message.alerts.refuse(mistyped: .unparsable(WebhookDecoder.parameter, because: mistake))
            return
        }
        guard self.fields.hasLabels else {
            self.message.alerts.refuse(incomplete: .missing("alerts.\(index).labels"))
            return
        }
        // An alert is worth more than the link that it came with.
        self.fields.dropUnusableURL()
        switch self.isFiring {
        case true?: self.message.alerts.take(&self.fields, self.firingTimes, at: self.now)
        case false?: self.message.alerts.take(&self.fields, self.resolvedTimes, at: self.now)
        case nil:
            let status = self.fields.status.map { Excerpt.quoted($0.bytes) } ?? ""
            self.message.alerts.refuse(because: "invalid status \(status)")
        }
    }

    /// What the status says; without one, what the end says. `nil` for a status that is neither of the two.
    private var isFiring: Bool? {
        guard let status = self.fields.status?.string, !status.isEmpty else {
            return self.fields.endsAt.map { $0 > self.now } ?? true
        }
        switch status {
        case "firing": return true
        case "resolved": return false
        default: return nil
        }
    }

    private var firingTimes: AlertTimes {
        AlertTimes(
            startsAt: self.fields.startsAt ?? self.now,
            endsAt: self.now + self.expireAfter,
            endsByTimeout: true
        )
    }

    /// What the sender calls resolved has ended, even where its clock is ahead of ours.
    private var resolvedTimes: AlertTimes {
        let endsAt = min(self.fields.endsAt ?? self.now, self.now)
        return AlertTimes(
            startsAt: min(self.fields.startsAt ?? endsAt, endsAt),
            endsAt: endsAt,
            endsByTimeout: false
        )
    }
}
