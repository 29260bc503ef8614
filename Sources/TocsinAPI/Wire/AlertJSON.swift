internal import TocsinJSON
package import TocsinModel

/// The body of `POST /api/v2/alerts`: an array of alerts as Prometheus and its like send them.
package enum AlertJSON {
    /// Reads the alerts in one pass. Throws only if nothing can be taken, because the body is empty or no JSON; what is
    /// wrong with single alerts is in the answer's ``DecodedAlerts/problem``.
    package static func decode(
        body: UnsafeRawBufferPointer,
        now: Timestamp,
        resolveTimeout: Duration,
        syntax: MatcherSyntax = .fallback
    ) throws(RequestProblem) -> DecodedAlerts {
        var decoder = AlertListDecoder(body, now: now, resolveTimeout: resolveTimeout)
        decoder.decoded.syntax = syntax
        if decoder.reader.isAtEnd() { throw .missing("alerts") }
        do throws(JSONError) {
            try decoder.readDocument()
        } catch {
            throw .unparsable("alerts", error)
        }
        return decoder.decoded
    }
}

private struct AlertListDecoder: ~Copyable {
    var reader: JSONReader
    var decoded = DecodedAlerts()
    private var fields = AlertFields()
    private let now: Timestamp
    private let resolveTimeout: Duration

    init(_ body: UnsafeRawBufferPointer, now: Timestamp, resolveTimeout: Duration) {
        self.reader = JSONReader(body)
        self.now = now
        self.resolveTimeout = resolveTimeout
        self.decoded.reserve(forBody: body.count)
    }

    mutating func readDocument() throws(JSONError) {
        if try self.reader.enterArray() {
            var index = 0
            while try self.reader.nextElement() {
                try self.readAlert(index)
                index += 1
            }
        } else if try !self.reader.takeNull() {
            let kind = try self.reader.kind()
            let reason = "json: cannot unmarshal \(kind.rawValue) into Go value of type models.PostableAlerts"
            self.decoded.note(mistyped: .unparsable("alerts", because: reason))
            try self.reader.skipValue()
        }
        try self.reader.finish()
    }

    private mutating func readAlert(_ index: Int) throws(JSONError) {
        guard try self.reader.enterObject() else { return try self.skipAlert(index) }
        try self.fields.read(from: &self.reader)
        self.takeAlert(index)
        self.reader.forgetTexts()
    }

    private mutating func takeAlert(_ index: Int) {
        if let mistake = self.fields.mistake {
            self.decoded.refuse(mistyped: .unparsable("alerts", because: mistake))
        } else if !self.fields.hasLabels {
            self.decoded.refuse(incomplete: .missing("\(index).labels"))
        } else if !self.fields.generatorURL.isEmpty, !RequestURI.isValid(self.fields.generatorURL) {
            let url = Excerpt.quoted(self.fields.generatorURL)
            self.decoded.refuse(incomplete: .malformed("\(index).generatorURL", mustBe: "uri", butIs: url))
        } else {
            let times = self.fields.times(at: self.now, resolveTimeout: self.resolveTimeout)
            self.decoded.take(&self.fields, times, at: self.now)
        }
    }

    /// Goes past an element that is no object. (A `null` crashes Alertmanager.)
    private mutating func skipAlert(_ index: Int) throws(JSONError) {
        if try self.reader.takeNull() {
            self.decoded.refuse(incomplete: .missing("\(index).labels"))
            return
        }
        let kind = try self.reader.kind()
        try self.reader.skipValue()
        let reason = "json: cannot unmarshal \(kind.rawValue) into Go value of type models.PostableAlert"
        self.decoded.refuse(mistyped: .unparsable("alerts", because: reason))
    }
}
