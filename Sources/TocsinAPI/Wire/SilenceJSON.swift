import TocsinJSON
package import TocsinModel

/// Silences as `/api/v2/silences` takes and shows them.
package enum SilenceJSON {
    /// More is no silence that somebody wrote.
    package static let maximumLength = 1 << 20
    private static let parameter = "silence"

    /// A body that was read, before anybody looked at its sense.
    package struct Posted: Sendable {
        /// The name of the silence to change; empty for a new one.
        package var id = ""
        package var matchers: [MatcherText] = []
        package var startsAt = Timestamp.epoch
        package var endsAt = Timestamp.epoch
        package var createdBy = ""
        package var comment = ""
        package var annotations = LabelSet.empty
    }

    /// A silence of which only the matchers need to be there.
    package struct Sketch: Sendable {
        package var matchers: [MatcherText] = []
        package var startsAt: Timestamp?
        package var endsAt: Timestamp?
    }

    /// Looks at types first, then at what is required, in the order of Alertmanager's framework.
    package static func decode(_ body: UnsafeRawBufferPointer) throws(RequestProblem) -> Posted {
        try self.fields(of: body).posted()
    }

    /// Reads what ``decode(_:)`` reads, but asks for the matchers alone.
    package static func decodeSketch(_ body: UnsafeRawBufferPointer) throws(RequestProblem) -> Sketch {
        try self.fields(of: body).sketch()
    }

    private static func fields(of body: UnsafeRawBufferPointer) throws(RequestProblem) -> Fields {
        var reader = JSONReader(body)
        if reader.isAtEnd() { throw .missing(self.parameter) }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(body)
        } catch {
            throw .unparsable(self.parameter, error)
        }
        if case .null = document { throw .missing(self.parameter) }
        let members = SilenceMembers(document, type: "Silence")
        guard document.members != nil else {
            let reason = "json: cannot unmarshal \(document.kind.rawValue) into Go value of type models.PostableSilence"
            throw .unparsable(self.parameter, because: reason)
        }
        return try Fields(members)
    }

    /// The members with their types, each `nil` if it is absent.
    private struct Fields {
        let id: String?
        let comment: String?
        let createdBy: String?
        let startsAt: Timestamp?
        let endsAt: Timestamp?
        let annotations: [String: String]?
        let matchers: [MatcherFields?]?

        init(_ members: SilenceMembers) throws(RequestProblem) {
            self.id = try members.text("id")
            self.comment = try members.text("comment")
            self.createdBy = try members.text("createdBy")
            self.startsAt = try members.time("startsAt")
            self.endsAt = try members.time("endsAt")
            self.annotations = try members.texts("annotations")
            guard let items = try members.list("matchers") else {
                self.matchers = nil
                return
            }
            var matchers: [MatcherFields?] = []
            for item in items {
                if case .null = item { matchers.append(nil) } else { matchers.append(try MatcherFields(item)) }
            }
            self.matchers = matchers
        }

        func posted() throws(RequestProblem) -> Posted {
            var posted = Posted()
            posted.id = self.id ?? ""
            posted.comment = try self.required(self.comment, "comment")
            posted.createdBy = try self.required(self.createdBy, "createdBy")
            posted.endsAt = try self.required(self.endsAt, "endsAt")
            posted.matchers = try self.requiredMatchers()
            posted.startsAt = try self.required(self.startsAt, "startsAt")
            posted.annotations = LabelSet(self.annotations ?? [:])
            return posted
        }

        func sketch() throws(RequestProblem) -> Sketch {
            Sketch(matchers: try self.requiredMatchers(), startsAt: self.startsAt, endsAt: self.endsAt)
        }

        private func requiredMatchers() throws(RequestProblem) -> [MatcherText] {
            let matchers = try self.required(self.matchers, "matchers")
            if matchers.isEmpty { throw .tooFew("matchers", minimum: 1) }
            var texts: [MatcherText] = []
            for (index, matcher) in matchers.enumerated() {
                guard let matcher else { throw .missing("matchers.\(index)") }
                texts.append(try matcher.text(at: index))
            }
            return texts
        }

        private func required<Value>(_ value: Value?, _ name: String) throws(RequestProblem) -> Value {
            guard let value else { throw .missing(name) }
            return value
        }
    }

    private struct MatcherFields {
        let name: String?
        let value: String?
        let isRegex: Bool?
        let isEqual: Bool?

        init(_ value: JSONValue) throws(RequestProblem) {
            let members = SilenceMembers(value, type: "Matcher")
            guard value.members != nil else {
                throw members.mistyped(value.kind, "matchers", as: "models.Matcher")
            }
            self.name = try members.text("name")
            self.value = try members.text("value")
            self.isRegex = try members.flag("isRegex")
            self.isEqual = try members.flag("isEqual")
        }

        func text(at index: Int) throws(RequestProblem) -> MatcherText {
            guard let isRegex else { throw .missing("matchers.\(index).isRegex") }
            guard let name else { throw .missing("matchers.\(index).name") }
            guard let value else { throw .missing("matchers.\(index).value") }
            return MatcherText(name: name, value: value, isRegex: isRegex, isEqual: self.isEqual ?? true)
        }
    }
}

/// The members of an object as Go reads them: names in any case, the last of several counts, `null` is absent.
private struct SilenceMembers {
    private let members: [JSONValue.Member]
    /// Go's name for the object.
    private let type: String

    init(_ value: JSONValue, type: String) {
        self.members = value.members ?? []
        self.type = type
    }

    private func value(_ name: String) -> JSONValue? {
        let wanted = name.lowercased()
        guard let value = self.members.last(where: { $0.name.lowercased() == wanted })?.value else { return nil }
        if case .null = value { return nil }
        return value
    }

    func mistyped(_ kind: JSONKind, _ name: String, as type: String) -> RequestProblem {
        let target = "Go struct field \(self.type).\(name) of type \(type)"
        return .unparsable("silence", because: "json: cannot unmarshal \(kind.rawValue) into \(target)")
    }

    func text(_ name: String) throws(RequestProblem) -> String? {
        guard let value = self.value(name) else { return nil }
        guard let text = value.string else { throw self.mistyped(value.kind, name, as: "string") }
        return text
    }

    func flag(_ name: String) throws(RequestProblem) -> Bool? {
        guard let value = self.value(name) else { return nil }
        guard let flag = value.bool else { throw self.mistyped(value.kind, name, as: "bool") }
        return flag
    }

    func list(_ name: String) throws(RequestProblem) -> [JSONValue]? {
        guard let value = self.value(name) else { return nil }
        guard let list = value.array else { throw self.mistyped(value.kind, name, as: "models.Matchers") }
        return list
    }

    func time(_ name: String) throws(RequestProblem) -> Timestamp? {
        guard let text = try self.text(name) else { return nil }
        let time = Array(text.utf8).withUnsafeBytes { Timestamp(lenient: $0) }
        guard let time else {
            let quoted = GoQuote.quote(Excerpt.cut(text))
            throw .unparsable("silence", because: "parsing time \(quoted): not an RFC 3339 time")
        }
        return time
    }

    /// An object of strings; those that are `null` are empty.
    func texts(_ name: String) throws(RequestProblem) -> [String: String]? {
        guard let value = self.value(name) else { return nil }
        guard let members = value.members else { throw self.mistyped(value.kind, name, as: "models.LabelSet") }
        var texts: [String: String] = [:]
        for member in members {
            if case .null = member.value {
                texts[member.name] = ""
                continue
            }
            guard let text = member.value.string else {
                throw self.mistyped(member.value.kind, name, as: "string")
            }
            texts[member.name] = text
        }
        return texts
    }
}

// MARK: - Showing

extension SilenceJSON {
    /// - Parameter name: what people call the silence.
    package static func write(_ silence: Silence, named name: String, at now: Timestamp, to bytes: inout [UInt8]) {
        bytes.append(json: #"{"id":"#)
        bytes.append(string: name)
        bytes.append(json: #","status":{"state":"#)
        bytes.append(string: silence.state(at: now).rawValue)
        bytes.append(json: #"},"updatedAt":"#)
        bytes.append(time: silence.updatedAt)
        if !silence.annotations.isEmpty {
            bytes.append(json: #","annotations":"#)
            bytes.append(object: silence.annotations)
        }
        bytes.append(json: #","comment":"#)
        bytes.append(string: silence.comment)
        bytes.append(json: #","createdBy":"#)
        bytes.append(string: silence.createdBy)
        bytes.append(json: #","endsAt":"#)
        bytes.append(time: silence.endsAt)
        bytes.append(json: #","matchers":["#)
        for (index, matcher) in silence.matcherSets.joined().enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            self.write(matcher, to: &bytes)
        }
        bytes.append(json: #"],"startsAt":"#)
        bytes.append(time: silence.startsAt)
        bytes.append(json: "}")
    }

    private static func write(_ matcher: Matcher, to bytes: inout [UInt8]) {
        bytes.append(json: matcher.isEqual ? #"{"isEqual":true"# : #"{"isEqual":false"#)
        bytes.append(json: matcher.isRegex ? #","isRegex":true,"name":"# : #","isRegex":false,"name":"#)
        bytes.append(string: matcher.name)
        bytes.append(json: #","value":"#)
        bytes.append(string: matcher.value)
        bytes.append(json: "}")
    }
}
